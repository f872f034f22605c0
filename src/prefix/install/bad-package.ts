/** Errors of a package that is being unpacked, in words that name it. */
import { isAsListed, type VerifiedFile } from '../../apt/package/verified-file.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { PlannedPackage } from '../plan/install-plan.ts';
import { RENEWAL } from '../plan/lock/renewal.ts';

export const titleOf = ({ name, version }: Pick<PlannedPackage, 'name' | 'version'>): string =>
  `${name} ${version}`;

/**
 * What reading a package said of its file, with the package's name and what to do. Fetching again helps only where the
 * file is no longer what was verified: that is looked at here, in the failure, and costs an install that goes well nothing.
 */
export async function explainBadPackage(
  error: unknown,
  one: PlannedPackage,
  { path, handle }: VerifiedFile,
): Promise<unknown> {
  if (!(error instanceof GpuSetupError) || error.code !== 'bad-deb') return error;
  const why = String(error.details?.['why'] ?? error.message);
  const asListed = await isAsListed(handle, one).catch(() => false);
  return new GpuSetupError(
    'bad-deb',
    `package ${titleOf(one)} is not a usable .deb package: ${why} (${path})`,
    {
      hint: asListed
        ? `the file is what the signed index of ${one.sourceId} lists, so fetching it again changes nothing: take another --source, or leave its component out with --without, and report it to whoever publishes ${one.sourceId}`
        : 'the file was changed or damaged after it was checked: run the same command again, it is then fetched anew',
      retryable: !asListed,
      cause: error.cause,
      details: {
        package: one.name,
        version: one.version,
        sourceId: one.sourceId,
        file: path,
        why,
        matchesIndex: asListed,
      },
    },
  );
}

/** The package is not what the lock says, whoever signed it: nothing of it is used, and no option takes it. */
export function payloadMismatch(
  one: Pick<PlannedPackage, 'name' | 'version' | 'payloadSha256' | 'sourceId'>,
  actual: string,
): GpuSetupError {
  return new GpuSetupError(
    'payload-mismatch',
    `package ${titleOf(one)} does not hold what the lock says: its payload has the digest ${actual}, expected ${one.payloadSha256}`,
    {
      hint: [
        `${one.sourceId} changed a released package, or the lock was changed: compare the lock with its history in version control`,
        `only if you trust the change: ${RENEWAL}, or install without the lock`,
      ],
      details: { package: one.name, version: one.version, expected: one.payloadSha256, actual },
    },
  );
}
