/** What names, versions and paths in an index may be; the same is asked of whatever else names packages. */

/** As parts of regular expressions, none of which matches a blank. */
export const PACKAGE_NAME = '[a-zA-Z0-9][a-zA-Z0-9+.-]*';
export const PACKAGE_VERSION = '[\\w.+~:-]+';
export const ARCHITECTURE_NAME = '[a-z0-9-]+';

export const isPackageName = whole(PACKAGE_NAME);
export const isPackageVersion = whole(PACKAGE_VERSION);
export const isArchitectureName = whole(ARCHITECTURE_NAME);

function whole(form: string): (text: string) => boolean {
  const expression = new RegExp(`^${form}$`);
  return (text) => expression.test(text);
}

/** How often a path is decoded before it is judged: as often as servers and caches on the way may do it. */
const DECODINGS = 3;

/** A path below the repository, also for a server that decodes it once more than it should: "%2e%2e%2f" is no name. */
export function isSafePath(path: string): boolean {
  let form = path;
  for (let turn = 0; turn <= DECODINGS; turn++) {
    if (!isBelow(form)) return false;
    if (!form.includes('%')) break;
    form = form.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  }
  return true;
}

/** Relative, without "..", without control characters. */
function isBelow(path: string): boolean {
  return (
    /^(?!\/)[^\u0000-\u001f\u007f\\]+$/.test(path) && !(path.includes('..') && path.split('/').includes('..'))
  );
}
