/** Which C libraries a toolkit gets along with. Data: data/glibc.json. */
import table from './data/glibc.json' with { type: 'json' };
import { compareDottedVersions, majorMinor } from './dotted-version.ts';
import { withSource, type Sourced } from './sourced.ts';

export interface GlibcLimit extends Sourced {
  /** `build`: the toolkit's headers do not compile beside it; `run`: its libraries do not load. */
  purpose: 'build' | 'run';
  /** For `build` the first glibc with which it fails, for `run` the first with which it works. */
  glibc: string;
  /** What is seen. */
  symptom: string;
}

/**
 * The first C library whose headers a toolkit cannot read for what an error names.
 *
 * @param word of a symptom: a function ("cospi"), a type ("_Float128")
 * @returns "2.41"; null: no row names it
 */
export function glibcBreakingOn(word: string): string | null {
  const row = table.rows.find(
    ({ newerThan, symptom }) => newerThan !== null && symptom.split(/\W+/).includes(word),
  );
  return row?.newerThan ?? null;
}

/** Empty: none known. @param cuda "12.8" or "12.8.1" */
export function glibcLimitsOf(cuda: string): readonly GlibcLimit[] {
  const wanted = majorMinor(cuda);
  if (wanted === null) return [];
  return table.rows
    .filter(
      ({ cudaFrom, cudaTo }) =>
        (cudaFrom === null || compareDottedVersions(wanted, cudaFrom) >= 0) &&
        (cudaTo === null || compareDottedVersions(wanted, cudaTo) <= 0),
    )
    .map((row) => {
      const { symptom, source, confidence } = withSource(table.sources, row);
      const purpose = row.newerThan === null ? 'run' : 'build';
      return { purpose, glibc: (row.newerThan ?? row.olderThan)!, symptom, source, confidence };
    });
}
