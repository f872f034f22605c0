/** From what the user typed to what is built: which source, against which prefix, with which compiler, for which GPUs. */
import { resolve } from 'node:path';
import { GpuSetupError, usageError } from '../../base/errors.ts';
import type { Folders } from '../../base/folders.ts';
import { shellWord } from '../../base/processes/shell-line.ts';
import { computeCapabilityOf } from '../../compat/compute-capability.ts';
import { findPrefix, readPrefix, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { readLock } from '../../prefix/home/prefix-lock.ts';
import { formatSpec } from '../../prefix/plan/spec.ts';
import { requireRunsHere } from '../../prefix/use/foreign.ts';
import { hostCompilerOf } from '../../prefix/use/host-compiler.ts';
import type { Able } from '../recipe.ts';
import { chooseSource, type SourceChoice } from '../source/fetch.ts';
import { checkTools } from './build-tools.ts';
import { capabilitiesHere, requireKnown } from './gpu-targets.ts';

export interface BuildRequest {
  recipe: Able<'build'>;
  choice: SourceChoice;
  /** With a compiler that the prefix's nvcc takes; null: for the CPU alone. */
  prefix: { name: string; path: string; cuda: string; cudnn: string | null } | null;
  /** g++: the one of the prefix's nvcc, else the host's. Absolute; null where nothing is compiled. */
  gxx: string | null;
  /** Compute capabilities, "7.5"; empty without a prefix. */
  architectures: readonly string[];
  assumed: boolean;
  /** Of Python packages; else the one that pip is set up for. It may hold a password: it is handed on, not kept. */
  indexUrl?: string | undefined;
}

/** As the user typed them. */
export interface BuildOptions {
  /** Name of the prefix to build with; undefined: for the CPU alone. */
  prefix?: string | undefined;
  /** Id of one of the recipe's sources, or a path. */
  source?: string | undefined;
  /** GPUs in place of those that are here: "7.5,sm_61". */
  assumeGpu?: string | undefined;
  /** Of Python packages. */
  indexUrl?: string | undefined;
}

export interface BuildSurroundings {
  folders: Pick<Folders, 'home'>;
  /** The caller's folder: a source may be named relative to it. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * @throws GpuSetupError `no-prefix`, `source-missing`, `unknown-prefix`, `unknown-gpu` (exit code 2), `prefix-broken`,
 *   `prefix-without-compiler`, `no-host-compiler`, `build-tools-missing`, `no-gpu-to-build-for`, `gpu-unknown-to-toolkit`,
 *   `prefix-wrong-cuda`, `prefix-other-architecture`
 */
export async function buildRequestOf(
  recipe: Able<'build'>,
  options: BuildOptions,
  { folders, cwd, env }: BuildSurroundings,
): Promise<BuildRequest> {
  const { prefix: prefixName, assumeGpu, source, indexUrl } = options;
  if (!recipe.build.compiles) {
    return environmentRequest(recipe, prefixName, indexUrl ?? env['PIP_INDEX_URL'], { folders, env });
  }
  if (prefixName === undefined && assumeGpu !== undefined) {
    throw usageError('no-prefix', '--assume-gpu needs a prefix: code for a GPU is made by its nvcc', {
      hint: `gpu-setup build ${recipe.address} --prefix NAME --assume-gpu ${assumeGpu}; gpu-setup list names them`,
    });
  }
  const architectures = assumeGpu?.split(',').map(computeCapabilityOf);
  const choice = await chooseSource(source, recipe.build, (path) => resolve(cwd, path));
  if (prefixName === undefined) {
    const gxx = await checkTools(recipe, null, env);
    return { recipe, choice, prefix: null, gxx, architectures: [], assumed: false };
  }
  const place = await findPrefix(folders, prefixName);
  await requireRunsHere(place, env);
  const { prefix } = await readPrefix(place);
  if (!prefix.components.includes('compiler')) throw await withoutCompiler(place, recipe);
  const compiler = await hostCompilerOf(place.path, env);
  if (compiler.state !== 'found') throw noHostCompiler(place, compiler);
  const gxx = await checkTools(recipe, compiler.path, env);
  const target = { recipe: recipe.address, prefix: place.name, cuda: prefix.cuda };
  if (architectures !== undefined) requireKnown(architectures, target);
  return {
    recipe,
    choice,
    prefix: { name: place.name, path: place.path, cuda: prefix.cuda, cudnn: prefix.cudnn },
    gxx,
    architectures: [...new Set(architectures ?? (await capabilitiesHere(target)))],
    assumed: architectures !== undefined,
  };
}

/**
 * Of a recipe that puts packages together: it needs the libraries of its CUDA release, and neither nvcc nor a GPU.
 * @throws GpuSetupError `no-prefix` (exit code 2), `prefix-wrong-cuda`
 */
async function environmentRequest(
  recipe: Able<'build'>,
  prefixName: string | undefined,
  indexUrl: string | undefined,
  surroundings: Omit<BuildSurroundings, 'cwd'>,
): Promise<BuildRequest> {
  return {
    recipe,
    choice: { kind: 'recipe', sources: recipe.build.sources },
    prefix: await prefixFor(recipe, prefixName, surroundings),
    gxx: null,
    architectures: [],
    assumed: false,
    indexUrl,
  };
}

async function prefixFor(
  { address, build: { cuda } }: Able<'build'>,
  name: string | undefined,
  { folders, env }: Omit<BuildSurroundings, 'cwd'>,
): Promise<BuildRequest['prefix']> {
  if (name === undefined) {
    if (cuda === null) return null;
    throw usageError('no-prefix', `${address} needs a prefix: it loads the libraries of CUDA ${cuda}`, {
      hint: `gpu-setup build ${address} --prefix NAME; gpu-setup list names them`,
    });
  }
  const place = await findPrefix(folders, name);
  await requireRunsHere(place, env);
  const { prefix } = await readPrefix(place);
  if (cuda !== null && !`${prefix.cuda}.`.startsWith(`${cuda}.`)) {
    throw new GpuSetupError(
      'prefix-wrong-cuda',
      `${address} loads the libraries of CUDA ${cuda}, and the prefix ${place.name} has CUDA ${prefix.cuda}`,
      { hint: `gpu-setup install cuda@${cuda}, then name that prefix` },
    );
  }
  return { name: place.name, path: place.path, cuda: prefix.cuda, cudnn: prefix.cudnn };
}

/** The same request again, with what is missing, under another name: a prefix is never changed. */
async function withoutCompiler({ name, path }: PrefixPlace, recipe: Able<'build'>): Promise<GpuSetupError> {
  const request = (await readLock(path))?.request;
  const words =
    request === undefined
      ? ['RECIPE']
      : request.recipe === null
        ? request.specs.map((spec) => shellWord(formatSpec(spec)))
        : [request.recipe];
  const source = request?.sources[0] === undefined ? [] : ['--source', request.sources[0]];
  const install = [
    'gpu-setup install',
    ...words,
    ...source,
    '--with compiler,libraries',
    `--name ${name}-dev`,
  ].join(' ');
  return new GpuSetupError('prefix-without-compiler', `the prefix ${name} has no compiler (nvcc)`, {
    hint: [install, `then: gpu-setup build ${recipe.address} --prefix ${name}-dev`],
    details: { prefix: name },
  });
}

function noHostCompiler(
  { name }: PrefixPlace,
  compiler: { state: 'none'; why: string; hint: string | null } | { state: 'not-applicable' },
): GpuSetupError {
  const known = compiler.state === 'none' ? compiler : { why: 'its nvcc is missing', hint: null };
  return new GpuSetupError('no-host-compiler', `${name}: ${known.why}`, {
    hint: known.hint ?? `gpu-setup verify ${name}`,
    details: { prefix: name },
  });
}
