/** Which requirements count where they will be installed, as their markers say. */
import { asksForPython, markerHolds } from './markers.ts';
import type { PipRequirement } from './pip-requirement.ts';
import { isPlanned } from './python-packages.ts';
import type { TargetEnvironment } from './types.ts';

export interface Asked {
  /** Null: something that has a place here and no name, such as a folder. */
  requirement: PipRequirement | null;
  from: string;
}

type Named = Asked & { requirement: PipRequirement };

/**
 * Those of packages that a plan depends on, and whose marker holds or, where it cannot be told, may hold. Of one name with several of the latter the first counts, and
 * that is said: one version per Python is how such files are written.
 */
export function countingOf(
  asked: readonly Asked[],
  target: TargetEnvironment,
): { asked: readonly Named[]; notes: readonly string[] } {
  const counting: Named[] = [];
  const notes: string[] = [];
  const undecided = new Map<string, string>();
  for (const { requirement, from } of asked) {
    if (requirement === null) continue;
    const { marker, name } = requirement;
    if (!isPlanned(name)) continue;
    const holds = marker === null ? true : markerHolds(marker, target);
    if (holds === false) continue;
    const before = holds === null ? undecided.get(name) : undefined;
    if (before !== undefined) {
      notes.push(`${from}: ${name} depends on "${marker}", which is not known; what counts is ${before}`);
      continue;
    }
    if (holds === null && asksForPython(marker!)) undecided.set(name, from);
    counting.push({ requirement, from });
  }
  return { asked: counting, notes };
}
