/** What of a prefix the programs of the ladder can be compiled and linked with. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../../base/processes/run-process.ts';

/** Library name for -l, header that its program includes, macro for versions.cu. */
const LIBRARIES = [
  { name: 'cublas', header: 'cublas_v2.h', macro: 'WITH_CUBLAS' },
  { name: 'cufft', header: 'cufft.h', macro: 'WITH_CUFFT' },
  { name: 'curand', header: 'curand.h', macro: 'WITH_CURAND' },
  { name: 'cusparse', header: 'cusparse.h', macro: 'WITH_CUSPARSE' },
  { name: 'cusolver', header: 'cusolver_common.h', macro: 'WITH_CUSOLVER' },
  { name: 'nvrtc', header: 'nvrtc.h', macro: 'WITH_NVRTC' },
  { name: 'cudnn', header: 'cudnn.h', macro: 'WITH_CUDNN' },
] as const;
export type Library = (typeof LIBRARIES)[number]['name'];

const HELP_LIMIT_MS = 20_000;

/** Those that have a header and a link name in the prefix. */
export async function linkableLibraries(root: string): Promise<Library[]> {
  const there = await Promise.all(
    LIBRARIES.map(async ({ name, header }) => {
      const paths = [join(root, 'include', header), join(root, 'lib64', `lib${name}.so`)];
      const found = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
      return found.every((one) => one !== null);
    }),
  );
  return LIBRARIES.filter((_, index) => there[index]).map(({ name }) => name);
}

export function macroOf(library: Library): string {
  return LIBRARIES.find(({ name }) => name === library)!.macro;
}

/**
 * Architectures that this nvcc makes machine code for, without the special ones (sm_90a): 35, 50, ... ascending. From its
 * help, which lists them in every version; empty where it could not be asked.
 */
export async function nvccArchitectures(
  nvcc: string,
  env: Readonly<Record<string, string>>,
): Promise<number[]> {
  const { stdout } = await runProcess([nvcc, '--help'], { timeoutMs: HELP_LIMIT_MS, env: { ...env } });
  return architecturesIn(stdout);
}

/** `Allowed values for this option:  'compute_50','compute_52',...,'sm_50','sm_52',...` */
export function architecturesIn(help: string): number[] {
  const numbers = [...help.matchAll(/'sm_(\d{2,3})'/g)].map((match) => Number(match[1]));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/**
 * Options for one GPU: machine code where nvcc makes it, else PTX of the newest older architecture, which the driver
 * compiles. No GPU, or none that is known: nvcc's own default.
 *
 * @param capability "7.5"
 * @returns null where nvcc is too new: it has dropped this GPU
 */
export function architectureOptions(
  capability: string | null,
  architectures: readonly number[],
): string[] | null {
  if (capability === null || architectures.length === 0) return [];
  const wanted = Number(capability.replace('.', ''));
  if (architectures.includes(wanted)) return [`-gencode=arch=compute_${wanted},code=sm_${wanted}`];
  const older = architectures.findLast((one) => one < wanted);
  return older === undefined ? null : [`-gencode=arch=compute_${older},code=compute_${older}`];
}
