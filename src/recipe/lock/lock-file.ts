/** The lock beside a project, and the proof beside it. */
import { rm } from 'node:fs/promises';
import type { SuiteProof } from '../../apt/index/suite-proof.ts';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { replaceFile } from '../../base/files/replace-file.ts';
import { readContent } from '../../machine/kinds/disk.ts';
import { badLock, MAX_LOCK_BYTES, parseLock } from '../../prefix/plan/lock/parse-lock.ts';
import { MAX_PROOF_BYTES, parseProof, proofPath, proofText } from '../../prefix/plan/lock/proof-file.ts';
import { lockText, type Lock } from '../../prefix/plan/lockfile.ts';

/** Where a lock lies if nobody says otherwise, below the caller's folder. */
export const LOCK_NAME = 'gpu-setup.lock';

/** Null where there is no such file. @throws GpuSetupError `bad-lock`, `lock-format` */
export function readLockFile(file: string): Lock | null {
  const bytes = contentOf(file, MAX_LOCK_BYTES);
  return bytes === null ? null : parseLock(bytes, file);
}

/** @throws GpuSetupError `lock-missing`, `bad-lock`, `lock-format` */
export function lockFileAt(file: string): Lock {
  const lock = readLockFile(file);
  if (lock !== null) return lock;
  throw new GpuSetupError('lock-missing', `there is no lock file ${file}`, {
    hint: [
      'gpu-setup lock RECIPE writes one, or gpu-setup lock with specs, as install takes them',
      'one that lies elsewhere is named with --lock',
    ],
    details: { file },
  });
}

/** By source id and suite; null where the lock has no proof beside it. @throws GpuSetupError `bad-proof`, `proof-differs` */
export function readProofOf(file: string, lock: Lock): ReadonlyMap<string, SuiteProof> | null {
  const path = proofPath(file);
  const bytes = contentOf(path, MAX_PROOF_BYTES);
  return bytes === null ? null : parseProof(bytes, path, lock);
}

/**
 * Both files. The old proof goes first: a kill at any point leaves a lock with its own proof or without one, never with
 * that of another.
 *
 * @param proofs null: none is written
 * @returns path of the proof; null where none was written
 */
export async function writeLockFiles(
  file: string,
  lock: Lock,
  proofs: readonly SuiteProof[] | null,
): Promise<string | null> {
  const path = proofPath(file);
  try {
    await rm(path, { force: true });
    await replaceFile(file, lockText(lock), 0o644);
    if (proofs === null) return null;
    await replaceFile(path, proofText(proofs), 0o644);
    return path;
  } catch (error) {
    throw new GpuSetupError('lock-not-written', `cannot write ${file}: ${messageOf(error)}`, {
      hint: 'write to a folder of your own, or name another file with --lock',
      cause: error,
      details: { file },
    });
  }
}

function contentOf(file: string, most: number): Uint8Array | null {
  const found = readContent(file, most, { kind: 'file', name: file });
  if (found.state === 'absent') return null;
  if (found.state === 'unknown') throw badLock(file, `it cannot be read: ${found.why}`);
  if (found.value.truncated) throw badLock(file, `it has more than ${most} bytes`);
  return found.value.bytes;
}
