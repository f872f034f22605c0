/** All lines that were collected for the families of text, and how one is judged. */
import { readLog } from '../../../src/doctor/diagnose.ts';
import { COLLECTED_BUILDS } from './collected-builds.ts';
import { COLLECTED_CONTAINERS } from './collected-containers.ts';
import { COLLECTED_FRAMEWORKS } from './collected-frameworks.ts';
import { COLLECTED_KERNEL } from './collected-kernel.ts';
import { COLLECTED, type CollectedLine } from './collected-lines.ts';
import { COLLECTED_MODULES } from './collected-modules.ts';
import { COLLECTED_PACKAGING } from './collected-packaging.ts';

export const ALL_COLLECTED: readonly CollectedLine[] = [
  ...COLLECTED,
  ...COLLECTED_BUILDS,
  ...COLLECTED_FRAMEWORKS,
  ...COLLECTED_MODULES,
  ...COLLECTED_KERNEL,
  ...COLLECTED_CONTAINERS,
  ...COLLECTED_PACKAGING,
];

/** What was said instead of what is right; null where that was said. */
export function missOf({ source, text, codes }: CollectedLine): string | null {
  const found = readLog(text);
  const first = found[0]?.code;
  if (codes.length === 0)
    return found[0]?.severity === 'error' ? `${source}: ${first} where nothing is wrong` : null;
  return first !== undefined && codes.includes(first) ? null : `${source}: ${first ?? 'nothing'}`;
}
