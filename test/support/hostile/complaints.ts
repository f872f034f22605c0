/** What is wrong with how a call ended, in words; nothing where it ended as every call must. */
import type { Ending, Sight } from './run-situation.ts';
import type { Call, Situation } from './situation.ts';

const CODES = [0, 1, 2, 3];
const OF_RUN = [125, 126, 127];
const OF_SIGNAL = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
/** Two seconds are promised; the rest is for a machine that has much else to do. */
const SIGNAL_MS = 8_000;

export function complaints(
  { args, answers = false, runs = false }: Call,
  situation: Situation,
  ending: Ending,
): string[] {
  const { code, signal, stdout, stderr, afterSignalMs, tooLong } = ending;
  const sent = afterSignalMs === null ? null : situation.signal!.name;
  const found: string[] = [];
  if (tooLong) found.push('it did not end');
  const allowed = [...CODES, ...(runs ? OF_RUN : []), ...(sent === null ? [] : [OF_SIGNAL[sent]])];
  if (code !== null && !allowed.includes(code)) found.push(`exit code ${code}`);
  if (code === null && !tooLong && signal !== sent) found.push(`ended by ${signal}`);
  if (afterSignalMs !== null && afterSignalMs > SIGNAL_MS) {
    found.push(`it lived on for ${Math.round(afterSignalMs)} ms after the signal`);
  }
  for (const text of [stdout, stderr]) {
    if (/^\s+at .*(?:\.m?js|node:)/m.test(text)) found.push('a stack');
    if (/\(node:\d+\)|Node\.js v\d/.test(text)) found.push('a word of the runtime');
    // What a terminal would obey.
    if (/[\u001b\u0000]/.test(text)) found.push('a control character');
  }
  const isDone = code !== null;
  // A reader that went away is told nothing.
  if (isDone && args.includes('--json')) {
    if (situation.stdout === 'read') found.push(...ofDocument(stdout));
  } else if (isDone && situation.stderr === 'read') found.push(...ofError(stderr, code, answers || runs));
  return found;
}

function ofDocument(stdout: string): string[] {
  try {
    const document = JSON.parse(stdout) as { schema?: unknown; hint?: unknown };
    const isError = document.schema === 'gpu-setup/error@1';
    return isError && (typeof document.hint !== 'string' || document.hint === '')
      ? ['an error without a hint']
      : [];
  } catch {
    return ['stdout is not one JSON document'];
  }
}

function ofError(stderr: string, code: number, answers: boolean): string[] {
  const hasError = /^error\[[a-z-]+\]: \S/m.test(stderr);
  if (hasError) return /^hint: \S/m.test(stderr) ? [] : ['an error without a hint'];
  return code === 0 || answers ? [] : [`exit code ${code} without an error`];
}

/** What changed where nothing may. */
export function changes(before: Sight, after: Sight): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path} was ${before.get(path) ?? 'not there'}, is ${after.get(path) ?? 'gone'}`);
}
