import { chmod, chown, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { prepareHome, stateFolder } from '../../../src/prefix/home/home-folder.ts';
import { tempDir } from '../../support/temp-dir.ts';

let folder: string;
beforeEach(() => {
  folder = tempDir();
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

  it.each(['with:colon', 'with\nline', 'with\u001b'])(
    'refuses %j, which no search path could hold',
    async (name) => {
      await expect(prepareHome(join(folder, name, 'home'))).rejects.toMatchObject({
        code: 'prefix-path-unusable',
      });
      await expect(stat(join(folder, name))).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );

  it('looks at where a link leads, too', async () => {
    await mkdir(join(folder, 'open', 'inner'), { recursive: true });
    await chmod(join(folder, 'open'), 0o777);
    await symlink(join(folder, 'open', 'inner'), join(folder, 'home'));
    await expect(prepareHome(join(folder, 'home'))).rejects.toMatchObject({ code: 'home-unsafe' });
  });

  it.skipIf(process.getuid?.() !== 0).each(['store', 'generations', 'prefixes', 'state'])(
    'refuses a %s that belongs to others',
    async (part) => {
      const home = join(folder, 'home');
      await mkdir(join(home, part), { recursive: true });
      await chown(join(home, part), 4711, 4711);
      await expect(prepareHome(home)).rejects.toMatchObject({
        code: 'home-unsafe',
        details: { folder: join(home, part) },
      });
    },
  );

  it('keeps the state private, also one that version 0.1 left open', async () => {
    const home = join(folder, 'home');
    await mkdir(join(home, 'state'), { recursive: true, mode: 0o755 });
    expect((await stat(await stateFolder(home))).mode & 0o7777).toBe(0o700);
  });

  it('says that a home cannot be written to', async () => {
    await symlink(join(folder, 'gone'), join(folder, 'dangling'));
    await symlink('turn', join(folder, 'turn'));
    await writeFile(join(folder, 'file'), '');
    const homes = [
      '/proc/gpu-setup-home',
      ...['dangling', 'turn', 'file', 'file/x'].map((name) => join(folder, name)),
    ];
    for (const home of homes) {
      await expect(prepareHome(home), home).rejects.toMatchObject({
        code: 'home-not-writable',
        hint: expect.stringContaining('GPU_SETUP_HOME') as string,
      });
    }
  });
});
