// Which machines may send to the station: exact addresses and networks («10.20.0.0/16», «fd00::/8»).

import { BlockList, isIP } from 'node:net';

export type AllowedAddresses =
  | { readonly kind: 'understood'; readonly permits: (address: string) => boolean }
  /** The entries that are neither an address nor a network, to be told to the operator all at once. */
  | { readonly kind: 'not-understood'; readonly entries: readonly string[] };

export function readAllowedAddresses(entries: readonly string[]): AllowedAddresses {
  const list = new BlockList();
  const notUnderstood = entries.filter((entry) => !addEntry(list, entry.trim()));
  if (notUnderstood.length > 0) return { kind: 'not-understood', entries: notUnderstood };
  return { kind: 'understood', permits: (address) => contains(list, withoutMapping(address)) };
}

export const notUnderstoodWords = (entries: readonly string[]): string =>
  `mllpAllow: ${entries.map((entry) => `"${entry}"`).join(', ')} är ingen adress (10.20.0.7) och inget nät (10.20.0.0/16)`;

/** A socket open to both families tells an IPv4 peer as `::ffff:10.0.0.1`. */
export function withoutMapping(address: string): string {
  return /^::ffff:\d/i.test(address) ? address.slice(7) : address;
}

function contains(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function addEntry(list: BlockList, entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) {
    list.addAddress(address, kind);
    return true;
  }
  const bits = Number(prefix);
  if (!/^\d{1,3}$/.test(prefix) || bits > (family === 6 ? 128 : 32)) return false;
  list.addSubnet(address, bits, kind);
  return true;
}
