/**
 * What a system error says about a file of the machine. Live machines translate errno into an Answer, snapshots store
 * the code ({ "error": "EACCES" }) and translate it back: one table for both ways.
 */
import { absent, unknown, type Absent, type Origin, type Unknown, type UnknownReason } from './answer.ts';

const MEANINGS: readonly { code: string; reason: UnknownReason; why: string }[] = [
  { code: 'EACCES', reason: 'not-permitted', why: 'permission denied' },
  { code: 'EPERM', reason: 'not-permitted', why: 'operation not permitted' },
  { code: 'ETIMEDOUT', reason: 'timed-out', why: 'no answer within the time limit' },
  { code: 'ENOTSUP', reason: 'not-applicable', why: 'does not apply here' },
  { code: 'ENOEXEC', reason: 'not-applicable', why: 'not an ELF file' },
  { code: 'ENODATA', reason: 'not-applicable', why: 'it has no table of sections' },
  { code: 'EISDIR', reason: 'failed', why: 'is a directory' },
  { code: 'EFTYPE', reason: 'failed', why: 'is not a regular file' },
  { code: 'ELOOP', reason: 'failed', why: 'too many levels of symbolic links' },
  { code: 'EBADMSG', reason: 'failed', why: 'damaged ELF file' },
  { code: 'EAGAIN', reason: 'failed', why: 'reading it would block' },
  { code: 'ENAMETOOLONG', reason: 'failed', why: 'file name too long' },
  { code: 'EINVAL', reason: 'failed', why: 'invalid argument' },
  { code: 'EIO', reason: 'failed', why: 'input/output error' },
];

/** A path below something that is no directory is as absent as one that nobody made. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

/** The answer that a system error code stands for: absent for ENOENT and ENOTDIR, else unknown. */
export function answerOfCode(code: string, from: Origin): Absent | Unknown {
  if (ABSENT.has(code)) return absent(from);
  const meaning = MEANINGS.find((entry) => entry.code === code);
  return meaning
    ? unknown(meaning.reason, meaning.why, from)
    : unknown('failed', `failed with ${code}`, from);
}

/** The code under which an unknown answer is recorded; answerOfCode() of it has the same reason. */
export function codeOfUnknown(answer: Unknown): string {
  const exact = MEANINGS.find((entry) => entry.reason === answer.reason && entry.why === answer.why);
  if (exact) return exact.code;
  if (answer.reason === 'failed') return /^failed with (E[A-Z0-9]+)$/.exec(answer.why)?.[1] ?? 'EIO';
  return MEANINGS.find((entry) => entry.reason === answer.reason)?.code ?? 'EIO';
}
