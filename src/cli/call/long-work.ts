/**
 * The executable starts in the interpreter (scripts/build-binary.mjs): to compile what runs for a tenth of a second takes
 * longer than it saves. What goes on for longer is worth it.
 */

/** Bun 1.4 and newer, https://bun.com/reference/bun/unsafe; Node has a policy of its own. */
interface Runtime {
  Bun?: { unsafe?: { setJITPolicy?(scale: number): void } };
}

/** Milliseconds: longer than a doctor takes, and short beside what is long. */
const LONG = 150;

/** @returns what ends the watch */
export function compileLongWork(): () => void {
  const timer = setTimeout(compileFromNowOn, LONG);
  timer.unref();
  return () => clearTimeout(timer);
}

/** For work that is known to be long, and leaves no timer its turn. */
export function compileFromNowOn(): void {
  (globalThis as Runtime).Bun?.unsafe?.setJITPolicy?.(1);
}
