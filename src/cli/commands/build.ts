/** gpu-setup build RECIPE */
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { loadSources } from '../../apt/sources/sources.ts';
import { abortable } from '../../base/abortable.ts';
import { ExitCode, GpuSetupError, usageError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import { computeCapabilityOf } from '../../compat/compute-capability.ts';
import type { ReportedDiagnosis } from '../../doctor/types.ts';
import { valueOf } from '../../machine/answer.ts';
import { collectFacts } from '../../machine/facts/collect.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import { hostCompilerOf } from '../../prefix/use/host-compiler.ts';
import { readLock } from '../../prefix/home/prefix-lock.ts';
import { findPrefix, homesOf, readPrefix, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { formatSpec } from '../../prefix/plan/spec.ts';
import { build as runBuild, type BuildRequest } from '../../recipe/build/build.ts';
import { loadRecipes } from '../../recipe/load.ts';
import { chooseSource } from '../../recipe/source/fetch.ts';
import type { BuildRecipe, Recipe } from '../../recipe/types.ts';
import { diagnosisHints, renderBuild } from '../../report/build.ts';
import type { CommandDefinition, Context, OptionValues } from '../command.ts';

type Buildable = Recipe & { build: BuildRecipe };

export const summary = 'build darknet against a prefix, or for the CPU';

export const command: CommandDefinition = {
  arguments: [{ syntax: '<recipe>', description: 'what to build: darknet, tensorflow-1.9' }],
  options: [
    { flags: '--prefix <name>', description: 'build for the GPU, with this prefix; without it, for the CPU' },
    {
      flags: '--source <source>',
      description: 'a folder or a .tar(.gz/.xz) of your own, or one of the recipe: alexeyab, debian',
    },
    {
      flags: '--assume-gpu <gpu>',
      description: 'build for this GPU: 7.5, sm_75, "GTX 1660 Ti"; several with commas',
    },
    { flags: '--index-url <url>', description: 'package index for pip; else the one that pip is set up for' },
    { flags: '--verbose', description: 'show what the build prints' },
  ],
  examples: [
    ['gpu-setup build darknet --prefix cuda10', 'for the GPU of this machine'],
    ['gpu-setup build darknet', 'for the CPU alone'],
    ['gpu-setup build darknet --prefix cuda11 --assume-gpu sm_75', 'for a GPU that is elsewhere'],
    ['gpu-setup build darknet --source debian', "from Debian's signed source package: no GitHub needed"],
    ['gpu-setup build darknet --prefix cuda10 --source ./darknet', 'a darknet of your own'],
    ['gpu-setup build tensorflow-1.9 --prefix cuda9', 'a Python environment with TensorFlow 1.9'],
  ],
  async run([name], options, context) {
    const { home, config, cache } = context.folders();
    const recipe = buildable(name!, await loadRecipes(config));
    const request = await requestFor(recipe, options, context);
    try {
      const { status, record } = await runBuild(request, {
        home,
        cache,
        env: context.env,
        apt: { cache, emit: context.emit, signal: context.signal },
        sources: await loadSources(config),
        signal: context.signal,
        homes: homesOf({ home }),
        ...(options['verbose'] === true
          ? { onLine: (text: string) => context.emit({ type: 'notice', level: 'info', text }) }
          : {}),
      });
      return {
        exitCode: ExitCode.ok,
        json: { ...record, status },
        text: (terminal) => renderBuild(record, status === 'built', terminal),
        hints:
          request.prefix === null ? ['it runs on the CPU; for the GPU name a prefix: --prefix cuda10'] : [],
      };
    } catch (error) {
      throw withDiagnosis(error);
    }
  },
};

/** @throws GpuSetupError (exit code 2) `unknown-recipe`, `nothing-to-build` */
function buildable(name: string, recipes: ReadonlyMap<string, Recipe>): Buildable {
  const recipe = recipes.get(name);
  const names = [...recipes.values()].filter((one) => one.build !== null).map((one) => one.name);
  const list = `what can be built: ${names.join(', ')}`;
  if (recipe === undefined) {
    const near = nearest(name, names, 1)[0];
    throw usageError('unknown-recipe', `there is no recipe "${name.slice(0, 80)}"`, {
      hint: near === undefined ? list : `did you mean ${near}?`,
      details: { recipe: name, nearest: near ?? null },
    });
  }
  if (recipe.build === null) {
    throw usageError('nothing-to-build', `${name} is installed, not built: gpu-setup install ${name}`, {
      hint: list,
    });
  }
  return { ...recipe, build: recipe.build };
}

async function requestFor(recipe: Buildable, options: OptionValues, context: Context): Promise<BuildRequest> {
  const text = (name: string): string | undefined =>
    typeof options[name] === 'string' ? options[name] : undefined;
  const [prefixName, assumed] = [text('prefix'), text('assumeGpu')];
  if (!recipe.build.compiles) return environmentRequest(recipe, prefixName, text('indexUrl'), context);
  if (prefixName === undefined && assumed !== undefined) {
    throw usageError('no-prefix', '--assume-gpu needs a prefix: code for a GPU is made by its nvcc', {
      hint: `gpu-setup build ${recipe.name} --prefix NAME --assume-gpu ${assumed}; gpu-setup list names them`,
    });
  }
  const architectures = assumed?.split(',').map(computeCapabilityOf);
  const choice = await chooseSource(text('source'), recipe.build, (path) => resolve(context.cwd, path));
  if (prefixName === undefined) {
    const gxx = await checkTools(recipe, null, context);
    return { recipe, choice, prefix: null, gxx, architectures: [], assumed: false };
  }
  const place = await findPrefix(context.folders(), prefixName);
  const { prefix } = await readPrefix(place);
  if (!prefix.components.includes('compiler')) throw await withoutCompiler(place, recipe);
  const compiler = await hostCompilerOf(place.path, context.env);
  if (compiler.state !== 'found') throw noHostCompiler(place, compiler);
  const gxx = await checkTools(recipe, compiler.path, context);
  return {
    recipe,
    choice,
    prefix: { name: place.name, path: place.path, cuda: prefix.cuda, cudnn: prefix.cudnn },
    gxx,
    architectures: [...new Set(architectures ?? (await gpusHere(recipe, place, context)))],
    assumed: architectures !== undefined,
  };
}

/**
 * Of a recipe that puts packages together: it needs the libraries of its CUDA release, and neither nvcc nor a GPU.
 * @throws GpuSetupError `no-prefix` (exit code 2), `prefix-wrong-cuda`
 */
async function environmentRequest(
  recipe: Buildable,
  prefixName: string | undefined,
  indexUrl: string | undefined,
  context: Context,
): Promise<BuildRequest> {
  const { cuda, sources } = recipe.build;
  const wanted = `CUDA ${cuda ?? ''}`.trimEnd();
  if (prefixName === undefined) {
    throw usageError('no-prefix', `${recipe.name} needs a prefix: it loads the libraries of ${wanted}`, {
      hint: `gpu-setup build ${recipe.name} --prefix NAME; gpu-setup list names them`,
    });
  }
  const place = await findPrefix(context.folders(), prefixName);
  const { prefix } = await readPrefix(place);
  if (cuda !== null && !`${prefix.cuda}.`.startsWith(`${cuda}.`)) {
    throw new GpuSetupError(
      'prefix-wrong-cuda',
      `${recipe.name} loads the libraries of ${wanted}, and the prefix ${place.name} has CUDA ${prefix.cuda}`,
      { hint: `gpu-setup install cuda@${cuda}, then name that prefix` },
    );
  }
  return {
    recipe,
    choice: { kind: 'recipe', sources },
    prefix: { name: place.name, path: place.path, cuda: prefix.cuda, cudnn: prefix.cudnn },
    gxx: null,
    architectures: [],
    assumed: false,
    indexUrl: indexUrl ?? context.env['PIP_INDEX_URL'],
  };
}

async function gpusHere(recipe: Buildable, place: PrefixPlace, { signal }: Context): Promise<string[]> {
  const facts = await abortable(collectFacts(liveMachine()), signal);
  const found = (valueOf(facts.gpus) ?? []).flatMap(({ computeCapability }) => computeCapability ?? []);
  if (found.length > 0) return found;
  throw new GpuSetupError('no-gpu-to-build-for', 'no NVIDIA GPU was found here, and none was named', {
    hint:
      `name the one it is for: gpu-setup build ${recipe.name} --prefix ${place.name} --assume-gpu sm_75\n` +
      'or leave --prefix out to build for the CPU; "gpu-setup doctor" says why a GPU is not seen',
  });
}

/**
 * What the build needs of the host. @returns the C++ compiler
 * @throws GpuSetupError `build-tools-missing`
 */
async function checkTools(recipe: Buildable, gxx: string | null, { env }: Context): Promise<string> {
  const compilers = ['gcc', 'g++'];
  const missing: { program: string; package: string }[] = [];
  for (const need of recipe.build.needs) {
    if (gxx !== null && compilers.includes(need.program)) continue;
    if ((await onPath(need.program, env)) === null) missing.push(need);
  }
  const found = gxx ?? (await onPath('g++', env));
  if (missing.length === 0 && found !== null) return found;
  const wanted = missing.length > 0 ? missing : [{ program: 'g++', package: 'g++' }];
  throw new GpuSetupError(
    'build-tools-missing',
    `${recipe.name} cannot be built: ${wanted.map(({ program }) => program).join(', ')} not found`,
    {
      hint: `sudo apt install ${[...new Set(wanted.map((one) => one.package))].join(' ')}`,
      details: { missing: wanted.map(({ program }) => program) },
    },
  );
}

async function onPath(program: string, env: Context['env']): Promise<string | null> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(isAbsolute)) {
    const path = join(folder, program);
    const may = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (may) return path;
  }
  return null;
}

/** The same request again, with what is missing, under another name: a prefix is never changed. */
async function withoutCompiler({ name, path }: PrefixPlace, recipe: Buildable): Promise<GpuSetupError> {
  const request = (await readLock(path))?.request;
  const words =
    request === undefined
      ? ['RECIPE']
      : request.recipe === null
        ? request.specs.map(formatSpec)
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
    hint: `${install}\nthen: gpu-setup build ${recipe.name} --prefix ${name}-dev`,
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

/** What the log says is wrong becomes what to do. */
function withDiagnosis(error: unknown): unknown {
  if (!(error instanceof GpuSetupError) || error.code !== 'build-failed') return error;
  const diagnoses = (error.details?.['diagnoses'] ?? []) as readonly ReportedDiagnosis[];
  return new GpuSetupError(error.code, error.message, {
    hint: [...diagnosisHints(diagnoses), error.hint].filter((line) => line !== undefined).join('\n'),
    cause: error.cause,
    details: error.details,
  });
}
