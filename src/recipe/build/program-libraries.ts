/** Which files the loader takes for a program that carries its own search path, and where they belong. */
import { dirname, join } from 'node:path';
import { valueOf } from '../../machine/answer.ts';
import type { BuiltLibrary } from '../../machine/records/build-record.ts';
import { findLibrary } from '../../machine/loader.ts';
import type { Machine } from '../../machine/machine.ts';

/** The loader itself and what belongs to the C library: on every system, and never the question. */
const C_LIBRARY = /^(?:ld-linux|libc\.|libm\.|libdl\.|libpthread\.|librt\.|libresolv\.|libutil\.)/;
/** Installed with the driver, on the machine that has the GPU. */
const DRIVERS = /^(?:libcuda|libnvidia-|libnvcuvid|libnvoptix)/;

/**
 * As ld.so(8) has it for a DT_RPATH: the search path of the program serves the libraries of its libraries too. The
 * caller's LD_LIBRARY_PATH is not looked at: what is built runs without it.
 *
 * @param prefix real path of the prefix; null: none
 * @returns in the order in which they are first needed
 */
export async function librariesOf(
  machine: Machine,
  program: string,
  prefix: string | null,
): Promise<BuiltLibrary[]> {
  const found = new Map<string, BuiltLibrary>();
  const own = valueOf(await machine.elf(program));
  if (own === undefined) return [];
  const rpath = own.runpath;
  const todo: { soname: string; folders: readonly string[] }[] = own.needed.map((soname) => ({
    soname,
    folders: rpath,
  }));
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    const { soname, folders } = next;
    if (found.has(soname) || C_LIBRARY.test(soname)) continue;
    const path = await locate(machine, soname, folders);
    const real = path === null ? null : (valueOf(await machine.realPath(path)) ?? path);
    const inPrefix = real !== null && prefix !== null && real.startsWith(`${prefix}/`);
    const from = inPrefix ? 'prefix' : DRIVERS.test(soname) ? 'driver' : 'system';
    found.set(soname, { soname, path, from });
    if (!inPrefix || path === null) continue;
    const elf = valueOf(await machine.elf(path));
    const below = (elf?.runpath ?? []).map((folder) =>
      folder.replace(/\$(?:ORIGIN|\{ORIGIN\})/g, dirname(path)),
    );
    for (const needed of elf?.needed ?? []) todo.push({ soname: needed, folders: [...below, ...rpath] });
  }
  return [...found.values()];
}

async function locate(machine: Machine, soname: string, folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const path = join(folder, soname);
    if ((await machine.elf(path)).state === 'present') return path;
  }
  return valueOf(await findLibrary(machine, soname, { searchPath: '' }))?.path ?? null;
}
