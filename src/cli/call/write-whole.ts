/**
 * Writing to stdout and stderr. A write is awaited, so that more than a pipe holds (64 KiB) arrives whole; a reader
 * that went away (`| head`) is no error.
 */
import { GpuSetupError, systemCode } from '../../base/errors.ts';

export type Written = (error?: Error | null) => void;

export interface WritableLike {
  write(text: string | Uint8Array, written?: Written): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

const CLOSED = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

/** Resolves when everything was taken or nobody reads any more. Throws `output-failed` (full disk behind a redirect). */
export async function writeWhole(stream: WritableLike, text: string): Promise<void> {
  if (text === '') return;
  const error = await new Promise<Error | null>((resolve) => {
    // The error event comes besides the callback; unheard it would end the process with a stack.
    const heard = (failure: Error): void => resolve(failure);
    stream.on('error', heard);
    stream.write(text, (failure) => {
      resolve(failure ?? null);
      const unhear = (): unknown => stream.off('error', heard);
      // Only a failure has its event still to come. A file takes each piece at once: of a long document nothing waits.
      if (failure) setImmediate(unhear);
      else unhear();
    });
  });
  if (error !== null && !CLOSED.has(systemCode(error) ?? '')) {
    throw new GpuSetupError('output-failed', 'the result could not be written to standard output', {
      cause: error,
    });
  }
}

/** For progress, which nobody waits for: a closed or full stderr must not end the work. */
export function ignoreErrors(stream: WritableLike): void {
  stream.on('error', () => {});
}
