/** Which places in a prefix are of libraries of the driver (driver-libraries.json). */
import table from './driver-libraries.json' with { type: 'json' };
import { whole } from './rule-matcher.ts';

const LIBRARY = whole(table.path);
const EXCEPTED = whole(table.except);

/** Why a library is left out. */
export const WHY_NO_DRIVER_LIBRARY = table.drop;

/** @param path below the prefix */
export function isDriverLibrary(path: string): boolean {
  return LIBRARY.test(path) && !EXCEPTED.test(path);
}
