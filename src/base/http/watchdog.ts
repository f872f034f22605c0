/** The clock of a request, and why one ended in words: the caller's own abort stays what it was. */
import { GpuSetupError, messageOf, systemCode } from '../errors.ts';
import { isOutOfMemory } from '../out-of-memory.ts';

/** Why a request ended. */
export interface Interruption {
  text: string;
  /** As the system or the runtime names it. */
  code: string | undefined;
  error: unknown;
}

export type Watchdog = ReturnType<typeof watchdog>;

/** One timer at a time that aborts the request, told apart from the caller's own abort. */
export function watchdog(outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const signal = outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal]);
  let timer: NodeJS.Timeout | undefined;
  let expired: string | undefined;
  const disarm = (): void => {
    clearTimeout(timer);
  };
  return {
    signal,
    disarm,
    arm(ms: number, what: string): void {
      disarm();
      timer = setTimeout(() => {
        expired = `${what} within ${ms / 1000} s`;
        controller.abort();
      }, ms);
    },
    /** The caller's abort as it is; everything else in our words. */
    translate(error: unknown, wrap: (why: Interruption) => unknown): unknown {
      if (outer?.aborted) return outer.reason ?? error;
      if (error instanceof GpuSetupError) return error;
      if (expired !== undefined) return wrap({ text: expired, code: 'ETIMEDOUT', error });
      const code = deepCode(error);
      // A mistake in this program is no state of the network, nor is what this machine lacks.
      if (code === undefined && (error instanceof TypeError || isOutOfMemory(error))) return error;
      return wrap({ text: REASONS[code ?? ''] ?? messageOf(error), code, error });
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name cannot be resolved',
  EAI_AGAIN: 'its name cannot be resolved now (no network, or no name server answers)',
  ECONNREFUSED: 'the connection was refused',
  ConnectionRefused: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENETUNREACH: 'there is no route to its network',
  EHOSTUNREACH: 'there is no route to it',
  UND_ERR_CONNECT_TIMEOUT: 'it does not accept connections in time',
};

/** undici and AggregateError keep the telling code one level down. */
function deepCode(error: unknown): string | undefined {
  const inner = (error as { cause?: unknown; errors?: unknown[] } | null) ?? {};
  return systemCode(error) ?? systemCode(inner.cause) ?? systemCode(inner.errors?.[0]);
}
