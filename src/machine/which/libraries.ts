/** Every copy of a library where the loader looks, and which one it takes. A name without a version stands for each that is here. */
import { valueOf } from '../answer.ts';
import { isStub } from '../facts/driver/driver-libraries.ts';
import { cachedSonames, libraryCopies, loaderFolders, type LoaderOptions } from '../loader.ts';
import type { Machine } from '../machine.ts';
import { baseOf, joinPath } from '../paths.ts';
import type { Copy, WhichResult } from './types.ts';

/** Hostile folders may hold any number. */
const MOST_SONAMES = 40;

/**
 * @param name "libcudart.so.12", "libcudart.so", "libcudart"
 * @param toolkits folders of libraries that a toolkit has, whether or not the loader looks there
 */
export async function whichLibraries(
  machine: Machine,
  name: string,
  options: LoaderOptions,
  toolkits: readonly string[],
): Promise<WhichResult[]> {
  const stem = `${name.replace(/\.so$/, '')}.so`;
  const sonames = /\.so\.\d/.test(name) ? [name] : await sonamesOf(machine, stem, options, toolkits);
  const names = sonames.length === 0 ? [stem] : sonames;
  return Promise.all(names.map((soname) => whichLibrary(machine, soname, options, toolkits)));
}

async function whichLibrary(
  machine: Machine,
  soname: string,
  options: LoaderOptions,
  toolkits: readonly string[],
): Promise<WhichResult> {
  const { copies, notes } = await libraryCopies(machine, soname, options);
  const seen = copies.map(({ realPath }) => realPath);
  const isFound = copies.some(({ taken }) => taken);
  return {
    name: soname,
    kind: 'library',
    state: isFound ? 'found' : notes.length > 0 ? 'unknown' : 'missing',
    copies: [
      ...copies.map(({ passedOver, ...copy }) => inWords(soname, copy, passedOver)),
      ...(await notSearched(machine, soname, toolkits, seen)),
    ],
    loaded: null,
    notes,
  };
}

function inWords(soname: string, copy: Omit<Copy, 'version' | 'note'>, passedOver: boolean): Copy {
  const stub = /^libcuda\.so/.test(soname) && isStub(copy);
  const note = passedOver
    ? 'not for this architecture, or no library'
    : stub
      ? 'a stub for linking, not the driver'
      : null;
  return { ...copy, version: versionOf(copy.realPath), note };
}

/** Copies that people have in mind when they ask why it is not found. */
async function notSearched(
  machine: Machine,
  soname: string,
  toolkits: readonly string[],
  seen: readonly string[],
): Promise<Copy[]> {
  const copies = new Map<string, Copy>();
  for (const folder of toolkits) {
    const path = joinPath(folder, soname);
    const realPath = valueOf(await machine.realPath(path));
    if (realPath === undefined || seen.includes(realPath) || copies.has(realPath)) continue;
    copies.set(realPath, {
      path,
      realPath,
      version: versionOf(realPath),
      by: 'not-searched',
      taken: false,
      note: 'the loader does not look there',
    });
  }
  return [...copies.values()];
}

/** "libcudart.so.12.4.127" */
const versionOf = (path: string): string | null => /\.so\.(\d[\d.]*)$/.exec(baseOf(path))?.[1] ?? null;

/** Sonames of the files whose names begin so: libcudart.so.11.0 and libcudart.so.12, of which the loader asks for one. */
async function sonamesOf(
  machine: Machine,
  stem: string,
  options: LoaderOptions,
  toolkits: readonly string[],
): Promise<string[]> {
  const names = new Set<string>();
  const searched = (await loaderFolders(machine, options, [])).map(({ folder }) => folder);
  for (const folder of [...searched, ...toolkits]) {
    const entries =
      folder === null
        ? await cachedSonames(machine, options.architecture)
        : (valueOf(await machine.listDir(folder))?.entries ?? []);
    for (const entry of entries) {
      if (names.size >= MOST_SONAMES) break;
      if (!entry.startsWith(`${stem}.`) || !/^\.\d[\d.]*$/.test(entry.slice(stem.length))) continue;
      if (folder === null) names.add(entry);
      else {
        const soname = valueOf(await machine.elf(joinPath(folder, entry)))?.soname;
        if (soname?.startsWith(`${stem}.`) === true && !soname.includes('/')) names.add(soname);
      }
    }
  }
  return [...names].sort();
}
