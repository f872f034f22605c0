/**
 * Ctrl-C and its kin: the first one aborts, so that work can clean up; what has not ended soon after is left as it is, as
 * after kill -9. A second one ends the process at once.
 */
import { exitCodeOfSignal } from './signal-exit-code.ts';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** For cleaning up, children included; who sent the signal seldom waits for longer than two seconds. */
const PATIENCE_MS = 1_600;
/** For what the event loop still holds (a pipe that nobody closes) when everything was said. */
const LINGER_MS = 200;

export interface Interruptions {
  readonly signal: AbortSignal;
  /** Rejects when the work has not ended in time after the first signal. */
  readonly overdue: Promise<never>;
  /** The signal that came first; null while none did. */
  received(): NodeJS.Signals | null;
  /**
   * From now on signals belong to the child program that holds the terminal: they may come any number of times.
   * @throws the signal's reason where one came already
   */
  leaveToChild(): void;
  heldByChild(): boolean;
  stop(): void;
  /** After the last word: sees to it that the process ends, whatever is still open. */
  endSoon(signal: NodeJS.Signals): void;
}

export function listenForInterruptions(): Interruptions {
  const controller = new AbortController();
  let first: NodeJS.Signals | null = null;
  let child = false;
  let giveUp: () => void = () => {};
  let patience: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    giveUp = () => reject(controller.signal.reason as Error);
  });
  overdue.catch(() => {});
  const heard = (signal: NodeJS.Signals): void => {
    if (first === null) {
      first = signal;
      controller.abort(new DOMException(`stopped by ${signal}`, 'AbortError'));
      if (!child) patience = setTimeout(giveUp, PATIENCE_MS);
    } else if (!child) {
      stop();
      endBySignal(signal);
    }
  };
  const stop = (): void => {
    clearTimeout(patience);
    for (const name of SIGNALS) process.off(name, heard);
  };
  for (const name of SIGNALS) process.on(name, heard);
  return {
    signal: controller.signal,
    overdue,
    received: () => first,
    leaveToChild: () => {
      controller.signal.throwIfAborted();
      child = true;
    },
    heldByChild: () => child,
    stop,
    endSoon: (signal) => void setTimeout(() => endBySignal(signal), LINGER_MS).unref(),
  };
}

/**
 * As the signal would have ended the process unheard. process.exit() waits for threads, and one of them may be stuck in
 * the system (opening a FIFO); it is for the first process of a container alone, which such a signal does not end.
 */
function endBySignal(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal);
  // eslint-disable-next-line no-restricted-properties -- what there was to say is said, or nobody waits for it
  process.exit(exitCodeOfSignal(signal));
}
