/**
 * Which file the dynamic loader opens for a soname, and by which rule, as ld.so(8) has it: the DT_RPATH of who asks,
 * LD_LIBRARY_PATH, its DT_RUNPATH, /etc/ld.so.cache, the default folders. Files of another architecture are passed
 * over, as the loader does. Not looked at: hardware-capability subfolders and LD_PRELOAD.
 */
import { architectureNamed, type Architecture as ArchitectureNames } from '../compat/architectures.ts';
import { absent, originText, present, unknown, type Answer, type Origin } from './answer.ts';
import { LD_CACHE_FLAGS, parseLdCache, type LdCacheEntry } from '../formats/ld-cache.ts';
import type { Machine } from './machine.ts';
import { joinPath, normalPath, parentOf } from './paths.ts';

export type Architecture = 'x86-64' | 'aarch64';

export interface FoundLibrary {
  path: string;
  /** Links resolved; equal to path where that is not known. */
  realPath: string;
  by: 'RPATH' | 'LD_LIBRARY_PATH' | 'RUNPATH' | 'ld.so.cache' | 'default-path';
  /** What could not be looked at, or depends on the working directory, and might change the choice; for people. */
  notes: readonly string[];
}

export interface LoaderOptions {
  /** Value of LD_LIBRARY_PATH; default: that of the machine's environment. */
  searchPath?: string;
  /** Default x86-64. */
  architecture?: Architecture;
  /** Absolute path of the program or library that asks, whose own search path counts; left out: one without. */
  binary?: string;
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
  const notes: string[] = [];
  for await (const { path, by, opens } of candidates(machine, soname, options, notes)) {
    if (!isTaken(by, opens)) continue;
    const real = await machine.realPath(path);
    const value = { path, realPath: real.state === 'present' ? real.value : path, by, notes };
    return present(value, { kind: 'file', name: path });
  }
  const from: Origin = { kind: 'file', name: soname };
  return notes.length === 0 ? absent(from) : unknown('not-recorded', notes.join('; '), from);
}

export interface LibraryCopies {
  /** In the loader's order, each file once under the first path that leads to it. */
  copies: readonly (Omit<FoundLibrary, 'notes'> & {
    /** The one that the loader opens. */
    taken: boolean;
    /** Of another architecture, a folder, or nothing that can be read: passed over. */
    passedOver: boolean;
  })[];
  notes: readonly string[];
}

/** All files of that name where the loader looks, also behind the one that it takes. */
export async function libraryCopies(
  machine: Machine,
  soname: string,
  options: LoaderOptions = {},
): Promise<LibraryCopies> {
  const notes: string[] = [];
  const copies = new Map<string, LibraryCopies['copies'][number]>();
  let isFound = false;
  for await (const { path, by, opens } of candidates(machine, soname, options, notes)) {
    const stat = await machine.stat(path);
    // Of what could not be looked at a note tells; what the cache names is there by its word.
    if (stat.state !== 'present' && !(by === 'ld.so.cache' && stat.state === 'unknown')) continue;
    const real = await machine.realPath(path);
    const realPath = real.state === 'present' ? real.value : path;
    const taken: boolean = !isFound && isTaken(by, opens);
    isFound ||= taken;
    if (taken || !copies.has(realPath))
      copies.set(realPath, { path, realPath, by, taken, passedOver: opens === 'no' });
  }
  return { copies: [...copies.values()], notes: [...new Set(notes)] };
}

/** Of a file that the cache names and nobody recorded, the cache itself is the witness. */
const isTaken = (by: FoundLibrary['by'], opens: Candidate['opens']): boolean =>
  opens === 'yes' || (by === 'ld.so.cache' && opens === 'unknown');

interface Candidate {
  path: string;
  by: FoundLibrary['by'];
  /** Whether the loader opens it; of `unknown` a note tells. */
  opens: 'yes' | 'no' | 'unknown';
}

/** Where the loader looks, in its order. @param notes what could not be looked at is added here */
async function* candidates(
  machine: Machine,
  soname: string,
  options: LoaderOptions,
  notes: string[],
): AsyncGenerator<Candidate> {
  const architecture = options.architecture ?? 'x86-64';
  for (const { folder, by } of await loaderFolders(machine, options, notes)) {
    if (folder === null) {
      const entry = await cacheEntry(machine, soname, architecture, notes);
      if (entry)
        yield { path: entry.path, by, opens: await opensNoting(machine, entry.path, architecture, notes) };
      continue;
    }
    const path = joinPath(folder, soname);
    yield { path, by, opens: await opensNoting(machine, path, architecture, notes) };
  }
}

async function opensNoting(
  machine: Machine,
  path: string,
  architecture: Architecture,
  notes: string[],
): Promise<Candidate['opens']> {
  const verdict = await canOpen(machine, path, architecture);
  if (verdict === 'unknown') notes.push(`${path} could not be looked at`);
  return verdict;
}

export interface SearchedFolder {
  /** Null: /etc/ld.so.cache. */
  folder: string | null;
  by: FoundLibrary['by'];
}

/** The search order of ld.so(8). @param notes what is not known of it is added here */
export async function loaderFolders(
  machine: Machine,
  { searchPath, architecture = 'x86-64', binary }: LoaderOptions,
  notes: string[],
): Promise<SearchedFolder[]> {
  const own = binary === undefined ? null : await ownFolders(machine, binary, architecture, notes);
  const named = (folders: readonly string[], by: FoundLibrary['by']): SearchedFolder[] =>
    folders.map((folder) => ({ folder, by }));
  return [
    ...(own?.by === 'RPATH' ? named(own.folders, 'RPATH') : []),
    ...named(searchFolders(machine, searchPath, notes), 'LD_LIBRARY_PATH'),
    ...(own?.by === 'RUNPATH' ? named(own.folders, 'RUNPATH') : []),
    { folder: null, by: 'ld.so.cache' },
    ...named(defaultFolders(architecture), 'default-path'),
  ];
}

/** The search path that a program or library carries, with what the loader puts in the place of its variables. */
async function ownFolders(
  machine: Machine,
  binary: string,
  architecture: Architecture,
  notes: string[],
): Promise<{ folders: string[]; by: 'RPATH' | 'RUNPATH' } | null> {
  const elf = await machine.elf(binary);
  if (elf.state !== 'present') {
    notes.push(
      `the search path of ${binary} is not known: ${elf.state === 'absent' ? 'no such file' : elf.why}`,
    );
    return null;
  }
  const real = await machine.realPath(binary);
  const origin = parentOf(real.state === 'present' ? real.value : binary);
  const folders = elf.value.runpath.flatMap((folder) => {
    const whole = folder
      .replace(/\$(?:ORIGIN|\{ORIGIN\})/g, origin)
      .replace(/\$(?:LIB|\{LIB\})/g, `lib/${NAMES[architecture].triplet}`);
    if (whole.startsWith('/') && !whole.includes('$')) return [normalPath(whole)];
    notes.push(`the entry ${folder} in the search path of ${binary} depends on where the program is started`);
    return [];
  });
  return { folders, by: elf.value.isRpath === true ? 'RPATH' : 'RUNPATH' };
}

/** All paths that the cache names for a soname and architecture, in the loader's order; empty where there is no cache. */
export async function cachedPaths(
  machine: Machine,
  soname: string,
  architecture: Architecture = 'x86-64',
): Promise<readonly string[]> {
  return (await entriesFor(machine, soname, architecture, [])).map((entry) => entry.path);
}

/** All sonames that the cache has for an architecture; empty where there is no cache. */
export async function cachedSonames(
  machine: Machine,
  architecture: Architecture = 'x86-64',
): Promise<readonly string[]> {
  return (await entriesFor(machine, undefined, architecture, [])).map(({ soname }) => soname);
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
  const entries = await entriesFor(machine, soname, architecture, notes);
  // Whether the processor has what a hardware-capability entry asks for is not known here.
  return entries.find((entry) => !entry.hwcap) ?? entries[0];
}

/** @param soname undefined: all of them */
async function entriesFor(
  machine: Machine,
  soname: string | undefined,
  architecture: Architecture,
  notes: string[],
): Promise<readonly LdCacheEntry[]> {
  const file = await machine.readBytes(CACHE);
  if (file.state === 'unknown') notes.push(`${originText(file.from)}: ${file.why}`);
  if (file.state !== 'present') return [];
  const cache = parseLdCache(file.value.bytes, soname);
  if (cache.ok) return cache.entries.filter(({ flags }) => flags === LD_CACHE_FLAGS[architecture]);
  notes.push(`${CACHE} cannot be read: ${cache.why}`);
  return [];
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
