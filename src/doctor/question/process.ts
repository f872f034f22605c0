/** What the process that --pid names has loaded. */
import { valueOf } from '../../machine/answer.ts';
import type { Facts, MappedLibrary, ProcessFacts } from '../../machine/facts.ts';
import { baseOf } from '../../machine/paths.ts';
import { evidence } from '../evidence.ts';
import type { Evidence, Subject } from '../types.ts';

export const subjectOfProcess = ({ pid }: ProcessFacts): Subject => `process:${pid}`;

/** "process 4242 (python3.10)" */
export const nameOfProcess = ({ pid, program }: ProcessFacts): string =>
  program === null ? `process ${pid}` : `process ${pid} (${baseOf(program)})`;

/** Empty where no process was named, or it could not be looked at. */
export function loadedBy(facts: Facts, isMeant: (library: MappedLibrary) => boolean): MappedLibrary[] {
  return (valueOf(facts.process)?.libraries ?? []).filter(isMeant);
}

export const mappedRow = (facts: Facts, libraries: readonly MappedLibrary[]): Evidence =>
  evidence(facts.process, libraries.map(pathAsMapped).join(', '));

export const pathAsMapped = ({ path, deleted }: MappedLibrary): string =>
  deleted ? `${path} (deleted)` : path;

/** The libraries that belong to the driver, whose versions are the kernel module's. */
export const isOfDriver = ({ library }: MappedLibrary): boolean =>
  library === 'cuda' || library.startsWith('nvidia-');
