/**
 * The environment in which programs use a prefix: compilers, build systems, loaders, scripts. What the caller has stays
 * behind it, without what came from other prefixes of ours, so that cuda10 after cuda9 finds no CUDA 9.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '../../machine/machine.ts';
import { requireSearchable } from '../home/home-folder.ts';
import { COMPAT, compatUse } from './forward-compat.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What to set, and (null) what to take away because another prefix of ours had set it. */
export type EnvironmentChange = Readonly<Record<string, string | null>>;

/** Folders of a prefix that some variable may name, relative to it. */
const FOLDERS = [
  'bin',
  'include',
  'lib64',
  'lib64/stubs',
  'lib64/pkgconfig',
  'nvvm/lib64',
  'extras/CUPTI/include',
  'extras/CUPTI/lib64',
  COMPAT,
] as const;

/**
 * Path lists, and what of a prefix stands in front of them. The stubs are for linking only: with them on the loader's
 * path a program would find a libcuda that does nothing. The libcuda of forward compatibility comes before all others, since
 * it takes the place of the driver's.
 */
const LISTS: Readonly<Record<string, readonly (typeof FOLDERS)[number][] | 'root'>> = {
  PATH: ['bin'],
  LD_LIBRARY_PATH: [COMPAT, 'lib64', 'extras/CUPTI/lib64', 'nvvm/lib64'],
  LIBRARY_PATH: ['lib64', 'lib64/stubs', 'extras/CUPTI/lib64'],
  CPATH: ['include', 'extras/CUPTI/include'],
  PKG_CONFIG_PATH: ['lib64/pkgconfig'],
  CMAKE_PREFIX_PATH: 'root',
};

/** Read by PyTorch and most Makefiles; by CMake's FindCUDA; by PyCUDA; by CMake's FindCUDAToolkit. */
const ROOTS = ['CUDA_HOME', 'CUDA_PATH', 'CUDA_ROOT', 'CUDAToolkit_ROOT'];

const COMPILER = 'CUDACXX';

/** What a prefix stands for in an environment, whatever else that one holds. */
export interface PrefixVariables {
  /** Absolute folders that go in front of a list. */
  lists: Readonly<Record<string, readonly string[]>>;
  values: Readonly<Record<string, string>>;
}

/** Whether a variable is a list of folders, divided by colons. */
export function isSearchPath(name: string): boolean {
  return Object.hasOwn(LISTS, name);
}

/** Whether a prefix may set a variable of this name. */
export function isPrefixVariable(name: string): boolean {
  return isSearchPath(name) || ROOTS.includes(name) || name === COMPILER;
}

export interface PrefixFolders {
  /** Absolute. */
  root: string;
  /** Those of FOLDERS that are there. */
  folders: readonly string[];
  /** Whether it has bin/nvcc. */
  compiler: boolean;
}

/**
 * @param prefix absolute path, as it shall stand in the variables
 * @param homes whose prefixes are ours: their entries are taken out of the caller's lists
 */
export async function environmentOf(
  prefix: string,
  env: Environment,
  homes: readonly string[],
): Promise<EnvironmentChange> {
  return changeEnvironment(await foldersOf(prefix), env, homes);
}

/**
 * What of a prefix is there to be named.
 *
 * @param prefix absolute path, as it shall stand in the variables
 * @param machine whose driver and GPUs decide on forward compatibility; else this one
 */
export async function foldersOf(prefix: string, machine?: Machine): Promise<PrefixFolders> {
  const folders: string[] = [];
  for (const folder of FOLDERS) {
    if ((await stat(join(prefix, folder)).catch(() => null))?.isDirectory() !== true) continue;
    if (folder === COMPAT && !(await compatUse(prefix, machine)).used) continue;
    folders.push(folder);
  }
  const compiler = (await stat(join(prefix, 'bin/nvcc')).catch(() => null))?.isFile() === true;
  return { root: prefix, folders, compiler };
}

/** @throws GpuSetupError `prefix-path-unusable`: no path list can hold this path */
export function prefixVariables(prefix: PrefixFolders): PrefixVariables {
  requireSearchable(prefix.root);
  const lists = Object.entries(LISTS).map(([name, wanted]) => {
    const there = wanted === 'root' ? [''] : wanted.filter((folder) => prefix.folders.includes(folder));
    return [name, there.map((folder) => join(prefix.root, folder))] as const;
  });
  return {
    lists: Object.fromEntries(lists),
    values: {
      ...Object.fromEntries(ROOTS.map((name) => [name, prefix.root])),
      // CMake prefers it to PATH, where a shell start-up file may have set it for another toolkit.
      ...(prefix.compiler ? { [COMPILER]: join(prefix.root, 'bin/nvcc') } : {}),
    },
  };
}

/** @throws GpuSetupError `prefix-path-unusable` */
export function changeEnvironment(
  prefix: PrefixFolders,
  env: Environment,
  homes: readonly string[],
): EnvironmentChange {
  const { lists, values } = prefixVariables(prefix);
  const isOurs = (entry: string): boolean =>
    homes.some((home) => entry.startsWith(`${home}/prefixes/`) || entry.startsWith(`${home}/generations/`));
  const change: Record<string, string | null> = {};
  for (const [name, first] of Object.entries(lists)) {
    // An empty entry means the working directory to a loader or compiler: nobody wants that.
    const before = (env[name] ?? '').split(':').filter((entry) => entry !== '');
    const value = [...first, ...before.filter((entry) => !isOurs(entry) && !first.includes(entry))].join(':');
    if (value !== '') change[name] = value;
    else if (env[name] !== undefined) change[name] = null;
  }
  if (!prefix.compiler && isOurs(env[COMPILER] ?? '')) change[COMPILER] = null;
  return { ...change, ...values };
}

/** The whole environment after the change. */
export function applyEnvironment(env: Environment, change: EnvironmentChange): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...env, ...change }).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
