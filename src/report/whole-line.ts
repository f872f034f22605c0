/** Work of many parts as one line: how far all of it is, how long it will take, how fast it goes. */
import { escapeLine } from '../base/escape.ts';
import type { WholePart, WorkEvent } from '../base/events.ts';
import { displayWidth } from './display-width.ts';
import type { Terminal } from './terminal.ts';
import { bytesText, leftText } from './units.ts';

type StageName = WholePart['stage'];

interface Part extends WholePart {
  /** Of its own task, where that says one. */
  total: number | null;
  share: number;
  told: boolean;
}

interface Stage {
  done: number;
  total: number;
  /** [time, done] of the last seconds, oldest first. */
  samples: [number, number][];
}

export interface Whole {
  title: string;
  parts: ReadonlyMap<string, Part>;
  stages: Readonly<Record<StageName, Stage>>;
}

/** Long enough that a package which is passed over in one leap does not promise an early end. */
const RATE_MS = 15_000;
/** Before this, a rate says more about how a connection begins than about how it goes on. */
const FIRST_RATE_MS = 2000;
/** Unpacking that is so little behind what was fetched waits for it. */
const ABREAST = 0.1;

/** @param at milliseconds, on the clock that every call for this whole uses */
export function startedWhole(event: Extract<WorkEvent, { type: 'whole' }>, at: number): Whole {
  const stage = (name: StageName): Stage => {
    const weights = event.parts.filter((one) => one.stage === name).map(({ weight }) => weight);
    return { done: 0, total: weights.reduce((sum, one) => sum + one, 0), samples: [[at, 0]] };
  };
  return {
    title: event.title,
    parts: new Map(event.parts.map((part) => [part.id, { ...part, total: null, share: 0, told: false }])),
    stages: { fetch: stage('fetch'), unpack: stage('unpack') },
  };
}

export function hasPart(whole: Whole, event: { id: string }): boolean {
  return whole.parts.has(event.id);
}

export function advanceWhole(whole: Whole, event: WorkEvent, at: number): void {
  const part = 'id' in event ? whole.parts.get(event.id) : undefined;
  if (part === undefined) return;
  if (event.type === 'start') {
    part.total = event.total ?? null;
    const stage = whole.stages[part.stage];
    // How long the first of a stage had to wait says nothing of how fast it is.
    if (stage.done === 0 && stage.samples.length === 1) stage.samples = [[at, 0]];
  } else if (event.type === 'progress' && part.total !== null) {
    setShare(whole, part, Math.min(1, event.done / Math.max(1, part.total)), at);
  } else if (event.type === 'end' && event.outcome !== 'failed') setShare(whole, part, 1, at);
}

function setShare(whole: Whole, part: Part, share: number, at: number): void {
  const stage = whole.stages[part.stage];
  const more = (share - part.share) * part.weight;
  stage.done += more;
  // What an earlier run had fetched already comes first, at once, and is no sign of how fast the rest will come.
  if (part.stage === 'fetch' && !part.told) for (const sample of stage.samples) sample[1] += more;
  Object.assign(part, { share, told: true });
  stage.samples.push([at, stage.done]);
  while (stage.samples.length > 2 && stage.samples[1]![0] < at - RATE_MS) stage.samples.shift();
}

/** Per second; null where it is not known yet, or nothing moves. */
function rateOf({ samples }: Stage, at: number): number | null {
  const [since, then] = samples[0]!;
  const moved = samples.at(-1)![1] - then;
  return at - since < FIRST_RATE_MS || moved <= 0 ? null : (moved / (at - since)) * 1000;
}

/** Null where nobody can say. */
function secondsLeft({ stages: { fetch, unpack } }: Whole, at: number): number | null {
  const left = (stage: Stage): number | null => {
    const rest = stage.total - stage.done;
    const rate = rateOf(stage, at);
    return rest <= 0 ? 0 : rate === null ? null : rest / rate;
  };
  const isFetching = fetch.done < fetch.total;
  // Both go side by side, and each can be what the other waits for.
  const isAbreast = shareOf(unpack) > shareOf(fetch) - ABREAST;
  if (isFetching && (isAbreast || left(unpack) === null)) return left(fetch);
  const [fetching, unpacking] = [left(fetch), left(unpack)];
  return fetching === null || unpacking === null ? null : Math.max(fetching, unpacking);
}

function shareOf({ done, total }: Stage): number {
  return total === 0 ? 1 : done / total;
}

/** The end is told by what comes after it. */
const MOST_PERCENT = 99;

function percent(done: number, total: number): number {
  return total === 0 ? 0 : Math.min(MOST_PERCENT, Math.floor((100 * done) / total));
}

function figures(
  whole: Whole,
  at: number,
): { share: string; left: string[]; fetched: string[]; unpacked: string[] } {
  const { fetch, unpack } = whole.stages;
  const rate = rateOf(fetch, at);
  const seconds = secondsLeft(whole, at);
  const isFetching = fetch.done < fetch.total;
  return {
    share: `${percent(fetch.done + unpack.done, fetch.total + unpack.total)} %`,
    left: seconds === null ? [] : [`${leftText(seconds)} left`],
    fetched: isFetching
      ? [
          `${bytesText(Math.round(fetch.done))} of ${bytesText(fetch.total)}`,
          ...(rate === null ? [] : [`${bytesText(Math.round(rate))}/s`]),
        ]
      : [],
    unpacked: unpack.total === 0 ? [] : [`unpacked ${percent(unpack.done, unpack.total)} %`],
  };
}

const BAR = 16;
/** Narrower, and the figures need the room. */
const BAR_FROM = 72;

/** "cuda11  [####............]  25 %  1 min 20 s left  410.2 MB of 1.6 GB  25.1 MB/s  unpacked 12 %"; what does not fit is left out. */
export function wholeLine(whole: Whole, at: number, terminal: Terminal): string {
  const { share, left, fetched, unpacked } = figures(whole, at);
  const bar = terminal.columns >= BAR_FROM ? [barOf(Number.parseInt(share, 10), terminal)] : [];
  let line = escapeLine(whole.title);
  for (const piece of [...bar, share.padStart(4), ...left, ...fetched, ...unpacked]) {
    if (displayWidth(line) + 2 + displayWidth(piece) >= terminal.columns) break;
    line += `  ${piece}`;
  }
  return line;
}

function barOf(share: number, { unicode }: Terminal): string {
  const full = Math.floor((share * BAR) / 100);
  return unicode
    ? '█'.repeat(full) + '░'.repeat(BAR - full)
    : `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`;
}

/** "cuda11: 25 %, 1 min 20 s left, 410.2 MB of 1.6 GB fetched (25.1 MB/s), unpacked 12 %" */
export function plainWholeLine(whole: Whole, at: number): string {
  const { share, left, fetched, unpacked } = figures(whole, at);
  const [amount, rate] = fetched;
  const fetching = amount === undefined ? [] : [`${amount} fetched${rate === undefined ? '' : ` (${rate})`}`];
  return `${escapeLine(whole.title)}: ${[share, ...left, ...fetching, ...unpacked].join(', ')}`;
}
