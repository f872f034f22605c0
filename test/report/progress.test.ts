import { describe, expect, it, vi } from 'vitest';
import { createProgress, type ProgressMode } from '../../src/report/progress.ts';

const ESC = '\u001b';

function setUp(mode: ProgressMode, rows = 24, columns = 80, verbose = false) {
  let clock = 0;
  const written: string[] = [];
  const progress = createProgress({
    write: (text) => void written.push(text),
    rows: () => rows,
    terminal: { columns, color: false, interactive: mode === 'live', unicode: false, verbose },
    mode,
    now: () => clock,
  });
  return {
    ...progress,
    wait: (ms: number) => {
      clock += ms;
    },
    said: () => written.splice(0).join(''),
  };
}

describe('plain progress', () => {
  it('is a line where a step starts, and one where something longer ends', () => {
    const { emit, wait, said } = setUp('plain');
    emit({ type: 'start', id: 'r', title: 'Reading debian-bookworm' });
    emit({ type: 'end', id: 'r', outcome: 'done' });
    emit({ type: 'start', id: 'a', title: 'cublas', total: 2_500_000, unit: 'bytes' });
    wait(4000);
    emit({ type: 'progress', id: 'a', done: 1_000_000 });
    emit({ type: 'end', id: 'a', outcome: 'done' });
    expect(said()).toBe(
      'Reading debian-bookworm\n+ Reading debian-bookworm: done (0.0 s)\n+ cublas: done (1.0 MB, 4.0 s)\n',
    );
  });

  it('says nothing of a transfer that was over at once, unless it failed', () => {
    const { emit, wait, said } = setUp('plain');
    for (const outcome of ['done', 'failed'] as const) {
      emit({ type: 'start', id: outcome, title: outcome, total: 10, unit: 'bytes' });
      wait(200);
      emit({ type: 'end', id: outcome, outcome });
    }
    expect(said()).toBe('x failed: failed\n');
  });

  it('says where it stands at most once in five seconds', () => {
    const { emit, wait, said } = setUp('plain');
    emit({ type: 'start', id: 'a', title: 'cublas', total: 1000, unit: 'bytes' });
    said();
    for (let done = 0; done < 1000; done += 10) {
      emit({ type: 'progress', id: 'a', done });
      wait(100);
    }
    expect(said().split('\n').filter(Boolean)).toEqual(['  cublas   50 %  500 B of 1.0 kB  100 B/s']);
  });

  it('holds no escape sequence, whatever titles hold', () => {
    const { emit, said } = setUp('plain');
    emit({ type: 'start', id: 'a', title: `x${ESC}[2J\ny` });
    emit({ type: 'notice', level: 'warning', text: `w${ESC}` });
    emit({ type: 'end', id: 'a', outcome: 'failed', note: `n${ESC}` });
    const text = said();
    expect(text).not.toContain(ESC);
    expect(text.split('\n')).toHaveLength(4);
  });
});

describe('a detail', () => {
  const detail = { type: 'notice', level: 'detail', text: 'by the way' } as const;
  it('is told with --verbose, and to nobody else', () => {
    const [brief, verbose] = [setUp('plain'), setUp('plain', 24, 80, true)];
    brief.emit(detail);
    verbose.emit(detail);
    expect(brief.said()).toBe('');
    expect(verbose.said()).toBe('by the way\n');
  });
  it('is not told where only warnings are', () => {
    const { emit, said } = setUp('warnings', 24, 80, true);
    emit(detail);
    expect(said()).toBe('');
  });
});

describe('live progress', () => {
  it('breaks the line of what ended at words, in a narrow terminal', () => {
    const { emit, wait, said } = setUp('live', 24, 40);
    emit({ type: 'start', id: 'a', title: 'Reading debian-bookworm (bookworm)' });
    wait(2600);
    emit({ type: 'end', id: 'a', outcome: 'done' });
    expect(said()).toContain('+ Reading debian-bookworm (bookworm):\n  done (2.6 s)\n');
  });

  it('redraws in place: what was drawn is erased first, line for line', () => {
    const { emit, wait, said } = setUp('live');
    emit({ type: 'start', id: 'a', title: 'one', total: 100, unit: 'bytes' });
    wait(200);
    emit({ type: 'start', id: 'b', title: 'two' });
    said();
    wait(200);
    emit({ type: 'progress', id: 'a', done: 40 });
    expect(said()).toBe(`${ESC}[2A\r${ESC}[J  one   40 %  40 B of 100 B\n  two\n`);
  });

  it('never takes more lines than the terminal has, nor longer ones than it is wide', () => {
    const { emit, wait, said } = setUp('live', 5, 30);
    for (let n = 0; n < 9; n++) emit({ type: 'start', id: `${n}`, title: `a package with a long name ${n}` });
    said();
    wait(200);
    emit({ type: 'progress', id: '0', done: 1 });
    const text = said();
    const drawn = text
      .slice(text.indexOf('J') + 1)
      .trimEnd()
      .split('\n');
    expect(drawn).toHaveLength(3);
    expect(drawn.at(-1)).toBe('  and 7 more');
    expect(Math.max(...drawn.map((line) => line.length))).toBeLessThan(30);
  });

  it('keeps ends and notices above the live lines, and leaves nothing behind when it closes', () => {
    const { emit, close, wait, said } = setUp('live');
    emit({ type: 'start', id: 'a', title: 'one' });
    emit({ type: 'start', id: 'b', title: 'two' });
    said();
    wait(1000);
    emit({ type: 'end', id: 'a', outcome: 'reused' });
    expect(said()).toBe(`${ESC}[1A\r${ESC}[J+ one: already there\n  two\n`);
    close();
    expect(said()).toBe(`${ESC}[1A\r${ESC}[J`);
    close();
    expect(said()).toBe('');
  });

  it('draws the last state even where no further event comes', () => {
    vi.useFakeTimers();
    const { emit, said, wait } = setUp('live');
    emit({ type: 'start', id: 'a', title: 'one', total: 10, unit: 'files' });
    emit({ type: 'progress', id: 'a', done: 5 });
    said();
    wait(150);
    vi.advanceTimersByTime(150);
    expect(said()).toContain('5 of 10 files');
    vi.useRealTimers();
  });
});

describe('work of many parts', () => {
  const WHOLE = {
    type: 'whole',
    id: 'install',
    title: 'cuda11',
    parts: [
      { id: 'a', stage: 'fetch', weight: 1000 },
      { id: 'b', stage: 'unpack', weight: 1000 },
    ],
  } as const;

  it('has one line below those of its parts, which leave none behind', () => {
    const { emit, wait, said } = setUp('live');
    emit(WHOLE);
    emit({ type: 'start', id: 'a', title: 'cublas', total: 1000, unit: 'bytes' });
    wait(4000);
    emit({ type: 'progress', id: 'a', done: 500 });
    expect(said()).toMatch(/ {2}cublas {3}50 % {2}500 B of 1.0 kB.*\ncuda11 {2}\[####\.+\] {2}25 %.*\n$/);
    wait(4000);
    emit({ type: 'end', id: 'a', outcome: 'done' });
    expect(said()).not.toContain('cublas');
    emit({ type: 'end', id: 'install', outcome: 'done' });
  });

  it('says with -v what each part took, and always which one failed', () => {
    const { emit, wait, said } = setUp('plain');
    emit(WHOLE);
    emit({ type: 'start', id: 'a', title: 'cublas', total: 1000, unit: 'bytes' });
    wait(4000);
    emit({ type: 'end', id: 'a', outcome: 'failed' });
    expect(said()).toBe('x cublas: failed\n');
    const verbose = setUp('plain', 24, 80, true);
    verbose.emit(WHOLE);
    verbose.emit({ type: 'start', id: 'a', title: 'cublas', total: 1000, unit: 'bytes' });
    verbose.wait(4000);
    verbose.emit({ type: 'end', id: 'a', outcome: 'done' });
    expect(verbose.said()).toBe('+ cublas: done (4.0 s)\n');
  });

  it('is told to a log more and more seldom, one line for all parts', () => {
    const { emit, wait, said } = setUp('plain');
    emit(WHOLE);
    emit({ type: 'start', id: 'a', title: 'cublas', total: 100_000, unit: 'bytes' });
    for (let done = 0; done < 100_000; done += 100) {
      emit({ type: 'progress', id: 'a', done });
      wait(1000);
    }
    const lines = said().trimEnd().split('\n');
    expect(lines.every((line) => line.startsWith('cuda11: '))).toBe(true);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThan(40);
  });
});

describe('quiet progress', () => {
  it('says warnings alone', () => {
    const { emit, said } = setUp('warnings');
    emit({ type: 'start', id: 'a', title: 'one' });
    emit({ type: 'progress', id: 'a', done: 1 });
    emit({ type: 'notice', level: 'info', text: 'info' });
    emit({ type: 'notice', level: 'warning', text: 'beware' });
    emit({ type: 'end', id: 'a', outcome: 'done' });
    expect(said()).toBe('warning: beware\n');
  });
});

describe('events that do not fit', () => {
  it('of a task that never started are ignored', () => {
    const { emit, said } = setUp('plain');
    emit({ type: 'progress', id: 'x', done: 1 });
    emit({ type: 'end', id: 'x', outcome: 'done' });
    expect(said()).toBe('');
  });
});
