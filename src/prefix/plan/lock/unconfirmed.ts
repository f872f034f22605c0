/** Why packages of a lock are not installed: neither an index of today nor the lock's proof confirms them. */
import type { PackageIndex } from '../../../apt/types.ts';
import { GpuSetupError } from '../../../base/errors.ts';
import { timeText } from '../../../base/time-text.ts';
import type { PinnedPackage, PlannedPackage } from '../install-plan.ts';
import { RENEW } from './renewal.ts';

export interface Unconfirmed {
  one: PlannedPackage;
  index: PinnedPackage['index'];
  now: PackageIndex | GpuSetupError;
}

/** How many packages a message names. */
const NAMED = 3;

/** What can be done in each case, most careful first. */
const PROOF = "put the lock's .proof file beside it: it confirms what was signed when the lock was made";
const TRUST = "--trust-lock takes the lock's word for it: only for a lock that you wrote yourself";

/**
 * One error for all of them, of the kind that most of them are; of a source that cannot be read its own failure is the
 * cause.
 */
export function unconfirmed(open: readonly Unconfirmed[], file: string): GpuSetupError {
  const counts = new Map<PinnedPackage['index'], number>();
  for (const { index } of open) counts.set(index, (counts.get(index) ?? 0) + 1);
  const kind = [...counts].sort((a, b) => b[1] - a[1])[0]![0];
  const first = open.find(({ index }) => index === kind)!;
  const names = open.map(({ one }) => `${one.name} ${one.version}`);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const what = names.slice(0, NAMED).join(', ') + more;
  const details = {
    file,
    packages: open.map(({ one, index }) => ({ name: one.name, version: one.version, index })),
  };
  const { sourceId } = first.one;
  if (first.now instanceof GpuSetupError) {
    const { code, message, retryable, hints } = first.now;
    return new GpuSetupError(
      'lock-unconfirmed',
      `nothing confirms what ${file} says of ${what}: the index of ${sourceId} cannot be read (${code}: ${message})`,
      { hint: [...hints, PROOF, TRUST], retryable, cause: first.now, details },
    );
  }
  const { date } = first.now.release;
  const dated = date === null ? '' : ` of ${timeText(date)}`;
  if (kind === 'behind') {
    return new GpuSetupError(
      'index-behind-lock',
      `the index of ${sourceId}${dated} is older than ${file}, and does not list ${what}`,
      { hint: ['the server gives an old index: try again later', PROOF, TRUST], retryable: true, details },
    );
  }
  if (kind === 'resigned') {
    return new GpuSetupError(
      'package-resigned',
      `the index of ${sourceId}${dated} lists other files for ${what} than ${file}, which says nothing of their payloads that could be compared`,
      { hint: [PROOF, RENEW], details },
    );
  }
  const newest = first.now.packages(first.one.name)[0];
  const now = newest === undefined ? 'which it no longer has' : `of which it has ${newest.version}`;
  return new GpuSetupError(
    'lock-behind-index',
    `the index of ${sourceId}${dated} is newer than ${file}, and no longer lists ${what} (${first.one.name}, ${now})`,
    { hint: [PROOF, RENEW, TRUST], details },
  );
}
