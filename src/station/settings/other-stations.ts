// The stations an app goes on to when this one is silent, in order: the hospital's, the region's. Their addresses are fixed, since nothing
// may depend on a name service (design §5.9), and stand letter by letter in the page's policy.

import type { OtherStation } from '../../domain/access/routes.ts';
import { limits } from '../../limits.ts';
import { STATION_KEYS } from './file-keys.ts';

/** As a browser writes where a page comes from: nothing after the port, no wildcard. */
export function isOrigin(text: string): boolean {
  return (
    URL.canParse(text) && new URL(text).protocol === 'https:' && new URL(text).origin === text && !text.includes('*')
  );
}

export function readStations(given: unknown, problems: string[]): readonly OtherStation[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given) || given.length > limits.otherStationsMax) {
    problems.push(`stations: ska vara en lista med högst ${limits.otherStationsMax}`);
    return [];
  }
  const stations = given.flatMap((item: unknown, index) => readStation(item, `stations[${index}]`, problems));
  const addresses = stations.map(({ address }) => address);
  for (const address of new Set(addresses.filter((one, index) => addresses.indexOf(one) !== index)))
    problems.push(`stations: "${address}" är angiven två gånger`);
  return stations;
}

function readStation(item: unknown, where: string, problems: string[]): OtherStation[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    problems.push(`${where}: ska ha nycklar och värden`);
    return [];
  }
  const { name, address } = item as Readonly<Record<string, unknown>>;
  const faults = Object.keys(item)
    .filter((key) => !Object.hasOwn(STATION_KEYS, key))
    .map((key) => `${where}: okänd nyckel "${key}"`);
  if (typeof name !== 'string' || name.trim() === '' || name.length > 100)
    faults.push(`${where}.name: ska vara en kort text`);
  if (typeof address !== 'string' || !isOrigin(address))
    faults.push(`${where}.address: ska vara https://adress:port, utan något efter porten`);
  problems.push(...faults);
  return faults.length > 0 ? [] : [{ name: String(name), address: String(address) }];
}
