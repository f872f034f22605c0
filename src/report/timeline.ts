/** Where the time of a work goes: its spans one under the other, with a bar for when each was. */
import type { Emit } from '../base/events.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface Timeline {
  emit: Emit;
  /** Nothing where there was no span. */
  text(terminal: Terminal): string;
}

/** Times in milliseconds since the first span began; what did not end is as long as it was looked at. */
interface Span {
  step: string;
  subject: string;
  begin: number;
  end: number | null;
}

const BAR = 40;

/** @param now milliseconds */
export function createTimeline(now: () => number = () => performance.now()): Timeline {
  const spans: Span[] = [];
  let origin: number | null = null;
  return {
    emit: (event) => {
      if (event.type !== 'span') return;
      origin ??= now();
      const at = now() - origin;
      const { step, subject } = event;
      if (event.edge === 'begin') return void spans.push({ step, subject, begin: at, end: null });
      const open = spans.find((one) => one.step === step && one.subject === subject && one.end === null);
      if (open !== undefined) open.end = at;
    },
    text: (terminal) => (origin === null ? '' : timelineText(spans, now() - origin, terminal)),
  };
}

function timelineText(spans: readonly Span[], now: number, terminal: Terminal): string {
  const whole = spans.map((span) => ({ ...span, end: span.end ?? now }));
  const last = Math.max(...whole.map(({ end }) => end), 1);
  const steps = [...new Set(whole.map(({ step }) => step))].map((step) => {
    const own = whole.filter((one) => one.step === step);
    const sum = own.reduce((seconds, { begin, end }) => seconds + end - begin, 0);
    return [step, String(own.length), seconds(busy(own)), seconds(sum), barOf(own, last)];
  });
  const each = whole.map((span) => [
    span.step,
    seconds(span.begin),
    seconds(span.end - span.begin),
    barOf([span], last),
    span.subject,
  ]);
  return [
    table(['step', 'times', 'busy s', 'sum s', `0 to ${seconds(last)} s`], steps, terminal),
    table(['step', 'from s', 'took s', '', 'of'], each, terminal),
  ].join('\n');
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);

/** How long at least one of them was under way. */
function busy(spans: readonly { begin: number; end: number }[]): number {
  let sum = 0;
  let until = 0;
  for (const { begin, end } of [...spans].sort((a, b) => a.begin - b.begin)) {
    sum += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return sum;
}

/** "....####....": a column for each part of the whole time. */
function barOf(spans: readonly { begin: number; end: number }[], last: number): string {
  return Array.from({ length: BAR }, (_, column) => {
    const [from, to] = [(column * last) / BAR, ((column + 1) * last) / BAR];
    return spans.some(({ begin, end }) => begin < to && end >= from) ? '#' : '.';
  }).join('');
}
