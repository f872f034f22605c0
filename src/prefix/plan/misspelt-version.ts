/** What a text that is no version may have been meant as. */
import { isEmptyRange, isPlainVersion, isVersionRange } from '../../compat/version-range.ts';

/** Words for "the newest". */
const NEWEST = new Set(['latest', 'newest', 'any', 'x', '*', '']);

export function meansNewest(text: string): boolean {
  return NEWEST.has(text.toLowerCase());
}

/**
 * "11.2.152" of a package's version 11.2.152-1, "12.0" of 12.0-rc1, ">=11.8 <12" of >=11.8,<12, "11.2 - 11.8" of
 * 11.2-11.8; null where nothing comes near.
 */
export function nearestVersionText(text: string): string | null {
  const between = text.replace(/^([\d.]+)-([\d.]+)$/, '$1 - $2');
  const plainer = text
    .replace(/,/g, ' ')
    .replace(/\bv(?=\d)/gi, '')
    // An epoch, and what a package or a preview adds to the number of the release.
    .replace(/\b\d+:(?=\d)/g, '')
    .replace(/(?<=\d)[-+~][0-9a-z][\w.+~-]*/gi, '')
    .replace(/==+/g, '=')
    .replace(/=([<>])/g, '$1=')
    .replace(/~[>=]/g, '~')
    .replace(/\.+(?=[^\d.]|$)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return [between, plainer].find((one) => one !== text && isSatisfiable(one)) ?? null;
}

function isSatisfiable(text: string): boolean {
  return isPlainVersion(text) || (isVersionRange(text) && !isEmptyRange(text));
}
