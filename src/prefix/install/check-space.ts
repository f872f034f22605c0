/** Whether what a plan fetches and unpacks will fit, before it begins. */
import { nowOf, type AptContext } from '../../apt/context.ts';
import type { Quotas } from '../../base/files/ask-quota.ts';
import { fileSystemOf, judgeSpace } from '../../base/files/disk-space.ts';
import { isWanted } from '../layout/layout.ts';
import { filesAtLeast } from '../layout/wanted-share.ts';
import type { ActionOf, InstallPlan } from '../plan/install-plan.ts';

/** In these packages, more may be left out than anybody knows: static libraries, documentation, whole programs. */
const PARTLY_WANTED = /(?:^|-)(?:dev|doc|toolkit|documentation|profiler|tools|samples)(?:-|$)/;
/** Of the sizes that indexes state, for what the file system adds and dpkg rounds. */
const CERTAIN_PART = 0.8;

const LESS = 'or install less: `--only` takes parts of a toolkit, `gpu-setup search cuda@VERSION` lists them';

/**
 * @returns warnings
 * @throws GpuSetupError `disk-full`
 */
export async function checkSpace(plan: InstallPlan, apt: AptContext, quotas: Quotas): Promise<string[]> {
  const unpacks = plan.actions.filter((action) => action.action === 'unpack');
  if (unpacks.length === 0) return [];
  const fetched = plan.actions.reduce(
    (sum, action) => sum + (action.action === 'fetch' ? action.bytes : 0),
    0,
  );
  const whole = unpacks.filter(
    (action) =>
      !PARTLY_WANTED.test(action.package) &&
      plan.parts === undefined &&
      isWanted({ to: '', component: 'runtime', also: [] }, action),
  );
  const needs = [
    { folder: apt.cache, bytes: fetched, bytesAtMost: fetched, files: unpacks.length },
    {
      folder: plan.home,
      bytes: Math.floor(unpackedBytes(whole) * CERTAIN_PART),
      bytesAtMost: unpackedBytes(unpacks),
      files: unpacks.reduce((sum, action) => sum + filesAtLeast(action.package, plan.parts), 0),
    },
  ];
  const judged = [];
  for (const need of needs) judged.push({ need, on: await fileSystemOf(need.folder) });
  return judgeSpace(judged, { quotas, now: nowOf(apt), less: LESS });
}

function unpackedBytes(unpacks: readonly ActionOf<'unpack'>[]): number {
  return unpacks.reduce((sum, { bytesAtMost }) => sum + bytesAtMost, 0);
}
