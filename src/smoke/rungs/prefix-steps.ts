/** The rungs of a prefix: loader, compile, runtime, device, kernel, libraries. */
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { Limit } from '../../base/limit.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Manifest } from '../../machine/records/prefix-manifest.ts';
import { hostCompilerOf } from '../../prefix/use/host-compiler.ts';
import type { GpuState } from '../../machine/questions/gpu.ts';
import { failed, notRun, passed, type Figures, type RungOutcome, type Step } from '../ladder.ts';
import { loaderRung } from './loader.ts';
import {
  compileProgram,
  programsFor,
  runProgram,
  writeSources,
  type Program,
  type Workshop,
} from './programs.ts';
import { architectureOptions, linkableLibraries, nvccArchitectures } from './toolchain.ts';
import { judgeVersions } from './versions.ts';

export interface PrefixContext {
  machine: Machine;
  gpu: GpuState;
  manifest: Manifest;
  /** `<home>/prefixes/<name>` */
  root: string;
  /** The environment of the prefix, cleaned; holds TMPDIR and CUDA_CACHE_PATH in `work`. */
  env: Readonly<Record<string, string>>;
  /** Private folder. */
  work: string;
  signal?: AbortSignal | undefined;
}

/** In the order of the ladder. The last four use what the second has compiled. */
export function prefixSteps(context: PrefixContext): Step[] {
  const { machine, root, manifest, env, gpu } = context;
  let workshop: Workshop | null = null;
  const run = (program: Program): ReturnType<typeof runProgram> => runProgram(program, workshop!);
  return [
    {
      rung: 'loader',
      needs: [],
      run: () => loaderRung(machine, root, manifest.entries, env['LD_LIBRARY_PATH'] ?? ''),
    },
    {
      rung: 'compile',
      needs: [],
      run: async () => {
        const made = await compileRung(context);
        workshop = made.workshop;
        return made.outcome;
      },
    },
    {
      rung: 'runtime',
      needs: ['compile'],
      run: async () => judgeVersions((await run('versions')).figures, manifest.prefix),
    },
    {
      rung: 'device',
      needs: ['compile'],
      run: () => deviceRung(gpu, () => run('device')),
    },
    {
      rung: 'kernel',
      needs: ['device'],
      run: async () => {
        const { figures, right } = await run('kernel');
        return right
          ? passed(figures)
          : failed(`${String(figures['wrong'])} of ${String(figures['numbers'])} numbers are wrong`, figures);
      },
    },
    {
      rung: 'libraries',
      needs: ['device'],
      run: () => librariesRung(programsFor(workshop!.libraries), run),
    },
  ];
}

interface Compiled {
  outcome: RungOutcome;
  workshop: Workshop | null;
}

async function compileRung(context: PrefixContext): Promise<Compiled> {
  const { root, env, work, gpu, signal } = context;
  const none = (outcome: RungOutcome): Compiled => ({ outcome, workshop: null });
  const compiler = await hostCompilerOf(root, env);
  const { name, recipe } = context.manifest.prefix;
  if (compiler.state === 'not-applicable') {
    return none(
      notRun(
        'the prefix has no compiler',
        `gpu-setup remove ${name}, then gpu-setup install ${recipe ?? 'RECIPE'} --name ${name} --with compiler`,
      ),
    );
  }
  if (compiler.state === 'none') return none(failed(compiler.why, {}, compiler.hint ?? undefined));
  const nvcc = join(root, 'bin/nvcc');
  const architectures = await nvccArchitectures(nvcc, env);
  const capability = gpu.state === 'usable' ? gpu.computeCapability : null;
  const architecture = architectureOptions(capability, architectures);
  if (architecture === null) {
    return none(
      failed(
        `this nvcc makes code for sm_${architectures[0]} and newer; the GPU here is sm_${capability?.replace('.', '')}`,
        { architectures },
        'gpu-setup explain gpu-arch-dropped',
      ),
    );
  }
  const libraries = await linkableLibraries(root);
  const workshop: Workshop = { folder: work, env, nvcc, libraries, architecture, signal };
  await writeSources(work);
  const programs = programsFor(libraries);
  const limit = new Limit(availableParallelism());
  const results = await Promise.all(
    programs.map((program) => limit.run(() => compileProgram(program, workshop))),
  );
  const figures: Figures = {
    compiler: compiler.path,
    architecture: architecture.join(' ') || null,
    libraries,
    seconds: Object.fromEntries(
      programs.map((program, at) => [program, Math.round(results[at]!.seconds * 100) / 100]),
    ),
  };
  const at = results.findIndex(({ outcome, exit }) => outcome !== 'exited' || exit !== 0);
  if (at < 0) return { outcome: passed(figures), workshop };
  const result = results[at]!;
  const why = result.outcome === 'timed-out' ? 'no end in time' : firstError(result.stdout + result.stderr);
  return none(failed(`${programs[at]}.cu: ${why}`, figures));
}

/** The line that names the error, else the last one. */
function firstError(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const line =
    lines.find((one) => /\b(?:error|fatal)\b|cannot find|No space left/i.test(one)) ?? lines.at(-1);
  return line?.trim().slice(0, 400) ?? 'nvcc said nothing';
}

async function deviceRung(gpu: GpuState, run: () => ReturnType<typeof runProgram>): Promise<RungOutcome> {
  if (gpu.state === 'none' || gpu.state === 'unknown') return notRun(gpu.because);
  const hint = 'gpu-setup doctor says what is wrong with the driver, and how to mend it';
  if (gpu.state === 'broken') return failed(gpu.because, {}, hint);
  const { figures } = await run();
  const devices = figures['devices'];
  if (!Array.isArray(devices) || devices.length === 0) {
    return failed('CUDA finds no device, although a driver is here', figures, hint);
  }
  return passed(figures);
}

async function librariesRung(
  compiled: readonly Program[],
  run: (program: Program) => ReturnType<typeof runProgram>,
): Promise<RungOutcome> {
  const figures: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const program of ['cublas', 'step', 'cudnn'] as const) {
    if (!compiled.includes(program)) {
      figures[program] = null;
      continue;
    }
    const result = await run(program);
    figures[program] = result.figures;
    if (!result.right) wrong.push(program);
  }
  if (Object.values(figures).every((value) => value === null)) {
    return notRun('the prefix has neither cuBLAS nor cuDNN');
  }
  if (wrong.length > 0) return failed(`${wrong.join(' and ')}: results differ from the CPU's`, figures);
  return passed(figures);
}
