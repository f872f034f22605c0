/**
 * Which file the dynamic loader opens for a soname, and by which rule, as ld.so(8) has it for dlopen() from a program
 * without a RUNPATH: LD_LIBRARY_PATH, /etc/ld.so.cache, the default folders. Files of another architecture are passed
 * over, as the loader does. Not looked at: hardware-capability subfolders and LD_PRELOAD.
 */
import { architectureNamed, type Architecture as ArchitectureNames } from '../compat/architectures.ts';
import { absent, originText, present, unknown, type Answer, type Origin } from './answer.ts';
import { LD_CACHE_FLAGS, parseLdCache, type LdCacheEntry, type LdCacheResult } from '../formats/ld-cache.ts';
import type { Machine } from './machine.ts';
import { joinPath } from './paths.ts';

export type Architecture = 'x86-64' | 'aarch64';

export interface FoundLibrary {
  path: string;
  /** Links resolved; equal to path where that is not known. */
  realPath: string;
  by: 'LD_LIBRARY_PATH' | 'ld.so.cache' | 'default-path';
  /** What could not be looked at, or depends on the working directory, and might change the choice; for people. */
  notes: readonly string[];
}

export interface LoaderOptions {
  /** Value of LD_LIBRARY_PATH; default: that of the machine's environment. */
  searchPath?: string;
  /** Default x86-64. */
  architecture?: Architecture;
}

/** The loader's own name of an architecture to the table's. */
const NAMES: Readonly<Record<Architecture, ArchitectureNames>> = {
  'x86-64': architectureNamed('x86_64')!,
  aarch64: architectureNamed('aarch64')!,
};

/** Debian's multiarch folder: /usr/lib/x86_64-linux-gnu. */
export const multiarchFolder = (architecture: Architecture): string =>
  `/usr/lib/${NAMES[architecture].triplet}`;

const CACHE = '/etc/ld.so.cache';

/** A hostile variable may name any number of folders. */
const MAX_FOLDERS = 1000;

/** Folders searched last: Debian's multiarch ones, /lib64 of Fedora and SUSE, then the plain ones. */
export function defaultFolders(architecture: Architecture): readonly string[] {
  const { triplet } = NAMES[architecture];
  return [`/lib/${triplet}`, `/usr/lib/${triplet}`, '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
}

/**
 * @param soname "libcuda.so.1"
 * @returns absent: every place was looked at and none has it; unknown: none found, and some could not be looked at
 */
export async function findLibrary(
  machine: Machine,
  soname: string,
  options: LoaderOptions = {},
): Promise<Answer<FoundLibrary>> {
  const architecture = options.architecture ?? 'x86-64';
  const from: Origin = { kind: 'file', name: soname };
  const notes: string[] = [];
  const found = async (path: string, by: FoundLibrary['by']): Promise<Answer<FoundLibrary>> => {
    const real = await machine.realPath(path);
    const value = { path, realPath: real.state === 'present' ? real.value : path, by, notes };
    return present(value, { kind: 'file', name: path });
  };
  /** The loader opens it: 'yes', 'no', or 'unknown' with a note. */
  const opens = async (path: string): Promise<'yes' | 'no' | 'unknown'> => {
    const verdict = await canOpen(machine, path, architecture);
    if (verdict === 'unknown') notes.push(`${path} could not be looked at`);
    return verdict;
  };

  for (const folder of searchFolders(machine, options.searchPath, notes)) {
    const path = joinPath(folder, soname);
    if ((await opens(path)) === 'yes') return found(path, 'LD_LIBRARY_PATH');
  }

  const entry = await cacheEntry(machine, soname, architecture, notes);
  // Of a file that the cache names and nobody recorded, the cache itself is the witness.
  if (entry && (await opens(entry.path)) !== 'no') return found(entry.path, 'ld.so.cache');

  for (const folder of defaultFolders(architecture)) {
    const path = joinPath(folder, soname);
    if ((await opens(path)) === 'yes') return found(path, 'default-path');
  }
  return notes.length === 0 ? absent(from) : unknown('not-recorded', notes.join('; '), from);
}

/** All paths that the cache names for a soname and architecture, in the loader's order; empty where there is no cache. */
export async function cachedPaths(
  machine: Machine,
  soname: string,
  architecture: Architecture = 'x86-64',
): Promise<readonly string[]> {
  return (await cacheEntries(machine, soname, architecture, [])).map((entry) => entry.path);
}

/** Absolute folders of LD_LIBRARY_PATH; ':' and ';' both separate. */
function searchFolders(machine: Machine, given: string | undefined, notes: string[]): readonly string[] {
  let value = given;
  if (value === undefined) {
    const answer = machine.env('LD_LIBRARY_PATH');
    // An unpacked image has no environment of its own; a recording that lacks the variable leaves a doubt.
    if (answer.state === 'unknown' && answer.reason !== 'not-applicable') {
      notes.push('LD_LIBRARY_PATH is not known');
    }
    value = answer.state === 'present' ? answer.value : '';
  }
  if (value === '') return [];
  const folders: string[] = [];
  for (const folder of value.split(/[:;]/).slice(0, MAX_FOLDERS)) {
    if (folder.startsWith('/') && !folder.includes('$')) folders.push(folder.replace(/(?<=.)\/+$/, ''));
    else if (folder === '') notes.push('an empty entry in LD_LIBRARY_PATH stands for the working directory');
    else notes.push(`the entry ${folder} in LD_LIBRARY_PATH depends on where the program is started`);
  }
  return folders;
}

async function cacheEntry(
  machine: Machine,
  soname: string,
  architecture: Architecture,
  notes: string[],
): Promise<LdCacheEntry | undefined> {
  const entries = await cacheEntries(machine, soname, architecture, notes);
  // Whether the processor has what a hardware-capability entry asks for is not known here.
  return entries.find((entry) => !entry.hwcap) ?? entries[0];
}

async function cacheEntries(
  machine: Machine,
  soname: string,
  architecture: Architecture,
  notes: string[],
): Promise<readonly LdCacheEntry[]> {
  const file = await machine.readBytes(CACHE);
  if (file.state === 'unknown') notes.push(`${originText(file.from)}: ${file.why}`);
  if (file.state !== 'present') return [];
  const cache = parsedCache(file.value.bytes);
  if (!cache.ok) {
    notes.push(`${CACHE} cannot be read: ${cache.why}`);
    return [];
  }
  return cache.entries.filter(
    (entry) => entry.soname === soname && entry.flags === LD_CACHE_FLAGS[architecture],
  );
}

/** A memoized machine gives the same bytes again: several libraries are looked up in one cache. */
const parsedCaches = new WeakMap<Uint8Array, LdCacheResult>();

function parsedCache(bytes: Uint8Array): LdCacheResult {
  const known = parsedCaches.get(bytes);
  if (known) return known;
  const cache = parseLdCache(bytes);
  parsedCaches.set(bytes, cache);
  return cache;
}

async function canOpen(
  machine: Machine,
  path: string,
  architecture: Architecture,
): Promise<'yes' | 'no' | 'unknown'> {
  const stat = await machine.stat(path);
  if (stat.state === 'absent') return 'no';
  if (stat.state === 'unknown') {
    // On the live machine the loader runs with the same rights as we do; an image will be used with others.
    return stat.reason === 'not-permitted' && machine.isRunning ? 'no' : 'unknown';
  }
  if (stat.value.type !== 'file') return 'no';
  const elf = await machine.elf(path);
  // What is no ELF file at all is opened and then refused: it is this file that the program fails on.
  if (elf.state !== 'present') return elf.state === 'absent' ? 'no' : 'yes';
  return elf.value.bits === 64 && elf.value.machine === NAMES[architecture].elf ? 'yes' : 'no';
}
