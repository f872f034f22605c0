/**
 * The liblzma that the executable decodes with, through Bun's FFI. The program brings one along (5.8, out of node-liblzma's addon,
 * which exports the whole library): since 5.6 it decodes in two thirds of the time (measured on 315 MB: 3.1 s, and 4.6 s by 5.4),
 * and most systems in use have an older one. It takes a glibc of 2.34 and a C++ library; where it does not load, the system's serves,
 * which every Debian and Ubuntu has, also in minimal images, since dpkg stands on it.
 */
import type * as Ffi from 'bun:ffi';
import { closeSync, writeSync } from 'node:fs';
import { openLibrary } from './workers/native-liblzma.ts';

/**
 * Where distributions put it. Named by its whole path: by name alone LD_LIBRARY_PATH would say what is loaded, and that is
 * often a prefix, an environment of Python's, or a folder that somebody else may write to.
 */
const TRIPLET = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const FOLDERS = [`/usr/lib/${TRIPLET}`, `/lib/${TRIPLET}`, '/usr/lib64', '/lib64', '/usr/lib', '/lib'];
const LIBRARY = 'liblzma.so.5';

/** What ours needs beside the C library, and a function of each: loaded before it, by path, so that it is not searched for. */
const NEEDED = { 'libgcc_s.so.1': '_Unwind_Resume', 'libstdc++.so.6': '__cxa_demangle' };

/** memfd_create(2): not handed on to children; the second is known, and asked for, since Linux 6.3. */
const MFD_CLOEXEC = 1;
const MFD_EXEC = 0x10;

let found: Promise<string | null> | undefined;

/** What a thread opens; null where nothing loads. Of Bun alone. */
export function nativeLibrary(): Promise<string | null> {
  return (found ??= find());
}

async function find(): Promise<string | null> {
  const ffi = await import('bun:ffi');
  return (await broughtAlong(ffi)) ?? inFolders(LIBRARY, (path) => openLibrary(path, ffi));
}

/** Its path in memory, where it loads. */
async function broughtAlong(ffi: typeof Ffi): Promise<string | null> {
  if (process.arch !== 'x64') return null;
  for (const [name, symbol] of Object.entries(NEEDED)) {
    const functions = { [symbol]: { args: [], returns: 'void' } } as const;
    if (inFolders(name, (path) => ffi.dlopen(path, functions)) === null) return null;
  }
  const { default: bytes } = await import('package-file:node-liblzma/prebuilds/linux-x64/node-liblzma.node');
  let fd = -1;
  const isLoaded = tried(() => {
    fd = fileInMemory(ffi);
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    openLibrary(pathOf(fd), ffi);
  });
  if (!isLoaded && fd >= 0) closeSync(fd);
  return isLoaded ? pathOf(fd) : null;
}

const pathOf = (fd: number): string => `/proc/self/fd/${fd}`;

/** The first of these libraries that loads. */
function inFolders(name: string, load: (path: string) => unknown): string | null {
  return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => tried(() => load(path))) ?? null;
}

/** That a library does not load is an answer. */
function tried(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/**
 * A file without a name, as long as this process lives: nobody can put another in its place, no file system says no, and nothing
 * is left of it.
 *
 * @returns its descriptor; negative where the kernel refuses
 * @throws Error where the C library is too old for it
 */
function fileInMemory({ dlopen }: typeof Ffi): number {
  // The one that this process runs on, whatever is searched for libraries.
  const { symbols } = dlopen('libc.so.6', { memfd_create: { args: ['ptr', 'u32'], returns: 'i32' } });
  const create = (flags: number): number => symbols['memfd_create']!(Buffer.from('liblzma\0'), flags);
  const fd = create(MFD_CLOEXEC | MFD_EXEC);
  return fd < 0 ? create(MFD_CLOEXEC) : fd;
}
