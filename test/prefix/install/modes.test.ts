/** What an install leaves, under every umask: nothing that others may write to, and prefixes that they can use. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { walkTree } from '../../../src/base/files/tree.ts';
import { prune } from '../../../src/prefix/home/prune.ts';
import { NVCC, PACKAGES, request, SmallToolkit } from '../../support/small-toolkit.ts';

const kit = new SmallToolkit();
const umask = process.umask();

afterEach(() => void process.umask(umask));

const packages = { ...PACKAGES, ...NVCC };
const components = ['compiler', 'libraries'] as const;

describe('an install', () => {
  it.each([0o000, 0o002, 0o022, 0o077])('under umask %o', async (mask) => {
    process.umask(mask);
    await kit.install({ packages, request: request({ components }) });
    for (const { path, type, mode } of await walkTree(kit.folder)) {
      if (type === 'link') continue;
      expect([path, mode & 0o022]).toEqual([path, 0]);
      const isShared = path === 'home' || /^home\/(generations|prefixes)(\/|$)/.test(path);
      if (isShared)
        expect([path, mode & 0o055]).toEqual([path, type === 'dir' ? 0o055 : mode & 0o011 ? 0o055 : 0o044]);
    }
    for (const one of ['home/state', 'cache', 'cache/apt', 'cache/apt/packages']) {
      expect([one, (await lstat(join(kit.folder, one))).mode & 0o7777]).toEqual([one, 0o700]);
    }
  });

  it('keeps its downloads while another home is pruned that shares its cache', async () => {
    let pruned = 0;
    const told: string[] = [];
    kit.onRequest = async () => {
      pruned += 1;
      await prune(
        { home: join(kit.folder, 'other'), cache: join(kit.folder, 'cache') },
        {
          dryRun: false,
          choose: async (garbage) => garbage,
          emit: (event) => void (event.type === 'notice' && told.push(event.text)),
        },
      );
    };
    expect(await kit.install()).toMatchObject({ status: 'installed' });
    expect(pruned).toBe(2);
    expect(told[0]).toMatch(/^downloads are kept: install cuda10 \(process/);
    // The install is over, and so is its lease.
    const { removed } = await prune(
      { home: join(kit.folder, 'other'), cache: join(kit.folder, 'cache') },
      { dryRun: true, choose: async (garbage) => garbage, emit: () => {} },
    );
    expect(removed.length).toBe(2);
  });
});
