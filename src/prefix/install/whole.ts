/** What of an install is told as one: fetching and unpacking of all its packages. */
import type { WholePart, WorkEvent } from '../../base/events.ts';
import { unpackedBytes } from '../layout/wanted-share.ts';
import type { InstallPlan, PlannedPackage } from '../plan/install-plan.ts';

/** Of the events of fetching a package. */
function fetchId({ sha256 }: Pick<PlannedPackage, 'sha256'>): string {
  return `fetch:${sha256}`;
}

/** Of the events of unpacking a package. */
export function unpackId({ sha256 }: Pick<PlannedPackage, 'sha256'>): string {
  return `unpack:${sha256}`;
}

/** Decoded bytes that a machine unpacks while an everyday connection brings one byte. */
const UNPACKED_PER_FETCHED = 4;

/**
 * Fetching counts by the byte. Unpacking counts by what has to be decoded: of Debian's payloads what is wanted, since
 * their blocks are passed over one by one; of NVIDIA's, which are one block or few, everything.
 */
export function wholeOf({
  request,
  sources,
  packages,
  actions,
}: Pick<InstallPlan, 'request' | 'sources' | 'packages' | 'actions'>): Extract<WorkEvent, { type: 'whole' }> {
  const multiBlock = new Set(sources.flatMap(({ id, packaging }) => (packaging === 'debian' ? [id] : [])));
  const byName = new Map(packages.map((one) => [one.name, one]));
  const parts = actions.flatMap((action): WholePart[] => {
    const one = 'package' in action ? byName.get(action.package) : undefined;
    if (one === undefined) return [];
    if (action.action === 'fetch') return [{ id: fetchId(one), stage: 'fetch', weight: action.bytes }];
    if (action.action !== 'unpack') return [];
    const decoded = multiBlock.has(one.sourceId) ? action.bytesAtMost : unpackedBytes(one);
    return [{ id: unpackId(one), stage: 'unpack', weight: decoded / UNPACKED_PER_FETCHED }];
  });
  return { type: 'whole', id: 'install', title: request.name, parts };
}
