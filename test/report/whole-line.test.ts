import { describe, expect, it } from 'vitest';
import type { WholePart, WorkEvent } from '../../src/base/events.ts';
import {
  advanceWhole,
  plainWholeLine,
  startedWhole,
  wholeLine,
  type Whole,
} from '../../src/report/whole-line.ts';

const MB = 1_000_000;

function terminal(columns: number) {
  return { columns, color: false, interactive: true, unicode: false };
}

const PARTS: readonly WholePart[] = [
  { id: 'fetch:a', stage: 'fetch', weight: 600 * MB },
  { id: 'fetch:b', stage: 'fetch', weight: 400 * MB },
  { id: 'unpack:a', stage: 'unpack', weight: 600 * MB },
  { id: 'unpack:b', stage: 'unpack', weight: 400 * MB },
];

/** @param events [milliseconds, event], in their order */
function after(events: readonly (readonly [number, WorkEvent])[], parts = PARTS): Whole {
  const whole = startedWhole({ type: 'whole', id: 'install', title: 'cuda11', parts }, 0);
  for (const [at, event] of events) advanceWhole(whole, event, at);
  return whole;
}

const start = (id: string, total: number): WorkEvent => ({
  type: 'start',
  id,
  title: id,
  total,
  unit: 'bytes',
});
const progress = (id: string, done: number): WorkEvent => ({ type: 'progress', id, done });

/** 5 MB a second of `fetch:a`. */
const FETCHING = [
  [0, start('fetch:a', 600 * MB)],
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((s) => [s * 1000, progress('fetch:a', s * 5 * MB)] as const),
] as const;

describe('the line of a whole install', () => {
  it('has one percentage of fetching and unpacking, the rate, and the time that is left', () => {
    expect(plainWholeLine(after(FETCHING), 10_000)).toBe(
      'cuda11: 2 %, 3 min 10 s left, 50.0 MB of 1.0 GB fetched (5.0 MB/s), unpacked 0 %',
    );
  });

  it('counts a package by what is packed in it, whatever its unpacking counts in', () => {
    const whole = after([
      [0, start('fetch:a', 600 * MB)],
      [1000, { type: 'end', id: 'fetch:a', outcome: 'done' }],
      [1000, start('unpack:a', 3000 * MB)],
      [2000, progress('unpack:a', 1500 * MB)],
    ]);
    expect(plainWholeLine(whole, 2000)).toMatch(/^cuda11: 45 %,.* unpacked 30 %$/);
  });

  it('takes what an earlier run had fetched for no sign of how fast the rest comes', () => {
    const whole = after([
      [0, start('fetch:a', 600 * MB)],
      [100, progress('fetch:a', 500 * MB)],
      [5000, progress('fetch:a', 510 * MB)],
    ]);
    expect(plainWholeLine(whole, 5000)).toContain('510.0 MB of 1.0 GB fetched (2.0 MB/s)');
  });

  it('gives the time of unpacking where that is what everything waits for, from when it began', () => {
    const whole = after([
      [0, start('fetch:a', 600 * MB)],
      [10_000, { type: 'end', id: 'fetch:a', outcome: 'done' }],
      [10_000, start('fetch:b', 400 * MB)],
      [10_000, start('unpack:a', 600 * MB)],
      [11_000, progress('fetch:b', 100 * MB)],
      [12_000, progress('fetch:b', 200 * MB)],
      [20_000, progress('unpack:a', 100 * MB)],
    ]);
    // 900 MB at 10 MB a second.
    expect(plainWholeLine(whole, 20_000)).toContain('1 min 30 s left');
  });

  it('says no time while nothing has come, and never 100 % before the end', () => {
    expect(plainWholeLine(after([]), 60_000)).toBe('cuda11: 0 %, 0 B of 1.0 GB fetched, unpacked 0 %');
    const all = after(PARTS.map(({ id }) => [1000, { type: 'end', id, outcome: 'done' }] as const));
    expect(plainWholeLine(all, 9000)).toBe('cuda11: 99 %, a few seconds left, unpacked 99 %');
  });

  it('keeps its percentage where a part fails', () => {
    const whole = after([...FETCHING, [10_000, { type: 'end', id: 'fetch:a', outcome: 'failed' }]]);
    expect(plainWholeLine(whole, 10_000)).toContain('50.0 MB of 1.0 GB');
  });

  it('leaves out whole figures where the terminal is narrow, and breaks none', () => {
    const whole = after(FETCHING);
    for (let columns = 20; columns <= 160; columns++) {
      const line = wholeLine(whole, 10_000, terminal(columns));
      expect(line.length).toBeLessThan(columns);
      expect(wholeLine(whole, 10_000, terminal(200)).replace(/ {2}\[.*?\]/, '')).toContain(
        line.replace(/ {2}\[.*?\]/, ''),
      );
    }
    expect(wholeLine(whole, 10_000, terminal(80))).toMatchInlineSnapshot(
      `"cuda11  [................]   2 %  3 min 10 s left  50.0 MB of 1.0 GB  5.0 MB/s"`,
    );
    expect(wholeLine(whole, 10_000, terminal(40))).toMatchInlineSnapshot(`"cuda11   2 %  3 min 10 s left"`);
  });
});
