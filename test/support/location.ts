import { Location } from '../../src/base/http/location.ts';

/** What a test knows to be an address. */
export function locationOf(text: string): Location {
  const location = Location.parse(text);
  if (location === null) throw new TypeError(`"${text}" is no URL`);
  return location;
}
