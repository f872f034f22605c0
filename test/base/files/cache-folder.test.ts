import { existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { existingCacheFolder, privateCacheFolder } from '../../../src/base/files/cache-folder.ts';
import { asOrdinaryUser } from '../../support/ordinary-user.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ROOT = process.getuid?.() === 0;

let folder: string;
let cache: string;
let told: WorkEvent[];
beforeEach(() => {
  folder = tempDir();
  cache = join(folder, 'cache');
  told = [];
});
const use = (path = cache) => ({ cache: path, emit: (event: WorkEvent) => void told.push(event) });

/** As version 0.1 left it under umask 000. */
async function openCache(): Promise<void> {
  await mkdir(join(cache, 'apt/packages'), { recursive: true });
  await writeFile(join(cache, 'apt/packages/x.deb'), 'exchanged');
  await chmod(join(cache, 'apt'), 0o777);
  await chmod(cache, 0o777);
}

describe('privateCacheFolder', () => {
  const umask = process.umask();
  afterEach(() => void process.umask(umask));

  it.each([0o000, 0o022, 0o077, 0o777])('makes private folders under umask %o', async (mask) => {
    process.umask(mask);
    const made = await privateCacheFolder(use(), 'apt/packages');
    for (const path of [cache, dirname(made), made]) expect(statSync(path).mode & 0o7777).toBe(0o700);
    expect(told).toEqual([]);
  });

  it('empties a cache of ours that everybody could write to, makes it private, and says so', async () => {
    await openCache();
    const made = await privateCacheFolder(use(), 'apt/packages');
    expect(readdirSync(made)).toEqual([]);
    expect(statSync(cache).mode & 0o7777).toBe(0o700);
    expect(told).toEqual([
      {
        type: 'notice',
        level: 'warning',
        text: `everybody could write to the cache ${cache}: it was emptied and made private`,
      },
    ]);
    await privateCacheFolder(use(), 'apt/packages');
    expect(told.length).toBe(1);
  });

  it('leaves what the launcher keeps there, which it may be running from', async () => {
    await openCache();
    await mkdir(join(cache, 'runtime'));
    await privateCacheFolder(use(), 'apt');
    expect(readdirSync(cache).sort()).toEqual(['apt', 'runtime']);
  });

  it('does not follow a link out of a cache that it empties', async () => {
    await openCache();
    await mkdir(join(folder, 'outside'));
    await writeFile(join(folder, 'outside/x'), 'x');
    await symlink(join(folder, 'outside'), join(cache, 'apt/keys'));
    await symlink(join(folder, 'outside'), join(cache, 'sources'));
    await privateCacheFolder(use(), 'apt');
    expect(readdirSync(join(folder, 'outside'))).toEqual(['x']);
  });

  it('refuses an open folder that holds something else, and deletes nothing there', async () => {
    await openCache();
    await writeFile(join(cache, 'thesis.tex'), 'x');
    await expect(privateCacheFolder(use(), 'apt')).rejects.toMatchObject({
      code: 'cache-not-private',
      hint: expect.stringContaining('GPU_SETUP_CACHE') as string,
    });
    expect(existsSync(join(cache, 'apt/packages/x.deb'))).toBe(true);
  });

  it('refuses a cache below a folder that everybody may write to, and makes nothing there', async () => {
    await mkdir(join(folder, 'open'));
    await chmod(join(folder, 'open'), 0o777);
    const below = join(folder, 'open/a/cache');
    await expect(privateCacheFolder(use(below), 'apt')).rejects.toMatchObject({
      code: 'cache-not-private',
      details: { folder: join(folder, 'open') },
    });
    expect(readdirSync(join(folder, 'open'))).toEqual([]);
  });

  it.skipIf(!ROOT)('refuses one that belongs to others, or holds a folder of others', async () => {
    await mkdir(join(cache, 'apt'), { recursive: true });
    await chown(join(cache, 'apt'), 4711, 4711);
    await expect(privateCacheFolder(use(), 'apt/keys')).rejects.toMatchObject({
      code: 'cache-not-private',
      message: expect.stringContaining('belongs to another user (uid 4711)') as string,
    });
    await chown(cache, 4711, 4711);
    await chmod(cache, 0o777);
    await expect(privateCacheFolder(use(), 'apt')).rejects.toMatchObject({ code: 'cache-not-private' });
  });

  it('has a word for a path that cannot be a folder, and an end', async () => {
    await symlink(join(folder, 'gone'), join(folder, 'dangling'));
    await writeFile(join(folder, 'file'), '');
    for (const path of ['/proc/nope/cache', '/dev/null', join(folder, 'dangling'), join(folder, 'file')]) {
      await expect(privateCacheFolder(use(path), 'apt'), path).rejects.toMatchObject({
        code: expect.stringMatching(/^cache-(unusable|not-private)$/) as string,
        hint: expect.stringContaining('GPU_SETUP_CACHE') as string,
      });
    }
  });

  it.skipIf(!ROOT)('has a word for one that may not be written', async () => {
    await mkdir(cache, { mode: 0o755 });
    await asOrdinaryUser(folder, async () => {
      await expect(privateCacheFolder(use(), 'apt')).rejects.toMatchObject({ code: 'cache-unusable' });
    });
  });
});

describe('existingCacheFolder', () => {
  it('makes nothing', async () => {
    expect(await existingCacheFolder(use(), 'apt')).toBeNull();
    expect(existsSync(cache)).toBe(false);
  });

  it('is none after a cache that stood open was emptied', async () => {
    await openCache();
    expect(await existingCacheFolder(use(), 'apt/packages')).toBeNull();
    expect(told.length).toBe(1);
  });
});
