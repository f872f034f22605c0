/** Ctrl-C and its kin: the first one aborts, so that work can clean up; a second one ends the process at once. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export interface Interruptions {
  readonly signal: AbortSignal;
  /** The signal that came first; null while none did. */
  received(): NodeJS.Signals | null;
  /** From now on Ctrl-C belongs to the child program that holds the terminal: it may come any number of times. */
  leaveToChild(): void;
  heldByChild(): boolean;
  stop(): void;
}

export function listenForInterruptions(): Interruptions {
  const controller = new AbortController();
  let first: NodeJS.Signals | null = null;
  let child = false;
  const heard = (signal: NodeJS.Signals): void => {
    if (first === null) {
      first = signal;
      controller.abort(new DOMException(`stopped by ${signal}`, 'AbortError'));
    } else if (!child) {
      stop();
      process.kill(process.pid, signal);
    }
  };
  const stop = (): void => {
    for (const name of SIGNALS) process.off(name, heard);
  };
  for (const name of SIGNALS) process.on(name, heard);
  return {
    signal: controller.signal,
    received: () => first,
    leaveToChild: () => {
      child = true;
    },
    heldByChild: () => child,
    stop,
  };
}
