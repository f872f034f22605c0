/**
 * Links that a package's maintainer script, update-alternatives or ldconfig would have made. Pure: names in, links out.
 */
import { isDriverLibrary } from '../layout/driver-libraries.ts';

export interface NewLink {
  /** Relative to the prefix. */
  path: string;
  target: string;
}

/** A shared library in lib64, a link or a file. */
export interface Library {
  file: string;
  /** DT_SONAME; null for a link, or a file without one. */
  soname: string | null;
}

/** What ldconfig makes: each soname leads to the newest file that has it. */
export function sonameLinks(folder: string, libraries: readonly Library[]): NewLink[] {
  const there = new Set(libraries.map((library) => library.file));
  const newest = new Map<string, string>();
  for (const { file, soname } of libraries) {
    // A soname is a file name; one with a slash is no name that a loader looks for in this folder.
    if (soname === null || there.has(soname) || !/^[\w.+-]+$/.test(soname)) continue;
    // Whatever the file is called: under this name a loader would take it for the driver's.
    if (isDriverLibrary(`${folder}/${soname}`)) continue;
    const other = newest.get(soname);
    if (other === undefined || compareNumbers(file, other) > 0) newest.set(soname, file);
  }
  return [...newest].map(([soname, file]) => ({ path: `${folder}/${soname}`, target: file }));
}

/**
 * What the alternatives of libcudnn7-dev, libcudnn8-dev and later make:
 *
 *     include/cudnn.h           -> cudnn_v7.h
 *     lib64/libcudnn.so         -> libcudnn.so.7
 *     lib64/libcudnn_static.a   -> libcudnn_static_v7.a
 *
 * The names for linking are made only where the headers are, as the -dev package does.
 */
export function cudnnLinks(headers: readonly string[], libraries: readonly string[]): NewLink[] {
  const header = versioned(headers, /^(cudnn(?:_\w+?)?)_v(\d+)\.h$/, (match) => `${match[1]}.h`, 'include');
  if (header.length === 0 && !headers.includes('cudnn.h')) return [];
  return [
    ...header,
    ...versioned(libraries, /^(libcudnn(?:_\w+?)?)_v(\d+)\.a$/, (match) => `${match[1]}.a`, 'lib64'),
    ...versioned(libraries, /^(libcudnn(?:_\w+?)?)\.so\.(\d+)$/, (match) => `${match[1]}.so`, 'lib64'),
  ];
}

/** For each plain name that is missing, a link to the versioned name with the highest number. */
function versioned(
  names: readonly string[],
  pattern: RegExp,
  plainOf: (match: RegExpExecArray) => string,
  folder: string,
): NewLink[] {
  const best = new Map<string, { name: string; version: number }>();
  for (const name of names) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const plain = plainOf(match);
    const version = Number(match[2]);
    if (!names.includes(plain) && version > (best.get(plain)?.version ?? -1))
      best.set(plain, { name, version });
  }
  return [...best].map(([plain, { name }]) => ({ path: `${folder}/${plain}`, target: name }));
}

/**
 * NVIDIA's own layout, for programs that know it (JAX, clang, Bazel rules): targets/<target>/lib and include.
 *
 * @param elfMachine e_machine of the libraries
 */
export function targetLinks(elfMachine: number | null): NewLink[] {
  const target = { 62: 'x86_64-linux', 183: 'sbsa-linux' }[elfMachine ?? 0];
  if (target === undefined) return [];
  return [
    { path: `targets/${target}/include`, target: '../../include' },
    { path: `targets/${target}/lib`, target: '../../lib64' },
  ];
}

/** "libx.so.1.10.0" is newer than "libx.so.1.9.0". */
function compareNumbers(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

/**
 * lib beside lib64: where find_package looks for lib64/cmake on Debian and Ubuntu, whose CMake knows no lib64, and where
 * many a Makefile looks for libraries.
 *
 * @param root names in the prefix's root
 * @param lib64 names in lib64
 */
export function libLinks(root: readonly string[], lib64: readonly string[]): NewLink[] {
  if (!root.includes('lib64')) return [];
  if (!root.includes('lib')) return [{ path: 'lib', target: 'lib64' }];
  return lib64.includes('cmake') ? [{ path: 'lib/cmake', target: '../lib64/cmake' }] : [];
}
