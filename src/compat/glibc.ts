/** C libraries on which CUDA releases fail. Data: data/glibc.json. */
import table from './data/glibc.json' with { type: 'json' };
import { compareDottedVersions, majorMinor } from './dotted-version.ts';
import { withSource, type Sourced } from './sourced.ts';

export interface GlibcLimit extends Sourced {
  /** It fails from this version on, or below that one; the other is null. */
  from: string | null;
  below: string | null;
  /** The releases that are concerned, inclusive; null: no limit. */
  cudaFrom: string | null;
  cudaTo: string | null;
  /** What is compiled with its headers, or what runs with its libraries. */
  fails: 'headers' | 'libraries';
  /** As its sources describe it. */
  why: string;
}

const LIMITS: readonly GlibcLimit[] = table.limits.map((row) => ({
  ...withSource(table.sources, row),
  fails: row.fails as GlibcLimit['fails'],
}));

/** @param cuda "12.8" or "12.8.1" */
export function glibcLimitsOf(cuda: string): readonly GlibcLimit[] {
  const release = majorMinor(cuda);
  if (release === null) return [];
  return LIMITS.filter(
    ({ cudaFrom, cudaTo }) =>
      (cudaFrom === null || compareDottedVersions(release, cudaFrom) >= 0) &&
      (cudaTo === null || compareDottedVersions(release, cudaTo) <= 0),
  );
}

/** Whether a C library is one of those that a limit is about. */
export function isLimited({ from, below }: GlibcLimit, glibc: string): boolean {
  if (from !== null) return compareDottedVersions(glibc, from) >= 0;
  return below !== null && compareDottedVersions(glibc, below) < 0;
}
