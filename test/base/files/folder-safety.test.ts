import { chmod, mkdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flawOnTheWay, makeFolder, writableByOthers } from '../../../src/base/files/folder-safety.ts';
import { tempDir } from '../../support/temp-dir.ts';

let folder: string;
beforeEach(() => {
  folder = tempDir();
});

describe('writableByOthers', () => {
  const user = { uid: 1000, gid: 1000 };
  it.each([
    ["the user's own", { uid: 1000, gid: 1000, mode: 0o755 }, false, null],
    ["root's", { uid: 0, gid: 0, mode: 0o755 }, false, null],
    ['/tmp: sticky and of root', { uid: 0, gid: 0, mode: 0o1777 }, false, null],
    ['a private group', { uid: 1000, gid: 1000, mode: 0o775 }, true, null],
    ['a group that others are in', { uid: 1000, gid: 1000, mode: 0o775 }, false, /group/],
    ['another group', { uid: 1000, gid: 50, mode: 0o775 }, true, /gid 50/],
    ['everybody', { uid: 1000, gid: 1000, mode: 0o757 }, true, /everybody/],
    ['sticky, but of a user', { uid: 1000, gid: 1000, mode: 0o1777 }, true, /everybody/],
    ['another user', { uid: 1001, gid: 1001, mode: 0o755 }, true, /uid 1001/],
  ] as const)('%s', (_, target, hasPrivateGroup, expected) => {
    const answer = writableByOthers(target, user, hasPrivateGroup);
    if (expected === null) expect(answer).toBeNull();
    else expect(answer).toMatch(expected);
  });
});

describe('flawOnTheWay', () => {
  it('finds the folder above, and the one that a link on the way leads into', async () => {
    await mkdir(join(folder, 'open', 'inner'), { recursive: true });
    await chmod(join(folder, 'open'), 0o777);
    await symlink(join(folder, 'open', 'inner'), join(folder, 'link'));
    const open = join(folder, 'open');
    const flaw = { path: open, why: 'may be written to by everybody', remedy: `chmod go-w ${open}` };
    expect(await flawOnTheWay(join(folder, 'open', 'inner', 'not', 'there'))).toEqual(flaw);
    expect(await flawOnTheWay(join(folder, 'link'))).toEqual(flaw);
    expect(await flawOnTheWay(join(folder, 'not', 'there'))).toBeNull();
  });

  it.each(['/dev/null', '/dev/null/x'])('says of %s what is no folder', async (path) => {
    expect(await flawOnTheWay(path)).toMatchObject({ why: 'is no folder', remedy: null });
  });
});

describe('makeFolder', () => {
  let umask: number;
  beforeEach(() => {
    umask = process.umask();
  });
  afterEach(() => void process.umask(umask));

  it.each([0o000, 0o022, 0o077, 0o777])('gives what it makes its mode under umask %o', async (mask) => {
    process.umask(mask);
    await makeFolder(join(folder, 'a', 'b'), 0o700);
    await makeFolder(join(folder, 'c'), 0o755);
    const modes = await Promise.all(
      ['a', 'a/b', 'c'].map(async (name) => (await stat(join(folder, name))).mode & 0o7777),
    );
    expect(modes).toEqual([0o700, 0o700, 0o755]);
  });

  it.each(['/proc/nope/a/b', '/dev/null/a'])('gives up on %s', async (path) => {
    await expect(makeFolder(path, 0o700)).rejects.toMatchObject({
      code: expect.stringMatching(/^E(NOENT|NOTDIR)$/) as string,
    });
  });
});
