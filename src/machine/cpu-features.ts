/** Instruction sets of this CPU, as the kernel offers them to programs (/proc/cpuinfo). */

export interface CpuFeatures {
  avx: boolean;
  avx2: boolean;
  fma: boolean;
  sse4a: boolean;
}

/**
 *     flags		: fpu vme de pse ... avx f16c rdrand ... avx2 ... fma
 *
 * Only what every processor listed has counts. @param cpuinfo null where it cannot be read: then nothing is assumed
 */
export function cpuFeatures(cpuinfo: string | null): CpuFeatures {
  const lists = [...(cpuinfo ?? '').matchAll(/^flags\s*:(.*)$/gm)].map(
    (match) => new Set(match[1]!.split(' ')),
  );
  const has = (flag: string): boolean => lists.length > 0 && lists.every((list) => list.has(flag));
  return { avx: has('avx'), avx2: has('avx2'), fma: has('fma'), sse4a: has('sse4a') };
}
