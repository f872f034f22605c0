/**
 * The liblzma that the executable decodes with, through Bun's FFI. The program brings one along (5.8, out of node-liblzma's addon,
 * which exports the whole library): since 5.6 it decodes in two thirds of the time (measured on 315 MB: 3.1 s, and 4.6 s by 5.4),
 * and most systems in use have an older one. It takes a glibc of 2.34 and a C++ library; where it does not load, the system's serves,
 * which every Debian and Ubuntu has, also in minimal images, since dpkg stands on it.
 */
import type * as Ffi from 'bun:ffi';
import { writeSync } from 'node:fs';
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
  return (await opened(ffi, () => broughtAlong(ffi))) ?? systems(ffi);
}

async function systems(ffi: typeof Ffi): Promise<string | null> {
  for (const folder of FOLDERS) {
    const path = await opened(ffi, () => `${folder}/${LIBRARY}`);
    if (path !== null) return path;
  }
  return null;
}

/** Its path, where it loads. */
async function opened(ffi: typeof Ffi, place: () => Promise<string> | string): Promise<string | null> {
  try {
    const path = await place();
    openLibrary(path, ffi);
    return path;
  } catch {
    return null;
  }
}

/** @throws Error where there is none for this machine, or no place to load it from */
async function broughtAlong(ffi: typeof Ffi): Promise<string> {
  if (process.arch !== 'x64') throw new Error(`no library for ${process.arch}`);
  for (const [name, symbol] of Object.entries(NEEDED)) load(name, symbol, ffi);
  const { default: bytes } = await import('package-file:node-liblzma/prebuilds/linux-x64/node-liblzma.node');
  return inMemory(bytes, ffi);
}

function load(name: string, symbol: string, { dlopen }: typeof Ffi): void {
  for (const folder of FOLDERS) {
    try {
      dlopen(`${folder}/${name}`, { [symbol]: { args: [], returns: 'void' } });
      return;
    } catch {
      // Elsewhere, perhaps.
    }
  }
  throw new Error(`no ${name}`);
}

/**
 * A file without a name, as long as this process lives: nobody can put another in its place, no file system says no, and nothing
 * is left of it.
 */
function inMemory(bytes: Uint8Array, { dlopen }: typeof Ffi): string {
  // The one that this process runs on, whatever is searched for libraries.
  const { symbols } = dlopen('libc.so.6', { memfd_create: { args: ['ptr', 'u32'], returns: 'i32' } });
  const create = (flags: number): number => symbols['memfd_create']!(Buffer.from('liblzma\0'), flags);
  let fd = create(MFD_CLOEXEC | MFD_EXEC);
  if (fd < 0) fd = create(MFD_CLOEXEC);
  if (fd < 0) throw new Error('no file in memory');
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  return `/proc/self/fd/${fd}`;
}
