import { chmod, mkdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { prepareHome, writableByOthers } from '../../../src/prefix/home/home-folder.ts';
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

describe('prepareHome', () => {
  it('makes the folders below a parent that is fine', async () => {
    await prepareHome(join(folder, 'a', 'home'));
    for (const name of ['store', 'generations', 'prefixes', 'state']) {
      expect((await stat(join(folder, 'a', 'home', name))).isDirectory()).toBe(true);
    }
  });

  it('refuses a home, or a parent of it, that everybody may write to, and makes nothing there', async () => {
    await mkdir(join(folder, 'open'));
    await chmod(join(folder, 'open'), 0o777);
    await expect(prepareHome(join(folder, 'open', 'x', 'home'))).rejects.toMatchObject({
      code: 'home-unsafe',
      details: { folder: join(folder, 'open') },
    });
    await expect(stat(join(folder, 'open', 'x'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('looks at where a link leads, too', async () => {
    await mkdir(join(folder, 'open', 'inner'), { recursive: true });
    await chmod(join(folder, 'open'), 0o777);
    await symlink(join(folder, 'open', 'inner'), join(folder, 'home'));
    await expect(prepareHome(join(folder, 'home'))).rejects.toMatchObject({ code: 'home-unsafe' });
  });

  it('says that a home cannot be written to', async () => {
    await expect(prepareHome('/proc/gpu-setup-home')).rejects.toMatchObject({
      code: 'home-not-writable',
      hint: expect.stringContaining('GPU_SETUP_HOME') as string,
    });
  });
});
