/** What of an install is told as one: fetching and unpacking of all its packages. */
import type { WholePart, WorkEvent } from '../../base/events.ts';
import type { InstallPlan, PlannedPackage } from '../plan/install-plan.ts';

/** Of the events of fetching a package. */
function fetchId({ sha256 }: Pick<PlannedPackage, 'sha256'>): string {
  return `fetch:${sha256}`;
}

/** Of the events of unpacking a package. */
export function unpackId({ sha256 }: Pick<PlannedPackage, 'sha256'>): string {
  return `unpack:${sha256}`;
}

/**
 * A byte to fetch and a packed byte to unpack count the same: what a core decodes in a second is what an everyday
 * connection brings, and both sums are known to the byte before anything begins.
 */
export function wholeOf({
  request,
  packages,
  actions,
}: Pick<InstallPlan, 'request' | 'packages' | 'actions'>): Extract<WorkEvent, { type: 'whole' }> {
  const byName = new Map(packages.map((one) => [one.name, one]));
  const parts = actions.flatMap((action): WholePart[] => {
    if (action.action !== 'fetch' && action.action !== 'unpack') return [];
    const one = byName.get(action.package);
    if (one === undefined) return [];
    const id = action.action === 'fetch' ? fetchId(one) : unpackId(one);
    return [{ id, stage: action.action, weight: one.size }];
  });
  return { type: 'whole', id: 'install', title: request.name, parts };
}
