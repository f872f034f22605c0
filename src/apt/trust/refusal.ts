/**
 * Why none of the signatures of a Release file counts. A file that somebody changed, a key that nobody allowed, a key
 * whose time is over and a clock that is wrong ask for different things of whoever reads the error.
 */
import type * as OpenPgp from 'openpgp';
import type { Key, PartialConfig } from 'openpgp';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { clockHint } from '../../base/set-clock.ts';
import { timeText } from '../../base/time-text.ts';
import type { Source } from '../types.ts';

/** One signature, as the library has looked at it. */
export type Looked = Awaited<ReturnType<typeof OpenPgp.verify>>['signatures'][number];

export type Refusal =
  /** Right in all but its time: it was made later than this machine's clock says, and a day of grace. */
  | { why: 'future'; keyId: string; created: Date }
  | { why: 'key-expired'; keyId: string; created: Date; says: string }
  | { why: 'signature-expired'; keyId: string; until: Date }
  | { why: 'bad'; keyId: string; says: string }
  /** A pinned key, of which nobody had the bytes. */
  | { why: 'key-not-found'; keyId: string }
  | { why: 'unknown-key'; keyId: string };

/** What decides about one error: the first of these that any signature has. */
const TELLING: readonly Refusal['why'][] = [
  'future',
  'key-expired',
  'signature-expired',
  'bad',
  'key-not-found',
  'unknown-key',
];

/**
 * @param one a signature that was refused
 * @param owner the pinned key that it names, if it was found
 * @param limit the time that it was verified for
 * @param again the same signature, verified for another time
 */
export async function refusalOf(
  one: Looked,
  owner: Key,
  limit: Date,
  again: (date: Date) => Promise<Looked>,
  policy: { openpgp: typeof OpenPgp; config: PartialConfig },
): Promise<Refusal> {
  const keyId = idOf(one);
  const packet = (await one.signature).packets[0];
  const created = packet?.created ?? null;
  if (packet === undefined || created === null) return { why: 'bad', keyId, says: 'it has no date' };
  const flaw = await rejectionOf((await again(created)).verified);
  if (flaw === null) {
    if (created > limit) return { why: 'future', keyId, created };
    const until = new Date(created.getTime() + (packet.signatureExpirationTime ?? 0) * 1000);
    return { why: 'signature-expired', keyId, until };
  }
  // The library looks at the key last: where that is what it found, the signature itself was right.
  const config = { ...policy.openpgp.config, ...policy.config };
  const keyFlaw = await rejectionOf(owner.getSigningKey(one.keyID, created, undefined, config));
  const isOfKey = keyFlaw !== null && messageOf(keyFlaw) === messageOf(flaw);
  const wasEverGood =
    isOfKey && (await rejectionOf(owner.getSigningKey(one.keyID, null, undefined, config))) === null;
  const says = messageOf(flaw);
  return wasEverGood ? { why: 'key-expired', keyId, created, says } : { why: 'bad', keyId, says };
}

/** A signature by a key that is not among those found. */
export function refusalOfStranger(one: Looked, pinned: Source['signedBy']): Refusal {
  const keyId = idOf(one);
  // The id of a key is the end of its fingerprint (of version 4; of later ones its beginning).
  const isPinned = pinned.some(({ fingerprint }) =>
    fingerprint.length === 40 ? fingerprint.endsWith(keyId) : fingerprint.startsWith(keyId),
  );
  return { why: isPinned ? 'key-not-found' : 'unknown-key', keyId };
}

export const idOf = ({ keyID }: Looked): string => keyID.toHex().toUpperCase();

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return null;
  } catch (error) {
    return error;
  }
}

export function refused(
  refusals: readonly Refusal[],
  { title, pinned, now }: { title: string; pinned: Source['signedBy']; now: Date },
): GpuSetupError {
  const why = TELLING.find((one) => refusals.some((refusal) => refusal.why === one));
  const telling = refusals.find((refusal) => refusal.why === why);
  const allowed = pinned.map(({ fingerprint }) => fingerprint);
  const details = { pinned: allowed, signatures: refusals.map(describe) };
  const seen = refusals.slice(0, 5).map(describe).join('; ');
  switch (telling?.why) {
    case 'future':
      return new GpuSetupError(
        'clock-wrong',
        `this machine's clock says ${timeText(now)}, but ${title} was signed at ${timeText(telling.created)}`,
        { hint: clockHint(telling.created), details },
      );
    case 'key-expired':
      return new GpuSetupError(
        'key-expired',
        `${title} was signed by a key that was not valid any more at that time (${seen})`,
        {
          hint: 'whoever runs the repository has to sign it with a valid key: use another mirror or source until then',
          details,
        },
      );
    case 'signature-expired':
      return new GpuSetupError(
        'release-expired',
        `the signature of ${title} was valid until ${timeText(telling.until)}`,
        {
          hint: `the mirror is out of date, or this machine's clock is ahead. ${clockHint(null)}`,
          retryable: true,
          details,
        },
      );
    case 'key-not-found':
      return new GpuSetupError(
        'key-missing',
        `${title} was signed by a key that may sign it, but the key itself was not found (${seen})`,
        { details },
      );
    case 'unknown-key':
      return new GpuSetupError(
        'key-unknown',
        `${title} is signed, but by no key that may sign it (${seen})`,
        {
          hint: `allowed: ${allowed.join(', ')}. If the publisher announces another key, compare its full fingerprint with what they publish, then put it into a copy of the .sources file in the configuration's apt-sources folder`,
          details,
        },
      );
    case 'bad':
    case undefined:
      return new GpuSetupError(
        'bad-signature',
        `${title} has no good signature of a key that may sign it (${seen || 'it carries none'})`,
        {
          hint: `allowed: ${allowed.join(', ')}. A mirror in the middle of an update gives this too: try again in some minutes`,
          retryable: true,
          details,
        },
      );
  }
}

function describe(refusal: Refusal): string {
  const { keyId } = refusal;
  switch (refusal.why) {
    case 'future':
      return `${keyId}: made at ${timeText(refusal.created)}`;
    case 'key-expired':
    case 'bad':
      return `${keyId}: ${refusal.says}`;
    case 'signature-expired':
      return `${keyId}: valid until ${timeText(refusal.until)}`;
    case 'key-not-found':
      return `${keyId} may sign this, but was not found`;
    case 'unknown-key':
      return `${keyId} is not a key that may sign this`;
  }
}
