/** CUDA toolkits: NVIDIA's folders, the distribution's own layout, our prefixes, the active conda environment. */
import { absent, present, unknown, valueOf, type Answer } from '../../answer.ts';
import type { ToolkitFacts } from '../../facts.ts';
import { cachedPaths } from '../../loader.ts';
import type { Machine } from '../../machine.ts';
import { joinPath, parentOf } from '../../paths.ts';
import { foldersBelow } from './folders-below.ts';
import { readCompilerCeiling } from './host-config.ts';
import type { FoundNvcc } from './nvcc.ts';
import type { Prefixes } from './prefixes.ts';
import { libraryPathFolders } from './search-paths.ts';
import { namesIn } from '../recorded.ts';
import { readToolkitVersion } from './toolkit-version.ts';

const DEBIAN_TOOLKIT = '/usr/lib/nvidia-cuda-toolkit';
const DEBIAN_HOME = '/usr/lib/cuda';
const TRIPLETS = ['x86_64-linux-gnu', 'aarch64-linux-gnu'] as const;
const TARGETS = ['x86_64-linux', 'sbsa-linux', 'aarch64-linux'] as const;

/** How the name of a library goes on, shared and static. */
const LIBRARY_ENDINGS = ['.so', '.a', '_static.so', '_static.a'] as const;

type InUse = ToolkitFacts['inUse'][number];

interface Candidate {
  root: string;
  layout: ToolkitFacts['layout'];
  prefix: string | null;
  /** These two are known from a manifest. */
  recipe: string | null;
  version: string | null;
}

interface Layout {
  bin: readonly string[];
  lib: readonly string[];
  include: readonly string[];
  /** Where version.json and version.txt are. */
  version: readonly string[];
}

export async function probeToolkits(
  machine: Machine,
  nvcc: Answer<FoundNvcc>,
  prefixes: Prefixes,
): Promise<Answer<readonly ToolkitFacts[]>> {
  const usrLocal = await machine.listDir('/usr/local');
  const candidates = await findCandidates(machine, nvcc, prefixes);
  const uses = await usedFolders(machine, nvcc);
  const toolkits: ToolkitFacts[] = [];
  for (const candidate of candidates) {
    const toolkit = await readToolkit(machine, candidate, uses);
    if (toolkit) toolkits.push(toolkit);
  }
  if (toolkits.length > 0) return present(toolkits, { kind: 'dir', name: toolkits[0]!.path });
  if (usrLocal.state === 'unknown') return usrLocal;
  return usrLocal.state === 'present' && !usrLocal.value.complete
    ? unknown('not-recorded', 'only a part of /usr/local is recorded', usrLocal.from)
    : absent(usrLocal.from);
}

/** Roots with links resolved, each once; the first way to it decides about layout and name. */
async function findCandidates(
  machine: Machine,
  nvcc: Answer<FoundNvcc>,
  prefixes: Prefixes,
): Promise<readonly Candidate[]> {
  const found = new Map<string, Candidate>();
  /** Prefixes for other machines, and those that do not say what they are: whatever leads to them, they are no toolkits of this one. */
  const others = new Set<string>();
  const add = async (path: string, more: Partial<Candidate> = {}): Promise<void> => {
    const real = valueOf(await machine.realPath(path));
    if (real === undefined) return;
    const isDebian = real === DEBIAN_TOOLKIT || real === DEBIAN_HOME || real === '/usr' || real === '/';
    const root = isDebian ? '/' : real;
    const layout = isDebian ? 'debian' : 'nvidia';
    if (!others.has(root) && !found.has(root))
      found.set(root, { root, layout, prefix: null, recipe: null, version: null, ...more });
  };

  for (const { path, name, recipe, cuda, isOwnArchitecture } of prefixes.found) {
    if (isOwnArchitecture) await add(path, { layout: 'prefix', prefix: name, recipe, version: cuda });
    else others.add(valueOf(await machine.realPath(path)) ?? path);
  }
  for (const { path, cuda } of valueOf(prefixes.damaged) ?? [])
    if (cuda === null) others.add(valueOf(await machine.realPath(path)) ?? path);
  for (const folder of ['/usr/local', '/opt', '/opt/nvidia']) {
    const names = (await namesIn(machine, folder)) ?? [];
    for (const name of names) if (/^cuda(?:-\d[\d.]*)?$/.test(name)) await add(joinPath(folder, name));
  }
  for (const variable of ['CUDA_HOME', 'CUDA_PATH']) {
    const value = valueOf(machine.env(variable));
    if (value?.startsWith('/')) await add(value);
  }
  const conda = valueOf(machine.env('CONDA_PREFIX'));
  if (conda?.startsWith('/') && (await holdsCuda(machine, conda))) await add(conda, { layout: 'conda' });
  if (nvcc.state === 'present' && nvcc.value.realPath.startsWith('/')) {
    await add(parentOf(parentOf(nvcc.value.realPath)));
  }
  await add(DEBIAN_TOOLKIT);
  return [...found.values()];
}

async function holdsCuda(machine: Machine, root: string): Promise<boolean> {
  const [bin, lib] = await Promise.all([
    namesIn(machine, joinPath(root, 'bin')),
    namesIn(machine, joinPath(root, 'lib')),
  ]);
  return bin?.includes('nvcc') === true || lib?.some((name) => name.startsWith('libcudart.so')) === true;
}

async function layoutOf(machine: Machine, { root, layout }: Candidate): Promise<Layout> {
  if (layout === 'debian') {
    return {
      bin: [`${DEBIAN_TOOLKIT}/bin`, '/usr/bin'],
      lib: TRIPLETS.map((triplet) => `/usr/lib/${triplet}`),
      include: ['/usr/include'],
      version: [DEBIAN_HOME],
    };
  }
  const below = (...folders: string[]): Promise<readonly string[]> => foldersBelow(machine, root, folders);
  return {
    bin: await below('bin'),
    lib: await below('lib64', 'lib', ...TARGETS.map((target) => `targets/${target}/lib`)),
    include: await below('include', ...TARGETS.map((target) => `targets/${target}/include`)),
    version: [root],
  };
}

async function readToolkit(machine: Machine, candidate: Candidate, uses: Uses): Promise<ToolkitFacts | null> {
  const layout = await layoutOf(machine, candidate);
  const [bin, lib, include] = await Promise.all(
    [layout.bin, layout.lib, layout.include].map((folders) => allNames(machine, folders)),
  );
  const version = candidate.version
    ? { version: candidate.version, from: 'manifest' }
    : await readToolkitVersion(machine, {
        roots: layout.version,
        libraries: layout.lib,
        includes: layout.include,
      });
  const names = [...lib!];
  const hasLibrary = (name: string): boolean =>
    names.some((file) => LIBRARY_ENDINGS.some((ending) => file.startsWith(`lib${name}${ending}`)));
  const has: ToolkitFacts['has'] = {
    nvcc: bin!.has('nvcc'),
    cudart: hasLibrary('cudart'),
    cublas: hasLibrary('cublas') || (await cublasIsElsewhere(machine, version?.version)),
    mathLibraries: ['cufft', 'curand', 'cusolver', 'cusparse'].filter(hasLibrary),
    headers: include!.has('cuda_runtime.h'),
  };
  // A folder that a removal left behind, or /usr of a machine without CUDA.
  const isEmpty = !has.nvcc && !has.cudart && !has.cublas && !has.headers && has.mathLibraries.length === 0;
  if (isEmpty && version === null) return null;
  const ceiling = await readCompilerCeiling(machine, layout.include);
  return {
    path: candidate.root,
    prefix: candidate.prefix,
    recipe: candidate.recipe,
    layout: candidate.layout,
    version: version?.version ?? null,
    versionFrom: version?.from ?? null,
    has,
    maxGcc: ceiling.gcc,
    maxClang: ceiling.clang,
    targets: await targetsOf(machine, candidate),
    inUse: await inUseBy(machine, candidate, layout, lib!, uses),
  };
}

async function targetsOf(machine: Machine, { root, layout }: Candidate): Promise<readonly string[]> {
  if (layout === 'debian') return [];
  const folders = await foldersBelow(machine, root, ['targets']);
  return folders.length === 0 ? [] : ((await namesIn(machine, folders[0]!)) ?? []);
}

async function allNames(machine: Machine, folders: readonly string[]): Promise<ReadonlySet<string>> {
  const names = await Promise.all(folders.map((folder) => namesIn(machine, folder)));
  return new Set(names.flatMap((list) => list ?? []));
}

/** CUDA 10.1 and 10.2 put cuBLAS into the system's folders, outside their own. */
async function cublasIsElsewhere(machine: Machine, version: string | undefined): Promise<boolean> {
  if (!version?.startsWith('10.') || !/^10\.[12](?:\.|$)/.test(version)) return false;
  const names = await allNames(machine, [...TRIPLETS.map((triplet) => `/usr/lib/${triplet}`), '/usr/lib64']);
  return [...names].some((name) => /^libcublas\.so\.10(?:\.|$)/.test(name));
}

/** Folders that make a toolkit count, links resolved, by what names them. */
type Uses = ReadonlyMap<InUse, readonly string[]>;

async function usedFolders(machine: Machine, nvcc: Answer<FoundNvcc>): Promise<Uses> {
  const resolve = async (paths: readonly (string | undefined)[]): Promise<string[]> => {
    const real = await Promise.all(
      paths
        .filter((path): path is string => path?.startsWith('/') === true)
        .map((path) => machine.realPath(path)),
    );
    return real.flatMap((answer) => valueOf(answer) ?? []);
  };
  const program = valueOf(nvcc);
  return new Map<InUse, string[]>([
    ['PATH', program ? [program.realPath, program.path] : []],
    ['CUDA_HOME', await resolve([valueOf(machine.env('CUDA_HOME'))])],
    ['CUDA_PATH', await resolve([valueOf(machine.env('CUDA_PATH'))])],
    ['LD_LIBRARY_PATH', await resolve(libraryPathFolders(machine))],
    ['symlink', await resolve(['/usr/local/cuda'])],
  ]);
}

async function inUseBy(
  machine: Machine,
  candidate: Candidate,
  layout: Layout,
  libraries: ReadonlySet<string>,
  uses: Uses,
): Promise<InUse[]> {
  const isInside = (path: string): boolean =>
    candidate.layout === 'debian'
      ? [DEBIAN_TOOLKIT, DEBIAN_HOME].some((own) => isBelow(path, own)) || path === '/usr/bin/nvcc'
      : isBelow(path, candidate.root);
  const used = [...uses].filter(([, paths]) => paths.some(isInside)).map(([use]) => use);
  if (await isCached(machine, layout, libraries, isInside)) used.push('ld.so.cache');
  return used;
}

/** Whether the loader's cache names this toolkit's runtime. */
async function isCached(
  machine: Machine,
  layout: Layout,
  libraries: ReadonlySet<string>,
  isInside: (path: string) => boolean,
): Promise<boolean> {
  const sonames = [...libraries].filter((name) => /^libcudart\.so\.\d+(?:\.\d+)?$/.test(name));
  for (const soname of sonames) {
    for (const path of await cachedPaths(machine, soname)) {
      const real = valueOf(await machine.realPath(path)) ?? path;
      if (isInside(real) || layout.lib.includes(parentOf(path))) return true;
    }
  }
  return false;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
