/**
 * verify --repair where a prefix has files of its own, as reflinks and copies are: what is damaged in the store is not
 * damaged in the prefix, nor the other way round, unlike with hard links (repair.test.ts).
 */
import fs, { constants, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sharing } from '../../../src/prefix/home/sharing.ts';
import { repair, type Repaired } from '../../../src/recipe/lock/repair.ts';
import { lookAtChanges } from '../../support/disk-changes.ts';
import { flawsOf } from '../../support/home-is-whole.ts';
import { MovingRepository, packages, type Machine } from '../../support/locked.ts';
import { mayMount, mounted, needsOf, type FileSystem } from '../../support/mounted.ts';
import { rot } from '../../support/rot.ts';
import { tempDir } from '../../support/temp-dir.ts';

const repository = new MovingRepository();
const CUDART = 'lib64/libcuda-cudart-9-0.so.1';

let machine: Machine;
const home = (...parts: string[]): string => join(machine.dir, 'home', ...parts);
const prefix = (name: string, ...parts: string[]): string => home('prefixes', name, ...parts);
const mend = (): Promise<Repaired> => repair('cuda9', machine.context());
const bytes = (name: string): Buffer => readFileSync(prefix(name, CUDART));
/** Of the generations in use; older ones stay as they were. */
const flaws = async (): Promise<string[]> => {
  const used = ['cuda9', 'other'].map((name) => readlinkSync(prefix(name)).replace('../', ''));
  return (await flawsOf(home())).filter(
    (flaw) => !flaw.startsWith('generations/') || used.some((one) => flaw.startsWith(`${one}/`)),
  );
};

function rotStore(): void {
  for (const entry of readdirSync(home('store'), { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name !== 'entry.json') rot(join(entry.parentPath, entry.name));
}

/** Stands for a file system with reflinks where the test's own has none: such a copy looks the same from outside. */
function withReflinks(): () => void {
  const { copyFile } = fs.promises;
  const change = (to: typeof copyFile): void => {
    fs.promises.copyFile = to;
    syncBuiltinESMExports();
  };
  change((source, target, mode = 0) => copyFile(source, target, mode & ~constants.COPYFILE_FICLONE_FORCE));
  return () => change(copyFile);
}

/** No file system here lacks hard links and reflinks both. */
const withoutLinks = (folder: string): Promise<() => void> =>
  lookAtChanges(folder, ({ call, path }) =>
    call === 'link' || (call === 'copyFile' && path.includes('.probe-')) ? 'EPERM' : null,
  );

interface Kind {
  title: string;
  sharing: Sharing;
  able: boolean;
  /** Null: it cannot be had here after all. */
  prepare: (folder: string) => Promise<(() => void) | null>;
}

const onDisk = (kind: FileSystem): Kind => ({
  title: `reflinks on ${kind} [${needsOf(kind)}]`,
  sharing: 'reflink',
  able: mayMount(kind),
  prepare: async (folder) => mounted(kind, join(folder, 'image'), join(folder, 'home')),
});
const KINDS: readonly Kind[] = [
  { title: 'copies', sharing: 'copy', able: true, prepare: withoutLinks },
  { title: 'reflinks, by a stand-in', sharing: 'reflink', able: true, prepare: async () => withReflinks() },
  onDisk('btrfs'),
  onDisk('xfs'),
];

describe.each(KINDS.map((kind) => [kind.title, kind] as const))('a prefix of %s', (_, kind) => {
  const { sharing, able, prepare } = kind;
  let undo: (() => void) | null;
  beforeEach(async () => {
    if (!able) return;
    const folder = tempDir();
    undo = await prepare(folder);
    if (undo === null) return;
    await repository.publish(packages());
    machine = repository.machine(folder);
    await machine.install({ name: 'cuda9' });
    const { prefix: other } = await machine.install({ name: 'other' });
    expect(other!.sharing).toBe(sharing);
    repository.server.requests.length = 0;
  });
  afterEach(() => undo?.());
  const test = (title: string, work: () => Promise<void>): void =>
    it.skipIf(!able)(title, async (context) => (undo === null ? context.skip() : work()));

  test('is mended from the store, which its damage did not reach; the other prefix is whole', async () => {
    const right = bytes('cuda9');
    rot(prefix('cuda9', CUDART));
    expect(bytes('other')).toEqual(right);
    const { repair: done } = await mend();
    expect(done).toMatchObject({
      mended: [{ path: CUDART, from: 'store', package: 'cuda-cudart-9-0' }],
      store: [],
      alsoCheck: [],
    });
    expect([bytes('cuda9'), bytes('other')]).toEqual([right, right]);
    expect(lstatSync(prefix('cuda9', CUDART)).nlink).toBe(1);
    expect(await flaws()).toEqual([]);
    expect(repository.server.requests).toEqual([]);
  });

  test('is whole where the store is damaged: what is wrong there is dropped, and the next install makes it anew', async () => {
    const right = bytes('cuda9');
    rotStore();
    const { repair: done } = await mend();
    expect(done.generation).toBeNull();
    expect(done.store.length).toBeGreaterThan(3);
    // A bad block is one block of all its reflinks; a copy has blocks of its own.
    expect(done.alsoCheck).toEqual(sharing === 'reflink' ? ['other'] : []);
    expect((await machine.install({ name: 'third' })).status).toBe('installed');
    expect([bytes('cuda9'), bytes('third')]).toEqual([right, right]);
    expect(await flaws()).toEqual([]);
  });

  test('and a store that are damaged both are mended from the cache', async () => {
    const right = bytes('cuda9');
    rotStore();
    rot(prefix('cuda9', CUDART));
    const { repair: done } = await mend();
    expect(done.mended).toMatchObject([{ path: CUDART, from: 'cache' }]);
    expect([bytes('cuda9'), bytes('other')]).toEqual([right, right]);
    expect(await flaws()).toEqual([]);
  });
});
