import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  explainFull,
  fileSystemOf,
  judgeSpace,
  type FileSystem,
  type SpaceNeed,
} from '../../../src/base/files/disk-space.ts';
import { diskFull } from '../../../src/base/files/disk-full.ts';
import type { QuotaLimit } from '../../../src/base/files/disk-quota.ts';
import { timeText } from '../../../src/base/time-text.ts';
import { tempDir } from '../../support/temp-dir.ts';

const need = (changes: Partial<SpaceNeed> = {}): SpaceNeed => ({
  folder: '/home/u',
  bytes: 100,
  bytesAtMost: 100,
  files: 10,
  ...changes,
});
const on = (changes: Partial<FileSystem> = {}): FileSystem => ({
  device: 1,
  freeBytes: 1000,
  freeFiles: 1000,
  ...changes,
});

describe('judgeSpace', () => {
  it('says nothing where there is room', () => {
    expect(judgeSpace([{ need: need(), on: on() }])).toEqual([]);
  });
  it('refuses what certainly does not fit, naming folder, needed and free', () => {
    expect(() => judgeSpace([{ need: need({ bytes: 5e6 }), on: on() }])).toThrow(
      expect.objectContaining({
        code: 'disk-full',
        message: expect.stringMatching(/\/home\/u: at least 5\.0 MB needed, 1\.0 kB free/) as string,
        details: { folder: '/home/u', neededBytes: 5e6, freeBytes: 1000 },
      }),
    );
  });
  it('adds up folders on one file system, and only those', () => {
    const two = [
      { need: need({ bytes: 600 }), on: on() },
      { need: need({ folder: '/cache', bytes: 600 }), on: on() },
    ];
    expect(() => judgeSpace(two)).toThrow(/too small/);
    expect(judgeSpace([two[0]!, { ...two[1]!, on: on({ device: 2 }) }])).toEqual([]);
  });
  it('only warns where the upper bound does not fit', () => {
    expect(judgeSpace([{ need: need({ bytesAtMost: 5000 }), on: on() }])).toEqual([
      expect.stringMatching(/\/home\/u may become too small/),
    ]);
  });
  it('counts inodes, except where the file system makes them as needed', () => {
    expect(() => judgeSpace([{ need: need({ files: 2000 }), on: on() }])).toThrow(/1000 more files/);
    expect(judgeSpace([{ need: need({ files: 2000 }), on: on({ freeFiles: null }) }])).toEqual([]);
  });
});

describe('judgeSpace within a quota', () => {
  const now = new Date('2026-01-01T12:00:00Z');
  const limit = (changes: Partial<QuotaLimit> = {}): QuotaLimit => ({
    used: 0,
    soft: null,
    hard: null,
    graceEndsAt: null,
    ...changes,
  });
  const judged = (
    quota: { bytes?: Partial<QuotaLimit>; files?: Partial<QuotaLimit> },
    needed: Partial<SpaceNeed> = { bytes: 5e6, bytesAtMost: 5e6 },
    free: Partial<FileSystem> = { freeBytes: 1e9 },
  ): string[] =>
    judgeSpace([{ need: need(needed), on: on(free) }], {
      quotas: new Map([[1, { bytes: limit(quota.bytes), files: limit(quota.files) }]]),
      now,
      less: 'or less',
    });

  it('says nothing where the quota has room, nor of limits that are none', () => {
    expect(judged({ bytes: { used: 1e6, hard: 1e8, soft: 1e7 } })).toEqual([]);
    expect(judged({})).toEqual([]);
  });
  it('refuses what goes past the hard limit, naming limit, used and needed, and what to do', () => {
    expect(() => judged({ bytes: { used: 8e6, hard: 10e6 } })).toThrow(
      expect.objectContaining({
        code: 'disk-full',
        message: 'your quota for /home/u is too small: 10.0 MB allowed, 8.0 MB used, at least 5.0 MB needed',
        hint: expect.stringMatching(/prune[^]*GPU_SETUP_HOME[^]*or less/) as string,
        details: { folder: '/home/u', quota: true, limitBytes: 10e6, usedBytes: 8e6, neededBytes: 5e6 },
      }),
    );
  });
  it('refuses files past their limit', () => {
    expect(() => judged({ files: { used: 95, hard: 100 } })).toThrow(
      /quota of files for \/home\/u is too small: 100 allowed, 95 used, at least 10 needed/,
    );
  });
  it('names the disk where that is what is smaller', () => {
    expect(() => judged({ bytes: { used: 8e6, hard: 10e6 } }, undefined, { freeBytes: 1e6 })).toThrow(
      /the disk is too small/,
    );
    expect(() =>
      judged({ files: { used: 95, hard: 100 } }, undefined, { freeBytes: 1e9, freeFiles: 3 }),
    ).toThrow(/room for 3 more files/);
  });
  it('only warns where the upper bound goes past it', () => {
    expect(judged({ bytes: { used: 8e6, hard: 10e6 } }, { bytes: 1e6, bytesAtMost: 5e6 })).toEqual([
      'your quota for /home/u may become too small: up to 5.0 MB are needed, 2.0 MB are left of 10.0 MB',
    ]);
  });
  it('warns before a soft limit is exceeded, and with the end of its grace once it is', () => {
    expect(judged({ bytes: { used: 8e6, soft: 10e6, hard: 20e6 } })).toEqual([
      expect.stringMatching(
        /^this exceeds your quota .*10\.0 MB allowed, 8\.0 MB used, 5\.0 MB needed.*grace/,
      ),
    ]);
    const graceEndsAt = new Date('2026-01-04T12:00:00Z');
    expect(judged({ bytes: { used: 11e6, soft: 10e6, hard: 20e6, graceEndsAt } })).toEqual([
      expect.stringMatching(`is exceeded .* until ${timeText(graceEndsAt)}$`),
    ]);
    expect(judged({ files: { used: 11, soft: 10, hard: 200 } })).toEqual([
      expect.stringMatching(/quota of files .* while its grace lasts$/),
    ]);
  });
  it('refuses anything more once the grace is over', () => {
    const graceEndsAt = new Date('2026-01-01T11:00:00Z');
    expect(() => judged({ bytes: { used: 11e6, soft: 10e6, hard: 20e6, graceEndsAt } })).toThrow(
      /10\.0 MB allowed, 11\.0 MB used/,
    );
  });
});

describe('explainFull', () => {
  it('says where and how much for a full disk, also below other errors', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const explained = await explainFull(new Error('outer', { cause: full }), '/tmp', 5e6);
    expect(explained).toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/^the disk is too small for \/tmp: up to 5\.0 MB needed, /) as string,
      details: { folder: '/tmp', neededBytes: 5e6 },
    });
  });
  it('names the folder, not what was staged in it', async () => {
    const full = diskFull('/tmp/home/state/staging/1/files', 3e6, 2e6);
    expect(await explainFull(full, '/tmp/home', 5e6)).toMatchObject({
      message: 'the disk is too small for /tmp/home: at least 3.0 MB needed, 2.0 MB free',
    });
    expect(await explainFull(full, '/tmp/hom', 5e6)).toBe(full);
  });
  it('leaves other errors alone', async () => {
    const other = new Error('else');
    expect(await explainFull(other, '/tmp', 1)).toBe(other);
  });
});

describe('fileSystemOf', () => {
  it('answers for a folder that does not exist yet by its nearest parent', async () => {
    expect((await fileSystemOf('/tmp/not/there/yet')).device).toBe((await fileSystemOf('/tmp')).device);
  });
});

describe('what is full', () => {
  const refused = (code: string): Error =>
    Object.assign(new Error(code), { code, path: '/tmp/home/store/x' });
  it('is a quota, and not the disk, where the system says so', async () => {
    const explained = await explainFull(refused('EDQUOT'), '/tmp', 5e6);
    expect(explained).toMatchObject({
      code: 'disk-full',
      message: 'your quota of the disk that /tmp lies on is used up',
      hint: expect.stringContaining('quota -s') as string,
    });
  });
  it.skipIf(process.getuid?.() !== 0 || spawnSync('mount', ['--version']).status !== 0)(
    'is the number of files, where bytes are free [needs mount]',
    async (context) => {
      const folder = tempDir();
      const options = 'size=8m,nr_inodes=8';
      if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0)
        return context.skip();
      onTestFinished(() => void spawnSync('umount', ['-l', folder]));
      let thrown: unknown = null;
      for (let at = 0; thrown === null; at++) {
        await writeFile(join(folder, String(at)), '').catch((error: unknown) => (thrown = error));
      }
      expect(await explainFull(thrown, folder, 5e6)).toMatchObject({
        code: 'disk-full',
        message: `the file system of ${folder} has room for 0 more files`,
      });
    },
  );
});
