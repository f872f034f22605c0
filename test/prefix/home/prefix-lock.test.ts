import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { existingPrefix } from '../../../src/prefix/install/existing.ts';
import { LOCK_PATH } from '../../../src/machine/records/read-prefix-manifest.ts';
import { readLock } from '../../../src/prefix/home/prefix-lock.ts';
import type { Lock } from '../../../src/prefix/plan/lockfile.ts';
import { sha256 } from '../../apt/repository.ts';
import { LOCK_OF_0_1 } from '../../support/lock-of-0-1.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function prefixWith(lock: string | null): Promise<{ home: string; path: string }> {
  const home = tempDir();
  const path = join(home, 'prefixes', 'cuda10');
  await mkdir(join(path, '.gpu-setup'), { recursive: true });
  if (lock !== null) await writeFile(join(path, LOCK_PATH), lock);
  return { home, path };
}
const REQUEST = (JSON.parse(LOCK_OF_0_1) as { request: Parameters<typeof existingPrefix>[0] }).request;

describe('the lock in a prefix', () => {
  it('is read back as 0.1 wrote it, with the digests of what it says was signed, and knows whose packages they are', async () => {
    const { path } = await prefixWith(LOCK_OF_0_1);
    const { request, packages, cuda } = JSON.parse(LOCK_OF_0_1) as Lock;
    const lock = await readLock(path);
    expect(lock).toMatchObject({ request, packages, cuda });
    expect(lock?.sources.map(({ packaging, signed, indexes }) => ({ packaging, signed, indexes }))).toEqual([
      {
        packaging: 'nvidia',
        signed: { inRelease: sha256('-----BEGIN PGP SIGNED MESSAGE-----') },
        indexes: [],
      },
      {
        packaging: 'nvidia',
        signed: { release: sha256('Origin: NVIDIA'), signature: sha256('-----BEGIN') },
        indexes: [],
      },
    ]);
  });

  it('is said to be damaged where it is, never taken for that of another request', async () => {
    const { home } = await prefixWith(LOCK_OF_0_1.slice(0, 100));
    await expect(existingPrefix(REQUEST, home)).rejects.toMatchObject({
      code: 'lock-damaged',
      exitCode: 1,
      hint: expect.stringMatching(/verify cuda10.*remove cuda10/) as string,
    });
  });

  it('is none where there is none', async () => {
    const { home, path } = await prefixWith(null);
    expect(await readLock(path)).toBeNull();
    await expect(existingPrefix(REQUEST, home)).rejects.toMatchObject({
      code: 'prefix-exists',
      message: expect.stringContaining('without a lock') as string,
    });
  });

  it('is not taken for missing where it cannot be read', async () => {
    const { path } = await prefixWith(null);
    await mkdir(join(path, LOCK_PATH));
    await expect(readLock(path)).rejects.toMatchObject({ code: 'lock-unreadable' });
  });
});
