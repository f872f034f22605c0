/** Trying again what may succeed without any change. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GpuSetupError } from './errors.ts';

export interface RetryOptions {
  /** First attempt included. */
  attempts: number;
  /** Before the second attempt; doubles each time, and is spread so that many machines do not return at once. */
  delayMs: number;
  signal?: AbortSignal | undefined;
  /** Whether what failed may go better at once; where it is retryable at all. */
  worthwhile?: ((error: GpuSetupError) => boolean) | undefined;
  /** Before each attempt but the first, with what the one before it failed with. */
  onRetry?: ((error: GpuSetupError) => void) | undefined;
}

/** A host that could not be reached at all seldom comes back within seconds: one more attempt is enough. */
const LASTING = 'host-unreachable';
const TRANSIENT_REASONS = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Runs `attempt(0)`, `attempt(1)`, ... until one does not throw a retryable GpuSetupError; throws the last error. */
export async function retrying<T>(attempt: (turn: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let turn = 0; ; turn++) {
    try {
      return await attempt(turn);
    } catch (error) {
      if (!(error instanceof GpuSetupError) || !error.retryable) throw error;
      if (options.worthwhile?.(error) === false) throw error;
      const lasting = error.code === LASTING && !TRANSIENT_REASONS.has(String(error.details?.['reason']));
      const most = lasting ? Math.min(2, options.attempts) : options.attempts;
      if (turn + 1 >= most) throw error;
      options.onRetry?.(error);
      await pause(options.delayMs * 2 ** turn, options.signal);
    }
  }
}

/** Sleeps between half and one and a half times `ms`; ends early, throwing the signal's reason, when aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await sleep(ms * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
