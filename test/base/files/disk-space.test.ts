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
        message: expect.stringMatching(/\/home\/u: 5 MB needed, 1 MB free/) as string,
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

describe('explainFull', () => {
  it('says where and how much for a full disk, also below other errors', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const explained = await explainFull(new Error('outer', { cause: full }), '/tmp', 5e6);
    expect(explained).toMatchObject({ code: 'disk-full', details: { folder: '/tmp', neededBytes: 5e6 } });
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
