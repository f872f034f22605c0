import { describe, expect, it } from 'vitest';
import { createTimeline } from '../../src/report/timeline.ts';

const terminal = { columns: 120, color: false, interactive: false, unicode: false };

describe('the timeline', () => {
  it('says per step how long any of it ran and what it came to, and of each span when it was', () => {
    let clock = 500;
    const { emit, text } = createTimeline(() => clock);
    const span = (edge: 'begin' | 'end', step: string, subject: string, after: number): void => {
      clock += after;
      emit({ type: 'span', edge, step, subject });
    };
    span('begin', 'fetch', 'a', 0);
    span('begin', 'fetch', 'b', 1000);
    span('end', 'fetch', 'a', 1000);
    span('begin', 'unpack', 'a\u001b[2J', 0);
    span('end', 'fetch', 'b', 1000);
    span('end', 'unpack', 'a\u001b[2J', 1000);
    const lines = text(terminal).split('\n');
    expect(lines[0]).toMatch(/^step +times +busy s +sum s +0 to 4\.00 s$/);
    expect(lines[1]).toMatch(/^fetch +2 +3\.00 +4\.00 +#{31}\.{9}$/);
    expect(lines[2]).toMatch(/^unpack +1 +2\.00 +2\.00 +\.{20}#{20}$/);
    expect(lines[5]).toMatch(/^fetch +0\.00 +2\.00 +#{21}\.{19} +a$/);
    expect(lines[6]).toMatch(/^fetch +1\.00 +2\.00 +\.{10}#{21}\.{9} +b$/);
    expect(text(terminal)).not.toContain('\u001b');
  });

  it('counts what did not end up to now, and is empty where nothing was', () => {
    let clock = 0;
    const { emit, text } = createTimeline(() => clock);
    emit({ type: 'notice', level: 'info', text: 'hello' });
    expect(text(terminal)).toBe('');
    emit({ type: 'span', edge: 'begin', step: 'unpack', subject: 'a' });
    clock = 1500;
    expect(text(terminal)).toMatch(/^unpack +1 +1\.50 +1\.50 +#{40}$/m);
  });
});
