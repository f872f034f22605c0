/** What a recipe's own smoke.mjs says of its newest build in this home. */
import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '../base/json.ts';
import { cpuFeatures } from '../machine/cpu-features.ts';
import type { BuildRecord } from '../machine/records/build-record.ts';
import { currentBuild } from '../prefix/home/builds.ts';
import {
  climbLadder,
  environmentIn,
  gpuHere,
  inWorkFolder,
  type SmokeContext,
  type SmokeResult,
} from '../smoke/context.ts';
import { SCRIPT_REQUIRED, scriptSteps, unbuiltSteps } from '../smoke/rungs/script-steps.ts';
import type { Recipe } from './recipe.ts';
import { writeRecipeFiles } from './recipe-files.ts';
import { runScript } from './scripts/runner.ts';
import type { Trust } from './consent.ts';
import { requireTrust } from './trust.ts';

export interface ScriptSmokeContext extends SmokeContext {
  trust: Trust;
  /** How this program is started; for tests, which run inside another one. */
  self?: readonly [string, ...string[]] | undefined;
}

const SCRIPT_MINUTES = 15;

/** @throws GpuSetupError `recipe-not-trusted`, `disk-full`, `no-work-folder`; the signal's reason */
export async function smokeScript(recipe: Recipe, context: ScriptSmokeContext): Promise<SmokeResult> {
  const build = await currentBuild(context.home, recipe.name);
  if (build !== null) await requireTrust(recipe, context.trust);
  return inWorkFolder(context, async (work) => {
    const steps =
      build === null
        ? unbuiltSteps(recipe.address, `gpu-setup build ${recipe.address}`)
        : scriptSteps(() => runSmokeScript(recipe, build, work, context));
    return { ...(await climbLadder(steps, SCRIPT_REQUIRED, context)), curve: null, kept: null };
  });
}

async function runSmokeScript(
  recipe: Recipe,
  build: BuildRecord,
  work: string,
  context: ScriptSmokeContext,
): Promise<JsonValue> {
  const [files, out] = [join(work, 'recipe'), join(work, 'out')];
  for (const folder of [files, out]) await mkdir(folder);
  await writeRecipeFiles(recipe.files, files);
  const gpu = await gpuHere(context);
  const computeCapability = gpu.state === 'usable' ? gpu.computeCapability : null;
  return runScript({
    script: join(files, 'smoke.mjs'),
    data: {
      prefix: build.prefix,
      environment: environmentIn(work, context),
      paths: { work, out, recipe: files },
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
    ...(context.self === undefined ? {} : { self: context.self }),
  });
}
