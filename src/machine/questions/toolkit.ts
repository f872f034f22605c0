/** Which toolkits count, what they accept, and how they are called. */
import { maxGccForCuda } from '../../compat/host-compilers.ts';
import { compilerAccepted } from '../../compat/rules/compiler-accepted.ts';
import { meansVersion } from '../../compat/version-range.ts';
import type { ToolkitFacts } from '../facts.ts';

/** What is asked for, as far as a toolkit can be part of it. */
export interface ToolkitNeed {
  /** "10.0" or a range; null: none in particular. */
  cuda: string | null;
  /** Whether an nvcc is part of it. */
  compiler: boolean;
}

/**
 * Whether what is said of a toolkit matters. Who asks for something in particular asks for that alone: of its release, or
 * any that is in use where any will do. Otherwise those in use matter.
 */
export function counts(toolkit: ToolkitFacts, needs: ToolkitNeed | null): boolean {
  if (needs?.cuda != null) return isOfRelease(toolkit, needs.cuda);
  return toolkit.inUse.length > 0 && needs?.compiler !== false;
}

/** Whether a toolkit is of the release that is asked for; false where none is, or its version is not known. */
export function isOfRelease(toolkit: ToolkitFacts, wanted: string | null | undefined): boolean {
  return wanted != null && toolkit.version !== null && meansVersion(toolkit.version, wanted);
}

/** The newest gcc major that its nvcc accepts: its own header's word, else the table's; null: not known. */
export const newestGccFor = ({ maxGcc, version }: ToolkitFacts): number | null =>
  maxGcc ?? (version === null ? null : maxGccForCuda(version));

/** Whether its nvcc takes this gcc: its own header says so, else the rule; what no table has for sure is not refused. */
export function acceptsGcc({ maxGcc, version }: ToolkitFacts, major: number): boolean {
  if (maxGcc !== null) return major <= maxGcc;
  return version === null || compilerAccepted(version, 'gcc', major).fit !== 'no';
}

/** "CUDA 10.0.130 (prefix cuda10)" */
export function nameOfToolkit(toolkit: ToolkitFacts): string {
  const version = toolkit.version === null ? 'a CUDA toolkit of unknown version' : `CUDA ${toolkit.version}`;
  return `${version} (${toolkit.prefix === null ? toolkit.path : `prefix ${toolkit.prefix}`})`;
}
