/** Which toolkits count, what they accept, and how they are called. */
import { maxGccForCuda } from '../../compat/host-compilers.ts';
import { meansVersion } from '../../compat/version-range.ts';
import type { ToolkitFacts } from '../facts.ts';

/**
 * Whether what is said of a toolkit matters: it is in use, or it is what the question is about.
 * @param wanted the CUDA that is asked about, "10.0" or a range; null or undefined: none in particular
 */
export function counts(toolkit: ToolkitFacts, wanted: string | null | undefined): boolean {
  return toolkit.inUse.length > 0 || isOfRelease(toolkit, wanted);
}

/** Whether a toolkit is of the release that is asked for; false where none is, or its version is not known. */
export function isOfRelease(toolkit: ToolkitFacts, wanted: string | null | undefined): boolean {
  return wanted != null && toolkit.version !== null && meansVersion(toolkit.version, wanted);
}

/** The newest gcc major that its nvcc accepts: its own header's word, else the table's; null: not known. */
export const newestGccFor = ({ maxGcc, version }: ToolkitFacts): number | null =>
  maxGcc ?? (version === null ? null : maxGccForCuda(version));

/** "CUDA 10.0.130 (prefix cuda10)" */
export function nameOfToolkit(toolkit: ToolkitFacts): string {
  const version = toolkit.version === null ? 'a CUDA toolkit of unknown version' : `CUDA ${toolkit.version}`;
  return `${version} (${toolkit.prefix === null ? toolkit.path : `prefix ${toolkit.prefix}`})`;
}
