/** Which driver branches NVIDIA's cuda-compat of a release stands in for. Data: data/forward-compat.json. */
import table from './data/forward-compat.json' with { type: 'json' };
import { compareDottedVersions, majorMinor } from './dotted-version.ts';

/** Where the rule and the branches were read. */
export const FORWARD_COMPAT_SOURCES: { rule: string; branches: string } = {
  rule: table.source[0]!,
  branches: table.source[1]!,
};

/** Whether NVIDIA makes the package for a release: "11.8" or "11.8.89". */
export function hasForwardCompat(cuda: string): boolean {
  return compareDottedVersions(cuda, table.from) >= 0;
}

export interface ForwardCompatBranches {
  /** Those that it was made for ("470"), oldest first. */
  made: readonly string[];
  /** The branch from which on no source says; null: what is not in `made` is not served. */
  undecidedFrom: string | null;
}

/** Null: no source that was read names them. */
export function forwardCompatBranches(cuda: string): ForwardCompatBranches | null {
  const release = majorMinor(cuda) ?? '';
  const branches: Readonly<Record<string, readonly string[]>> = table.branches;
  const undecided: Readonly<Record<string, string>> = table.undecidedFrom;
  const made = branches[release];
  return made === undefined ? null : { made, undecidedFrom: undecided[release] ?? null };
}
