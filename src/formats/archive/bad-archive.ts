import { GpuSetupError } from '../../base/errors.ts';
import { isOutOfMemory } from '../../base/out-of-memory.ts';

/**
 * Makes the error of an archive that cannot be read as one: whoever reads it knows what it should have been. `why` is a clause ("its
 * tar archive is cut off") and may quote what the archive holds, unescaped.
 */
export type BadArchive = (why: string, cause?: unknown) => Error;

/** What was thrown while an archive was read says nothing of it: a disk that fails, no memory, a decoder that hangs. (zlib's own have no syscall.) */
export function isNotItsFault(error: unknown): boolean {
  return (
    typeof (error as { syscall?: unknown } | null)?.syscall === 'string' ||
    error instanceof GpuSetupError ||
    isOutOfMemory(error)
  );
}
