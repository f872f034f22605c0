/** nvcc's headers refuse host compilers outside a range, and some inside it are known to make trouble. */
import { hostCompilersForCuda } from '../host-compilers.ts';
import type { Judgement } from './judgement.ts';
import { judged, knownField, refused } from './judged.ts';

/** @param major of the compiler */
export function compilerAccepted(cuda: string, family: 'gcc' | 'clang', major: number): Judgement {
  const row = hostCompilersForCuda(cuda);
  if (row === null)
    return judged('host-compiler', 'unknown', `which compilers CUDA ${cuda} accepts is in no table`);
  const [min, max] = family === 'gcc' ? [row.gccMin, row.gccMax] : [row.clangMin, row.clangMax];
  const range = `CUDA ${cuda} accepts ${family} ${min} to ${max}`;
  if (major > max)
    return refused('host-compiler', `${range}, not ${major}`, knownField(row, `${family}Max`, range));
  if (major < min)
    return refused('host-compiler', `${range}, not ${major}`, knownField(row, `${family}Min`, range));
  if (family === 'gcc' && major > row.gccSafe)
    return judged(
      'host-compiler',
      'remark',
      `${range}, but code is known that breaks with those after ${row.gccSafe}`,
      knownField(row, 'gccSafe', `gcc ${row.gccSafe} is the newest that nothing is known against`),
    );
  return judged('host-compiler', 'yes', range, knownField(row, `${family}Max`, range));
}
