/** Numbers over time in a few lines of text: loss falling, mAP rising. */
import type { Terminal } from './terminal.ts';

const UNICODE = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII = ['_', '.', '-', '~', '=', '+', '*', '#'];

/**
 * One character per step in time, as high as the mean of what falls on it.
 *
 * @param values in the order of time; what is no number is left out
 * @param most the value of the highest character; default: the largest mean
 */
export function sparkline(
  values: readonly number[],
  width: number,
  terminal: Pick<Terminal, 'unicode'>,
  most?: number,
): string {
  const known = values.filter(Number.isFinite);
  const count = Math.min(width, known.length);
  const means = Array.from({ length: count }, (_, at) => {
    const part = known.slice(
      Math.floor((at * known.length) / count),
      Math.floor(((at + 1) * known.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const top = most ?? Math.max(...means);
  const steps = terminal.unicode ? UNICODE : ASCII;
  return means
    .map((mean) => {
      const share = top > 0 ? mean / top : 0;
      return steps[Math.max(0, Math.min(steps.length - 1, Math.round(share * (steps.length - 1))))]!;
    })
    .join('');
}
