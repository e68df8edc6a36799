// What the station's authority may vouch for: names under given domains and addresses in given networks. It stands in the
// authority's own certificate as a critical constraint (RFC 5280 §4.2.1.10), so that whoever steals its key can't pretend to be
// the region's other servers to the computers that trust it.

import { BlockList, isIP } from 'node:net';
import { Failure } from '../../domain/failures.ts';

export interface CertificateScope {
  /** Domains, lower case, without a leading dot; each covers itself and everything under it. */
  readonly domains: readonly string[];
  /** Networks as `address/prefix`. */
  readonly networks: readonly string[];
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);
const SCOPE_MAX = 50;

/** @throws {Failure} `request.invalid` naming what is neither a name, an address nor a network. */
export function readScope(given: readonly string[]): CertificateScope {
  if (given.length === 0) throw new Failure('request.invalid', 'minst ett namn eller nät (--permit) behövs');
  if (given.length > SCOPE_MAX) throw new Failure('request.invalid', `högst ${SCOPE_MAX} namn och nät`);
  const domains: string[] = [];
  const networks: string[] = [];
  for (const text of given.map((each) => each.trim().toLowerCase())) {
    const network = asNetwork(text);
    if (network !== null) networks.push(network);
    else if (DOMAIN.test(text) && !/^[\d.]+$/.test(text)) domains.push(text);
    else throw new Failure('request.invalid', `”${text}” är varken ett namn, en adress eller ett nät`);
  }
  return { domains: [...new Set(domains)], networks: [...new Set(networks)] };
}

/** One host: its name or its fixed address, inside the scope. @throws {Failure} `request.invalid` */
export function requireInScope(host: string, scope: CertificateScope): void {
  const version = isIP(host);
  if (version === 0 && (!DOMAIN.test(host) || /^[\d.]+$/.test(host)))
    throw new Failure('request.invalid', `”${host}” är varken ett namn eller en adress`);
  const isInside =
    version === 0
      ? scope.domains.some((domain) => host === domain || host.endsWith(`.${domain}`))
      : scope.networks.some((network) => isInNetwork(host, network));
  if (!isInside)
    throw new Failure(
      'request.invalid',
      `”${host}” ligger utanför det som stationens utfärdare får gå i god för (${[...scope.domains, ...scope.networks].join(', ')})`,
    );
}

function asNetwork(text: string): string | null {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return null;
  const most = version === 4 ? 32 : 128;
  if (prefix === undefined) return `${address}/${most}`;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= most ? `${address}/${Number(prefix)}` : null;
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (family !== (isIP(host) === 6 ? 'ipv6' : 'ipv4')) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}
