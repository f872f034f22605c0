import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { cellsOf, mergeRows, readRows, writePage } from '../../scripts/bench/page.mjs';
import { sharedTempDir } from '../support/temp-dir.ts';

const dir = sharedTempDir();
const row = (what: string, peerName: string, ours: number) => ({
  what,
  peerName,
  ours,
  peer: 2,
  ratio: ours / 2,
  goal: '<= 1',
  peakBytes: 0,
});
const RUN = { day: '2026-02-01', machine: 'Debian, 2 x CPU', runs: 3 };

describe('the page of the bench', () => {
  it('keeps what a run of some parts did not measure, each row with its day', () => {
    const page = join(dir, 'bench.md');
    const first = [
      cellsOf(row('start', 'empty', 1), '2026-01-01'),
      cellsOf(row('install', 'apt', 3), '2026-01-01'),
    ];
    writePage(page, first, RUN);
    expect(readRows(page)).toEqual(first);
    const again = [
      cellsOf(row('install', 'apt', 1), '2026-02-01'),
      cellsOf(row('env', 'start', 1), '2026-02-01'),
    ];
    expect(mergeRows(readRows(page), again)).toEqual([first[0], ...again]);
  });

  it('takes the same thing against another peer for another row', () => {
    const rows = ['apt', 'dpkg'].map((peer) => cellsOf(row('install', peer, 1), '2026-01-01'));
    expect(mergeRows(rows, [cellsOf(row('install', 'dpkg', 2), '2026-02-01')])[0]).toEqual(rows[0]);
  });

  it('says why something was not measured, and measures it where it can', () => {
    const skipped = cellsOf({ what: 'start', goal: '<= 1', skipped: 'inxi is not installed' }, '2026-01-01');
    expect(skipped[1]).toBe('not measured: inxi is not installed');
    const page = join(dir, 'skipped.md');
    writeFileSync(page, '');
    writePage(page, [skipped], RUN);
    expect(readRows(page)).toEqual([skipped]);
  });
});
