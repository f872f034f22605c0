/** Whether an architecture that a compiler does not know is too new or too old for it. */
import { compareDottedVersions, majorMinor } from '../compat/dotted-version.ts';
import { knownCapabilities, toolkitsForCapability } from '../compat/gpu-architectures.ts';

export type ArchitectureAge = 'too-new' | 'dropped';

/**
 * @param capability "8.9"
 * @param cuda the toolkit that does not know it, null where that is not known: then what most toolkits are decides
 * @returns which it is, and whether nothing else can be
 */
export function ageOfArchitecture(
  capability: string,
  cuda: string | null,
): { age: ArchitectureAge; sure: boolean } {
  const { first, last } = toolkitsForCapability(capability);
  if (first === null) {
    const oldest = knownCapabilities()[0]!;
    return { age: compareDottedVersions(capability, oldest) < 0 ? 'dropped' : 'too-new', sure: true };
  }
  const release = cuda === null ? null : majorMinor(cuda);
  if (release !== null && compareDottedVersions(release, first) < 0) return { age: 'too-new', sure: true };
  if (last === null) return { age: 'too-new', sure: release === null };
  // A toolkit that knows it is not the one that spoke.
  const after = release !== null && compareDottedVersions(release, last) > 0;
  return { age: 'dropped', sure: after || (release === null && isOldest(first)) };
}

/** Made code for by the oldest toolkit that the table has: none is older than it. */
const isOldest = (first: string): boolean => toolkitsForCapability(knownCapabilities()[0]!).first === first;
