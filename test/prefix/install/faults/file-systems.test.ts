/**
 * File systems of every kind under a home: those that share blocks (btrfs, xfs on loop files, where they can be made and
 * mounted here), and those that lack links, which no disk here has: the calls are made to fail as theirs do.
 */
import fs, { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lookAtChanges } from '../../../support/disk-changes.ts';
import { flawsOf } from '../../../support/home-is-whole.ts';
import { mayMount, mounted, needsOf } from '../../../support/mounted.ts';
import { standInSync } from '../../../support/stand-in-sync.ts';
import { LIB, request, SmallToolkit } from '../../../support/small-toolkit.ts';

const kit = new SmallToolkit();
/** As it is before anybody looks on. */
const { linkSync } = fs;
let restore = (): void => {};
afterEach(() => restore());

const LIBRARY = 'prefixes/cuda10/lib64/libcudart.so.10.0.130';

describe.each([
  ['btrfs', 'reflink'],
  ['xfs', 'reflink'],
  ['xfs without reflinks', 'hardlink'],
  ['tmpfs', 'hardlink'],
] as const)('a home on %s', (kind, sharing) => {
  it.skipIf(!mayMount(kind))(
    `shares files with the store by ${sharing} [${needsOf(kind)}]`,
    async (context) => {
      const unmount = mounted(kind, join(kit.folder, 'image'), kit.home());
      if (unmount === null) return context.skip();
      try {
        const { prefix } = await kit.install();
        expect(prefix!.sharing).toBe(sharing);
        await kit.install({ request: request({ name: 'second' }) });
        expect(lstatSync(kit.home(LIBRARY)).nlink).toBe(sharing === 'hardlink' ? 3 : 1);
        expect(await flawsOf(kit.home())).toEqual([]);
      } finally {
        unmount();
      }
    },
  );
});

describe.each(['EPERM', 'EOPNOTSUPP', 'ENOSYS'])('a file system that says %s', (code) => {
  it('to hard links holds a home: files are copied, and the lock is a file of its own', async () => {
    const held: string[] = [];
    restore = await lookAtChanges(kit.folder, ({ call, path }) => {
      if (call === 'writeFile') held.push(path);
      return call === 'link' || (call === 'copyFile' && path.includes('.probe-')) ? code : null;
    });
    const both = await Promise.all([kit.install(), kit.install({ request: request({ name: 'other' }) })]);
    restore();
    expect(both.map(({ prefix }) => prefix!.sharing)).toEqual(['copy', 'copy']);
    expect(held).toContain(kit.home('state/lock'));
    expect(await kit.names('state')).toEqual(['payloads', 'release-dates']);
    expect(await flawsOf(kit.home())).toEqual([]);
  });

  it('to symbolic links cannot, which is said before anything is fetched', async () => {
    restore = await lookAtChanges(kit.folder, ({ call }) => (call === 'symlink' ? code : null));
    await expect(kit.install()).rejects.toMatchObject({ code: 'home-without-links' });
    restore();
    expect(kit.requests).toEqual([]);
    expect(await kit.names('prefixes')).toEqual([]);
  });
});

it('a large copy is on the disk before the prefix has its name; what the disk refuses becomes no prefix', async () => {
  const large = 'libcufft.so.10.0.145';
  const packages = { 'cuda-cufft-10-0': [{ path: `./${LIB}/${large}`, content: 'x'.repeat(8 << 20) }] };
  const calls: string[] = [];
  let refusal: string | null = 'EIO';
  restore = await lookAtChanges(kit.folder, ({ call, path }) => {
    if (call === 'link' || (call === 'copyFile' && path.includes('.probe-'))) return 'EPERM';
    const isLarge = path.includes('/.new-') && path.endsWith(large);
    if (isLarge || (call === 'rename' && path.includes('/generations/cuda10-'))) calls.push(call);
    return isLarge && call === 'sync' ? refusal : null;
  });
  await expect(kit.install({ packages })).rejects.toMatchObject({ code: 'EIO' });
  expect(await kit.names('prefixes')).toEqual([]);
  expect(await kit.names('generations')).toEqual([]);
  refusal = null;
  calls.length = 0;
  await kit.install({ packages });
  restore();
  expect(calls).toEqual(['copyFile', 'chmod', 'utimes', 'sync', 'rename']);
  expect(await flawsOf(kit.home())).toEqual([]);
});

it('what the disk lost when it was to be written is not there for the next install', async () => {
  // As `sync -f` says it, and then each file: what was lost is one that the store has.
  standInSync('exit 1');
  restore = await lookAtChanges(kit.folder, ({ call, path }) =>
    call === 'sync' && path.includes('/store/') ? 'EIO' : null,
  );
  await expect(kit.install()).rejects.toMatchObject({ code: 'EIO' });
  restore();
  expect(await kit.names('generations')).toEqual([]);
  expect(await kit.names('store')).toEqual([]);
  vi.unstubAllEnvs();
  await kit.install();
  expect(await flawsOf(kit.home())).toEqual([]);
});

it('over NFS a lost answer to link() is not taken for the lock of somebody else', async () => {
  restore = await lookAtChanges(kit.folder, ({ call, path }) => {
    if (call !== 'link' || path !== kit.home('state/lock')) return null;
    // Carried out; the answer is lost, and the second try finds what the first one made.
    const claim = readdirSync(kit.home('state')).find((name) => name.startsWith('lock.'))!;
    linkSync(kit.home('state', claim, 'holder'), path);
    return 'EEXIST';
  });
  expect((await kit.install()).status).toBe('installed');
  restore();
  expect(await kit.names('state')).toEqual(['payloads', 'release-dates']);
});
