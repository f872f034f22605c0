/** NVLinks that are down where others of the same machine are up. */
import { valueOf } from '../../machine/answer.ts';
import type { Facts, GpuStateFacts } from '../../machine/facts.ts';
import type { Finding } from '../types.ts';
import { perGpu } from './per-gpu.ts';

/**
 * A GPU with fewer links that are up than its equals have. Which links a board connects differs, and a card without its bridge has
 * none: so the equals in the same machine are the measure, and one without any is judged only where switches join them all.
 */
export const missingLinks = (facts: Facts): Finding[] => {
  const all = valueOf(facts.gpuStates) ?? [];
  return perGpu(facts, (state) => {
    const up = linksUp(state);
    if (up === null) return null;
    const equals = all.flatMap((one) =>
      one !== state && one.name === state.name ? (linksUp(one) ?? []) : [],
    );
    const most = Math.max(0, ...equals);
    const agree = equals.length > 0 && equals.every((count) => count === most);
    if (up >= most || !agree || (up === 0 && !isSwitched(all))) return null;
    const down = (state.nvlinks ?? []).filter(({ active }) => active === false).map(({ link }) => link);
    return {
      says: `has ${up} NVLinks that are up, where its equals have ${most}`,
      shown: `NVLinks up: ${up}, of the others ${most}${down.length === 0 ? '' : `; inactive: ${down.join(', ')}`}`,
      severity: 'warning',
      confidence: 'likely',
    };
  });
};

/** Active links, else the links to all others that the topology counts. */
function linksUp({ nvlinks, peers }: GpuStateFacts): number | null {
  const told = (nvlinks ?? []).filter(({ active }) => active !== null);
  if (told.length > 0) return told.filter(({ active }) => active === true).length;
  if (peers === null || peers.length === 0) return null;
  return peers.reduce((sum, { path }) => sum + Number(/^NV(\d{1,2})$/.exec(path)?.[1] ?? 0), 0);
}

/** GPUs that report a fabric are joined by switches: each to all others. */
const isSwitched = (all: readonly GpuStateFacts[]): boolean =>
  all.some(({ fabric }) => fabric.state !== null);
