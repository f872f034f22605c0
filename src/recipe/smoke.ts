/** What `gpu-setup smoke NAME` does: the ladder of a prefix, of a recipe that trains a network, of one with a script. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../compat/targets.ts';
import type { Emit } from '../base/events.ts';
import type { BuildRecord } from '../machine/records/build-record.ts';
import { cpuFeatures } from '../machine/cpu-features.ts';
import { collectGpuUse } from '../machine/facts/collect.ts';
import type { Machine } from '../machine/machine.ts';
import { fileSystemOf, judgeSpace } from '../base/disk-space.ts';
import { applyEnvironment, environmentOf } from '../prefix/use/environment.ts';
import { findPrefix, readPrefix, type PrefixPlace } from '../prefix/home/prefixes.ts';
import { gpuState, type GpuState } from '../machine/questions/gpu.ts';
import { climb, notRun, RUNGS, stepsUpTo, type Climb, type Rung, type Step } from '../smoke/ladder.ts';
import { prefixSteps } from '../smoke/rungs/prefix-steps.ts';
import { currentBuild } from '../prefix/home/builds.ts';
import { recipeFolder } from './recipe-files.ts';
import { scriptEnvironment } from './scripts/environment.ts';
import { runScript } from './scripts/runner.ts';
import type { JsonValue } from '../base/json.ts';
import type { Recipe } from './types.ts';
import { makeWorkFolder } from '../base/work-folder.ts';
import { keepLearned, type Kept } from '../smoke/artifacts.ts';
import { chooseDarknet } from '../darknet/run/choose-darknet.ts';
import { inspectDarknet } from '../darknet/run/darknet.ts';
import type { SmokeDefinition } from '../smoke/definition.ts';
import { networkSteps } from '../smoke/rungs/network-steps.ts';
import { SCRIPT_REQUIRED, scriptSteps, unbuiltSteps } from '../smoke/rungs/script-steps.ts';
import type { Curve } from '../smoke/rungs/training.ts';

export interface SmokeContext {
  machine: Machine;
  /** The caller's. */
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** Homes whose prefixes may stand in the caller's environment. */
  homes: readonly string[];
  upTo: Rung | null;
  emit: Emit;
  signal?: AbortSignal | undefined;
}

export interface SmokeResult extends Climb {
  /** Rungs without which the machine is not ready. */
  required: readonly Rung[];
  /** How the network learned; null where none did. */
  curve: Curve | null;
  kept: Kept | null;
}

const PREFIX_RUNGS: readonly Rung[] = ['loader', 'compile', 'runtime', 'device', 'kernel', 'libraries'];
const NETWORK_RUNGS: readonly Rung[] = ['training', 'inference'];

/** Programs of nvcc are the largest of it; the drawn data set has 6 MB. */
const WORK_BYTES = 300e6;
const WORK_FILES = 1000;

/** @throws GpuSetupError `disk-full`, `no-work-folder`, `prefix-broken`; the signal's reason */
export async function smokePrefix(place: PrefixPlace, context: SmokeContext): Promise<SmokeResult> {
  return inWorkFolder(context, async (work) => {
    const steps = await stepsOfPrefix(place, context, work, await gpuOf(context));
    const result = await climb(stepsUpTo(steps, context.upTo), context);
    return { ...result, required: upTo(PREFIX_RUNGS, context), curve: null, kept: null };
  });
}

/**
 * @param program darknet of the user's; null: the one that was built in this home
 * @throws GpuSetupError `bad-darknet`, `disk-full`, `no-work-folder`; the signal's reason
 */
export async function smokeNetwork(
  name: string,
  definition: SmokeDefinition,
  target: Target,
  program: string | null,
  context: SmokeContext,
): Promise<SmokeResult> {
  return inWorkFolder(context, async (work) => {
    const gpu = await gpuOf(context);
    const choice =
      program === null
        ? await chooseDarknet(context.home, context.machine)
        : { darknet: await inspectDarknet(program), build: null };
    const darknet = 'because' in choice ? choice : choice.darknet;
    const network = networkSteps({
      definition,
      darknet,
      target,
      env: cleanEnvironment(context, work),
      gpu: gpu.state === 'usable',
      work,
      emit: context.emit,
      signal: context.signal,
    });
    const lower =
      'because' in choice
        ? skipped(choice.because)
        : await lowerSteps(choice.build?.prefix?.name ?? null, context, work, gpu);
    const result = await climb(stepsUpTo([...lower, ...network.steps], context.upTo), context);
    const learned = network.learned();
    return {
      ...result,
      required: upTo(NETWORK_RUNGS, context),
      curve: learned?.curve ?? null,
      kept: learned === null ? null : await keepLearned(context.home, name, learned),
    };
  });
}

const SCRIPT_MINUTES = 15;

/**
 * What the recipe's own smoke.mjs says of its newest build in this home.
 *
 * @throws GpuSetupError `no-script`, `disk-full`, `no-work-folder`; the signal's reason
 */
export async function smokeScript(recipe: Recipe, context: SmokeContext): Promise<SmokeResult> {
  return inWorkFolder(context, async (work) => {
    const build = await currentBuild(context.home, recipe.name);
    const steps =
      build === null
        ? unbuiltSteps(recipe.name, `gpu-setup build ${recipe.name}`)
        : scriptSteps(() => runSmokeScript(recipe, build, work, context));
    const result = await climb(stepsUpTo(steps, context.upTo), context);
    return { ...result, required: upTo(SCRIPT_REQUIRED, context), curve: null, kept: null };
  });
}

async function runSmokeScript(
  recipe: Recipe,
  build: BuildRecord,
  work: string,
  context: SmokeContext,
): Promise<JsonValue> {
  const [files, out] = [join(work, 'recipe'), join(work, 'out')];
  for (const folder of [files, out]) await mkdir(folder);
  const gpu = await gpuOf(context);
  const computeCapability = gpu.state === 'usable' ? gpu.computeCapability : null;
  const folder = await recipeFolder(recipe, 'smoke.mjs', files);
  return runScript({
    script: join(folder, 'smoke.mjs'),
    data: {
      prefix: build.prefix,
      environment: cleanEnvironment(context, work),
      paths: { work, out, recipe: folder },
      cores: availableParallelism(),
      gpu: computeCapability === null ? null : { computeCapability, assumed: false },
      cpu: cpuFeatures(await readFile('/proc/cpuinfo', 'utf8').catch(() => null)),
      options: { program: build.program.path },
      compiler: null,
    },
    timeoutMs: SCRIPT_MINUTES * 60_000,
    signal: context.signal,
    onOutput: () => {},
    onLog: (text) => context.emit({ type: 'notice', level: 'info', text }),
  });
}

/** The rungs of the prefix that darknet was built with. On a machine without a GPU they prove nothing about training. */
async function lowerSteps(
  prefix: string | null,
  context: SmokeContext,
  work: string,
  gpu: GpuState,
): Promise<Step[]> {
  if (prefix === null) return skipped('darknet was not built with a prefix of this home');
  if (gpu.state !== 'usable') return skipped(gpu.because);
  const place = await findPrefix({ home: context.home }, prefix).catch(() => null);
  if (place === null) return skipped(`the prefix ${prefix}, which darknet was built with, is gone`);
  return stepsOfPrefix(place, context, work, gpu);
}

function skipped(because: string): Step[] {
  return PREFIX_RUNGS.map((rung) => ({ rung, needs: [], run: notRun(because) }));
}

async function stepsOfPrefix(
  place: PrefixPlace,
  context: SmokeContext,
  work: string,
  gpu: GpuState,
): Promise<Step[]> {
  const manifest = await readPrefix(place);
  const clean = cleanEnvironment(context, work);
  const folder = join(work, 'cuda');
  await mkdir(folder);
  return prefixSteps({
    machine: context.machine,
    gpu,
    manifest,
    root: place.path,
    env: applyEnvironment(clean, await environmentOf(place.path, clean, context.homes)),
    work: folder,
    signal: context.signal,
  });
}

/** Compilers and CUDA put temporary files and compiled kernels into the private folder, too. */
function cleanEnvironment({ env }: SmokeContext, work: string): Record<string, string> {
  return scriptEnvironment(env, join(work, 'tmp'));
}

async function gpuOf({ machine }: SmokeContext): Promise<GpuState> {
  return gpuState(await collectGpuUse(machine));
}

function upTo(rungs: readonly Rung[], { upTo: last }: SmokeContext): Rung[] {
  return rungs.filter((rung) => last === null || RUNGS.indexOf(rung) <= RUNGS.indexOf(last));
}

/** Gone when the work ends, however it ends. */
async function inWorkFolder<T>(context: SmokeContext, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await makeWorkFolder(context.home);
  try {
    const need = { folder, bytes: WORK_BYTES, bytesAtMost: WORK_BYTES, files: WORK_FILES };
    judgeSpace([{ need, on: await fileSystemOf(folder) }]);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
