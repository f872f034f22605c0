/** What a log of a build says of the build as a whole: its toolkit, its compiler. */
import type { Facts } from '../../machine/facts.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Said, Versioned, Witness } from './testimony.ts';

/** The toolkit whose nvcc ran: the version named nearest to a line, however far; else that of the machine. Null: nothing says. */
export function toolkitOfBuild(one: Said, all: Witness, facts: Facts): string | null {
  return versionNearest(one, all, 'cuda') ?? valueOf(facts.nvcc)?.version ?? null;
}

/** The host compiler by its version: "11.3.0". */
export const compilerOfBuild = (one: Said, all: Witness, of: 'gcc' | 'clang'): string | null =>
  versionNearest(one, all, of);

function versionNearest(one: Said, all: Witness, of: Versioned): string | null {
  const named = all.of('version').filter((version) => version.of === of);
  const distance = (other: Said): number => Math.abs(other.at - one.at);
  return (
    named.reduce<(typeof named)[number] | null>(
      (best, other) => (best === null || distance(other) < distance(best) ? other : best),
      null,
    )?.version ?? null
  );
}

/** Whether a line says what a compiler, or its linker, did not find. */
export const saysWhyNotCompiled = (all: Witness): boolean =>
  [all.of('missing-header'), all.of('missing-program'), all.of('missing-library')].some(
    ({ length }) => length > 0,
  );
