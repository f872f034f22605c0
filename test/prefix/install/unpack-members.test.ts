import { createHash } from 'node:crypto';
import { chmod, open, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readDeb } from '../../../src/apt/deb/deb.ts';
import { StoreFolder, moveEntry } from '../../../src/prefix/home/store.ts';
import { mergeEntries, onlyIntact, type StoreEntry } from '../../../src/prefix/home/store-entry.ts';
import { unpackMembers } from '../../../src/prefix/install/unpack-members.ts';
import { buildDeb, type TarEntry } from '../../support/deb.ts';
import { tempDir } from '../../support/temp-dir.ts';

let folder: string;
let staging: StoreFolder;
let store: StoreFolder;
beforeEach(() => {
  folder = tempDir();
  staging = new StoreFolder(join(folder, 'staging'));
  store = new StoreFolder(join(folder, 'store'));
});

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const PACKAGE = {
  name: 'cuda-x',
  version: '1',
  architecture: 'amd64',
  size: 1000,
  sha256: sha('the .deb'),
  installedBytes: 10_000,
};

async function unpackAll(
  members: readonly TarEntry[],
  wants: (path: string) => boolean = () => true,
): Promise<StoreEntry> {
  const path = join(folder, 'x.deb');
  await writeFile(
    path,
    buildDeb({ control: { Package: 'cuda-x' }, members, compression: 'gz', scripts: { postinst: 'exit 1' } }),
  );
  const handle = await open(path);
  try {
    return await unpackMembers({
      deb: await readDeb({ path, handle }),
      package: PACKAGE,
      staging,
      wants: (m) => wants(m.path),
      onBytes: () => {},
    });
  } finally {
    await handle.close();
  }
}
const heldPaths = (entry: StoreEntry): string[] =>
  entry.members.filter((member) => member.sha256 !== null).map((member) => member.path);

const members: TarEntry[] = [
  { path: './' },
  { path: './usr/bin/tool', content: 'run me', mode: 0o755, mtime: 1_400_000_000 },
  { path: './usr/include/x.h', content: 'header', mode: 0o600 },
  { path: './usr/lib/libx_static.a', content: 'large' },
  { path: './usr/lib/link.so', link: 'libx.so' },
];

describe('unpack', () => {
  it('writes wanted files by their digest, read-only, with the time of the package, and lists every member', async () => {
    const entry = await unpackAll(members, (path) => !path.endsWith('.a'));
    const files = staging.filesFolder(entry.payloadSha256);
    expect((await readdir(files)).sort()).toEqual([`${sha('run me')}.x`, sha('header')].sort());
    const tool = await stat(join(files, `${sha('run me')}.x`));
    expect([tool.mode & 0o7777, tool.mtimeMs]).toEqual([0o555, 1_400_000_000_000]);
    expect((await stat(join(files, sha('header')))).mode & 0o7777).toBe(0o444);
    expect(entry.members.map(({ path, type, sha256 }) => [path, type, sha256 !== null])).toEqual([
      ['', 'dir', false],
      ['usr/bin/tool', 'file', true],
      ['usr/include/x.h', 'file', true],
      ['usr/lib/libx_static.a', 'file', false],
      ['usr/lib/link.so', 'link', false],
    ]);
    expect(await staging.read(entry.payloadSha256)).toEqual(entry);
    expect(await staging.intact(entry)).toEqual(new Set(Object.keys(entry.files)));
  });

  it('adds to what is there when more is wanted later', async () => {
    await unpackAll(members, (path) => path === 'usr/bin/tool');
    const entry = await unpackAll(members, (path) => path.endsWith('.a'));
    expect(heldPaths(entry)).toEqual(['usr/bin/tool', 'usr/lib/libx_static.a']);
    expect((await staging.intact(entry)).size).toBe(2);
  });

  it('gives hard links the content of the file they name, also of one that was not wanted itself', async () => {
    const entry = await unpackAll(
      [
        { path: './a', content: 'shared', mode: 0o755 },
        { path: './b', type: '1', link: './a' },
      ],
      (path) => path === 'b',
    );
    expect(entry.members[1]).toMatchObject({ path: 'b', sha256: sha('shared'), size: 6, mode: 0o755 });
    expect((await staging.intact(entry)).size).toBe(1);
  });

  it('keeps equal content once', async () => {
    const entry = await unpackAll([
      { path: './a', content: 'same' },
      { path: './b', content: 'same', mtime: 5 },
    ]);
    expect(heldPaths(entry)).toEqual(['a', 'b']);
    expect(Object.keys(entry.files)).toEqual([sha('same')]);
    expect((await staging.intact(entry)).size).toBe(1);
  });

  it.each<[string, TarEntry[]]>([
    ['".."', [{ path: './usr/../../evil', content: 'x' }]],
    ['an absolute path', [{ path: '/tmp/evil', content: 'x' }]],
    ['setuid', [{ path: './usr/bin/su', content: 'x', mode: 0o4755 }]],
    ['a device', [{ path: './dev/null', type: '3' }]],
    [
      'the same path twice with other content',
      [
        { path: './a', content: '1' },
        { path: './a', content: '2' },
      ],
    ],
    ['a hard link out of the package', [{ path: './a', type: '1', link: '/etc/shadow' }]],
  ])('refuses %s, wanted or not, and lists nothing', async (_, hostile) => {
    for (const wanted of [true, false]) {
      if (!wanted && hostile.length > 1) continue;
      await expect(
        unpackAll([{ path: './ok', content: 'fine' }, ...hostile], () => wanted),
      ).rejects.toMatchObject({
        code: 'unsafe-member',
      });
    }
    for (const payload of await staging.list()) expect(await staging.read(payload)).toBeNull();
    expect((await readdir(folder)).sort()).toEqual(['staging', 'x.deb']);
  });

  it('goes on where a killed run left a file half-written', async () => {
    const entry = await unpackAll(members, (path) => path === 'usr/bin/tool');
    await writeFile(join(staging.filesFolder(entry.payloadSha256), '.writing'), 'half');
    expect(heldPaths(await unpackAll(members))).toHaveLength(3);
  });
});

describe('the store', () => {
  it('notices a file that was edited, touched, made writable or removed', async () => {
    const entry = await unpackAll(members);
    const path = join(staging.filesFolder(entry.payloadSha256), sha('header'));
    const intact = async (): Promise<boolean> => (await staging.intact(entry)).has(sha('header'));
    const recorded = entry.files[sha('header')]!;
    expect(await intact()).toBe(true);
    await chmod(path, 0o644);
    expect(await intact()).toBe(false);
    await chmod(path, 0o444);
    await utimes(path, 5, 5);
    expect(await intact()).toBe(false);
    await rm(path);
    await writeFile(path, 'longer text', { mode: 0o444 });
    await utimes(path, recorded.mtime, recorded.mtime);
    expect(await intact()).toBe(false);
    await rm(path);
    expect(await intact()).toBe(false);
    expect(heldPaths(onlyIntact(entry, await staging.intact(entry)))).toEqual([
      'usr/bin/tool',
      'usr/lib/libx_static.a',
    ]);
  });

  it('takes a staged entry in, adding to the one it has', async () => {
    const first = await unpackAll(members, (path) => path === 'usr/bin/tool');
    await moveEntry(staging, store, first.payloadSha256);
    expect(await staging.list()).toEqual([]);
    await unpackAll(members, (path) => path === 'usr/include/x.h');
    await moveEntry(staging, store, first.payloadSha256);
    const whole = await store.read(first.payloadSha256);
    expect(heldPaths(whole!)).toEqual(['usr/bin/tool', 'usr/include/x.h']);
    expect((await store.intact(whole!)).size).toBe(2);
  });

  it('takes an entry that cannot be read for none', async () => {
    const entry = await unpackAll(members);
    const path = join(staging.entryFolder(entry.payloadSha256), 'entry.json');
    const text = await readFile(path, 'utf8');
    for (const damaged of ['', '{', '[]', 'null', text.replace('store@1', 'store@9'), text.slice(0, 100)]) {
      await writeFile(path, damaged);
      expect(await staging.read(entry.payloadSha256), damaged.slice(0, 20)).toBeNull();
    }
  });

  it('never makes a path from what is no digest', () => {
    expect(() => store.entryFolder('../x')).toThrow(TypeError);
  });

  it('does not mix entries whose member lists differ', async () => {
    const entry = await unpackAll(members);
    const other = { ...entry, members: entry.members.slice(1) };
    expect(mergeEntries(other, entry)).toBe(entry);
  });
});
