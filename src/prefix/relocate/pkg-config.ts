/**
 * pkg-config files that find their prefix by themselves.
 *
 *     cudaroot=/usr/local/cuda-10.0                        prefix=/usr
 *     libdir=${cudaroot}/targets/x86_64-linux/lib          includedir=${prefix}/include
 *     includedir=${cudaroot}/targets/x86_64-linux/include  libdir=/usr/lib/x86_64-linux-gnu
 *     Libs: -L${libdir} -lcublas                           Libs: -L${libdir}/stubs -lcuda
 */

/** Both pkg-config and pkgconf escape a space in it. */
const ROOT = '${pcfiledir}/../..';

/** @param text a .pc file that will lie in lib64/pkgconfig */
export function relocatablePc(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const variable = /^([A-Za-z0-9_.]+)[ \t]*=[ \t]*(.*)$/.exec(line);
      if (variable !== null) return `${variable[1]}=${placeOf(variable[1]!, variable[2]!.trim())}`;
      return /^(?:Libs|Libs\.private|Cflags)[ \t]*:/.test(line) ? flagsLine(line) : line;
    })
    .join('\n');
}

/** A folder of the package's own layout, as the prefix has it; other values stay. */
function placeOf(name: string, value: string): string {
  const path = value.replace(/^"(.*)"$/, '$1').replace(/\/+$/, '');
  if (!/^(?:\/|\$\{)/.test(path)) return value;
  if (/^(?:prefix|exec_prefix|cudaroot)$/i.test(name)) return ROOT;
  return folderOf(path) ?? (path.startsWith('/') ? ROOT : value);
}

/** `-L/usr/local/cuda-10.0/lib64` and the like. */
function flagsLine(line: string): string {
  return line.replace(/(-[LI])(\/\S*)/g, (whole, flag: string, path: string) => {
    const folder = folderOf(path.replace(/\/+$/, ''));
    return folder === null ? whole : `${flag}${folder}`;
  });
}

/** lib, lib64, lib/<triplet>, targets/<target>/lib -> lib64; include alike; what lies below them stays below them. */
function folderOf(path: string): string | null {
  const match =
    /\/(lib(?:64)?(?:\/[a-z0-9_]+-linux-gnu)?|include(?:\/[a-z0-9_]+-linux-gnu)?)((?:\/[^/]+)*)$/.exec(path);
  if (match === null) return null;
  return `${ROOT}/${match[1]!.startsWith('lib') ? 'lib64' : 'include'}${match[2]}`;
}
