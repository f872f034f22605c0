/**
 * When a server has another file than the one that a lock was confirmed for: which of the known ways of breaking it is.
 *
 * The file that came is the lock's own (the index lags), or another one with the lock's payload (it was signed anew), or it
 * holds something else. In the first two what would land in the prefix is what the lock says; but no verified index says
 * so, and then only --trust-lock takes it.
 */
import { fetchUnlisted } from '../../apt/package/fetch-unlisted.ts';
import type { FetchedPackage } from '../../apt/package/fetch-package.ts';
import { readDeb } from '../../apt/deb/deb.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { PinnedPackage, PlannedPackage } from '../plan/install-plan.ts';
import { RENEW } from '../plan/lock/renewal.ts';
import { payloadMismatch, titleOf } from './bad-package.ts';
import type { Execution } from './execution.ts';

/**
 * @param error of fetching it
 * @param from addresses
 * @returns the file, where the lock's word is enough
 * @throws GpuSetupError `index-behind-lock`, `package-resigned`, `payload-mismatch`; else the error as it was
 */
export async function fileInstead(
  error: unknown,
  one: PlannedPackage,
  from: readonly string[],
  { plan: { lock }, apt, warnings }: Execution,
): Promise<FetchedPackage> {
  const pinned = lock?.packages.find(({ name }) => name === one.name);
  if (!(error instanceof GpuSetupError) || lock === undefined || pinned === undefined) throw error;
  if (error.code === 'package-listed-but-missing') throw gone(error, one);
  if (error.code !== 'package-differs-from-index') throw error;
  const text = `${titleOf(one)} is not the file that was expected: looking at what it is`;
  apt.emit({ type: 'notice', level: 'info', text });
  const found = await fetchUnlisted(one, from, apt);
  if (found === null) throw error;
  let isTaken = false;
  try {
    const verdict = await judge(found, one, pinned, error);
    if (!lock.trusted) throw verdict.error;
    isTaken = true;
    const admitted = `${titleOf(one)} ${verdict.what}, and no verified index lists it: taken on the word of the lock (--trust-lock)`;
    warnings.push(admitted);
    apt.emit({ type: 'notice', level: 'warning', text: admitted });
    return found;
  } finally {
    if (!isTaken) await found.handle.close();
  }
}

async function judge(
  found: FetchedPackage,
  one: PlannedPackage,
  pinned: PinnedPackage,
  cause: GpuSetupError,
): Promise<{ what: string; error: GpuSetupError }> {
  const { sha256 } = found.listed;
  const details = { ...cause.details, package: one.name, version: one.version, sourceId: one.sourceId };
  if (sha256 === pinned.sha256) {
    return {
      what: 'is the file that the lock names',
      error: new GpuSetupError(
        'index-behind-lock',
        `${titleOf(one)} is the file that the lock names, and the index of ${one.sourceId} still lists another one`,
        {
          hint: [
            'the server gives an old index: try again later',
            "put the lock's .proof file beside it: it confirms this file",
            "--trust-lock takes the lock's word for it: only for a lock that you wrote yourself",
          ],
          retryable: true,
          details,
        },
      ),
    };
  }
  if (one.payloadSha256 === null) throw cause;
  const payload = await payloadOf(found, cause);
  if (payload !== one.payloadSha256) throw payloadMismatch(one, payload);
  return {
    what: "is another file with the lock's payload",
    error: new GpuSetupError(
      'package-resigned',
      `${titleOf(one)} was signed anew: another file with the payload that the lock names, which the index of ${one.sourceId} does not list yet`,
      {
        hint: [
          'the index follows within hours: try again later',
          "--trust-lock takes a file with the lock's payload: only for a lock that you wrote yourself",
        ],
        retryable: true,
        details,
      },
    ),
  };
}

/** What is no package at all is what fetching it said. */
async function payloadOf(found: FetchedPackage, cause: GpuSetupError): Promise<string> {
  try {
    return await (await readDeb(found)).dataSha256();
  } catch (error) {
    if (error instanceof GpuSetupError && error.code === 'bad-deb') throw cause;
    throw error;
  }
}

/** What was right when the lock was made is not always kept for good. */
function gone(error: GpuSetupError, one: PlannedPackage): GpuSetupError {
  return new GpuSetupError(error.code, `${titleOf(one)}, which the lock names, is gone: ${error.message}`, {
    hint: [...error.hints, RENEW],
    retryable: error.retryable,
    cause: error.cause,
    details: error.details,
  });
}
