/** Our prefixes, in the caller's own home and in the one that all share: what each is, and which are damaged. */
import { GpuSetupError } from '../../../base/errors.ts';
import { folders as gpuSetupFolders, SYSTEM_HOME } from '../../../base/folders.ts';
import { architectureNamed } from '../../../compat/architectures.ts';
import { absent, present, valueOf, type Answer } from '../../answer.ts';
import type { DamagedPrefix } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { baseOf, joinPath, parentOf } from '../../paths.ts';
import { flawOfFiles, flawOfManifest, GENERATION_GONE } from '../../records/prefix-flaws.ts';
import { LOCK_PATH, readPrefixRelease } from '../../records/read-prefix-manifest.ts';
import { probePackages } from '../driver/dpkg.ts';
import { probeArchitecture } from '../platform/architecture.ts';
import { probeKernel } from '../platform/kernel.ts';
import { libraryPathFolders, programFolders } from './search-paths.ts';

/** One whose manifest says what it is. */
export interface FoundPrefix {
  /** `<home>/prefixes/<name>` */
  path: string;
  name: string;
  recipe: string | null;
  cuda: string;
  /** False: nothing in it is a toolkit of this machine. */
  isOwnArchitecture: boolean;
}

export interface Prefixes {
  found: readonly FoundPrefix[];
  /** Of any architecture. */
  damaged: Answer<readonly DamagedPrefix[]>;
}

export async function probePrefixes(machine: Machine): Promise<Prefixes> {
  const found: FoundPrefix[] = [];
  const damaged: DamagedPrefix[] = [];
  const homes = gpuSetupHomes(machine);
  const folders = homes.map((home) => joinPath(home, 'prefixes'));
  const listings = await Promise.all(folders.map((folder) => machine.listDir(folder)));
  for (const [at, folder] of folders.entries()) {
    for (const name of valueOf(listings[at]!)?.entries ?? []) {
      const path = joinPath(folder, name);
      const manifest = await readPrefixRelease(machine, path);
      const release = valueOf(manifest);
      const flaw =
        release === undefined
          ? await flawOfManifest(machine, path, manifest)
          : await flawOfFiles(machine, path, release);
      const architecture = release?.architecture;
      const foreign =
        architecture === undefined || (await isOwn(machine, architecture)) ? null : architecture;
      // A name that begins with a dot is being made or removed.
      if (flaw !== null && !name.startsWith('.') && (await isPrefix(machine, path)))
        damaged.push(await damagedPrefix(machine, path, flaw, { ...NOTHING_KNOWN, ...release, foreign }));
      if (release === undefined) continue;
      const { recipe, cuda } = release;
      found.push({ path, name, recipe, cuda, isOwnArchitecture: foreign === null });
    }
  }
  const from = { kind: 'dir', name: folders[0]! } as const;
  if (damaged.length > 0) return { found, damaged: present(damaged, from) };
  return { found, damaged: listings.find((one) => one.state === 'unknown') ?? absent(from) };
}

/** The caller's own home, then the one that all share. */
export function gpuSetupHomes(machine: Machine): readonly string[] {
  const uid = valueOf(machine.identity())?.uid ?? 0;
  const env = Object.fromEntries(
    ['GPU_SETUP_HOME', 'GPU_SETUP_CONFIG', 'GPU_SETUP_CACHE', 'XDG_DATA_HOME', 'HOME'].map((name) => [
      name,
      valueOf(machine.env(name)),
    ]),
  );
  try {
    return [...new Set([gpuSetupFolders(env, uid).home, SYSTEM_HOME])];
  } catch (error) {
    // No HOME, or a variable that is no absolute path: nothing of the user's can be there.
    if (error instanceof GpuSetupError) return [SYSTEM_HOME];
    throw error;
  }
}

/** Where either is not known, nothing says that it is not. */
async function isOwn(machine: Machine, architecture: string): Promise<boolean> {
  const kernel = await probeKernel(machine);
  const own = valueOf(await probeArchitecture(machine, { kernel, packages: () => probePackages(machine) }));
  const named = architectureNamed(architecture);
  return own === undefined || named === null || named.machine === own;
}

/** Links and folders are; what is gone since it was listed is not. */
async function isPrefix(machine: Machine, path: string): Promise<boolean> {
  if ((await machine.readLink(path)).state === 'present') return true;
  return valueOf(await machine.stat(path))?.type === 'dir';
}

type Known = Pick<DamagedPrefix, 'recipe' | 'cuda' | 'cudnn' | 'foreign'>;

const NOTHING_KNOWN = { recipe: null, cuda: null, cudnn: null };

async function damagedPrefix(
  machine: Machine,
  path: string,
  why: string,
  { recipe, cuda, cudnn, foreign }: Known,
): Promise<DamagedPrefix> {
  const home = parentOf(parentOf(path));
  const lock = why === GENERATION_GONE ? undefined : await machine.stat(joinPath(path, LOCK_PATH));
  return {
    name: baseOf(path),
    path,
    why,
    ofRoot: home === SYSTEM_HOME,
    hasLock: lock !== undefined && lock.state !== 'absent' && valueOf(lock)?.size !== 0,
    recipe,
    cuda,
    cudnn,
    foreign,
    inUse: await inUseBy(machine, path, home),
  };
}

async function inUseBy(machine: Machine, path: string, home: string): Promise<DamagedPrefix['inUse']> {
  const root = valueOf(await machine.realPath(path)) ?? path;
  const isInside = (folder: string): boolean =>
    [path, root].some((own) => folder === own || folder.startsWith(`${own}/`));
  const named = (variable: string): string[] => [valueOf(machine.env(variable)) ?? ''];
  const places = [
    ['PATH', valueOf(programFolders(machine)) ?? []],
    ['CUDA_HOME', named('CUDA_HOME')],
    ['CUDA_PATH', named('CUDA_PATH')],
    ['LD_LIBRARY_PATH', libraryPathFolders(machine)],
  ] as const;
  const uses = places.filter(([, folders]) => folders.some(isInside)).map(([use]) => use);
  const chosen = valueOf(await machine.readLink(joinPath(home, 'current')));
  return chosen === `prefixes/${baseOf(path)}` || chosen === path ? [...uses, 'use'] : uses;
}
