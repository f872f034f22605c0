/** Whatever lies where the home keeps its records, in whatever shape: it is made anew, or refused with a hint. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../../../src/base/events.ts';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { findPrefix, listPrefixes, readPrefix } from '../../../src/prefix/home/prefixes.ts';
import { prune } from '../../../src/prefix/home/prune.ts';
import { planRemoval, remove } from '../../../src/prefix/home/remove.ts';
import { request, SmallToolkit } from '../../support/small-toolkit.ts';

const kit = new SmallToolkit();

type Entry = Record<string, unknown>;

beforeEach(async () => {
  await kit.install();
});

/** Each puts something else in the place of what is there. */
const SHAPES: Readonly<Record<string, (path: string, before: Buffer) => void>> = {
  'an empty file': (path) => writeFileSync(path, ''),
  'cut off': (path, before) => writeFileSync(path, before.subarray(0, before.length >> 1)),
  'no text': (path) => writeFileSync(path, Buffer.from([0, 255, 128, 10, 27, 91, 65])),
  'another document': (path) => writeFileSync(path, '{"schema":"gpu-setup/store@1","members":[null]}'),
  'a folder': (path) => {
    mkdirSync(join(path, 'deep'), { recursive: true });
    writeFileSync(join(path, 'deep/x'), '');
  },
  'a pipe': (path) => execFileSync('mkfifo', [path]),
  'a link to itself': (path) => symlinkSync(path, path),
  'a link to nothing': (path) => symlinkSync('/nowhere/at/all', path),
};

function spoil(path: string, shape: keyof typeof SHAPES): void {
  const isFile = lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const before = isFile ? readFileSync(path) : Buffer.from('{}');
  rmSync(path, { recursive: true, force: true });
  SHAPES[shape]!(path, before);
}

const shapes = Object.keys(SHAPES);
const pruned = (): ReturnType<typeof prune> =>
  prune(
    { home: kit.home(), cache: join(kit.folder, 'cache') },
    { emit: silent, dryRun: false, choose: async (garbage) => garbage },
  );
const other = { request: request({ name: 'other' }) };
const firstOf = async (...parts: string[]): Promise<string> => (await kit.names(...parts))[0]!;

describe('what only saves work is made again', () => {
  const places: readonly [string, () => Promise<string>][] = [
    ['entry.json', async () => kit.home('store', await firstOf('store'), 'entry.json')],
    ['an entry of the store', async () => kit.home('store', await firstOf('store'))],
    ['its files', async () => kit.home('store', await firstOf('store'), 'files')],
    [
      'one of them',
      async () => {
        const payload = await firstOf('store');
        return kit.home('store', payload, 'files', await firstOf('store', payload, 'files'));
      },
    ],
    ['a note of a payload', async () => kit.home('state/payloads', await firstOf('state/payloads'))],
    ['the folder of notes', async () => kit.home('state/payloads')],
    ['the staging folder', async () => kit.home('state/staging')],
    ['a staged package', async () => kit.home('state/staging', await firstOf('store'))],
    ['a link that was being made', async () => kit.home('prefixes/.other.new')],
    ['a generation that was being made', async () => kit.home('generations/.new-1')],
  ];

  it.each(places)('%s, whatever lies there', async (_, placeOf) => {
    for (const shape of shapes) {
      const place = await placeOf();
      mkdirSync(join(place, '..'), { recursive: true });
      spoil(place, shape);
      await kit.install(other);
      const lib = kit.home('prefixes/other/lib64/libcudart.so.10.0');
      expect(await readFile(lib, 'utf8'), shape).toBe('cudart');
      rmSync(kit.home('prefixes/other'));
    }
  });
});

describe('what a prefix says of itself is refused where it is damaged', () => {
  it.each(['gpu-setup.lock', 'manifest.json'])('%s', async (name) => {
    for (const shape of shapes) {
      spoil(kit.home('generations/cuda10-1/.gpu-setup', name), shape);
      const error = await kit.install().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      // A lock that is not there is one that nobody wrote.
      expect(error, shape).toBeInstanceOf(GpuSetupError);
      expect((error as GpuSetupError).hint, shape).toBeTruthy();
      expect((error as GpuSetupError).message, shape).not.toMatch(/[\u0000-\u001f]/);
      const { prefixes, broken } = await listPrefixes({ home: kit.home() }, join(kit.folder, 'none'));
      expect(prefixes.length + broken.length, shape).toBe(1);
    }
  });

  it.each([
    ['leads out of the prefix', (entry: Entry) => (entry['path'] = '../../../../outside')],
    ['is absolute', (entry: Entry) => (entry['path'] = '/etc/passwd')],
    ['ends in the middle', (entry: Entry) => (entry['path'] = 'a\0b')],
    ['has no mode', (entry: Entry) => delete entry['mode']],
    ['has a size that is none', (entry: Entry) => (entry['size'] = 1e400)],
  ])('a manifest of which an entry %s, by whoever wants it read, removed or listed', async (_, change) => {
    const file = kit.home('generations/cuda10-1/.gpu-setup/manifest.json');
    const document = JSON.parse(readFileSync(file, 'utf8')) as { entries: Entry[] };
    change(document.entries.find(({ type }) => type === 'file')!);
    chmodSync(file, 0o644);
    writeFileSync(file, JSON.stringify(document));
    const place = await findPrefix({ home: kit.home() }, 'cuda10', kit.home());
    await expect(readPrefix(place)).rejects.toMatchObject({
      code: 'prefix-broken',
      hint: expect.any(String),
      message: expect.not.stringMatching(/[\u0000-\u001f]/),
    });
    await pruned();
    expect(await kit.names('generations')).toEqual(['cuda10-1']);
    await remove(await planRemoval({ home: kit.home() }, ['cuda10']), { emit: silent });
    expect(await kit.names('generations')).toEqual([]);
    expect(readdirSync(kit.folder).sort()).toEqual(['cache', 'home']);
  });

  it('and what is left of it can be cleaned up', async () => {
    for (const shape of shapes) {
      spoil(kit.home('store', await firstOf('store')), shape);
      await pruned();
      await kit.install(other);
      rmSync(kit.home('prefixes/other'));
    }
  });
});

describe('where it is not known which generations are in use', () => {
  it.each(['a link to itself', 'a link to nothing', 'an empty file'])(
    'prune deletes none of them: prefixes is %s',
    async (shape) => {
      spoil(kit.home('prefixes'), shape);
      await expect(pruned()).rejects.toMatchObject({ code: 'prefix-unreadable' });
      expect(await kit.names('generations')).toEqual(['cuda10-1']);
    },
  );

  it('the list of prefixes says so', async () => {
    spoil(kit.home('prefixes'), 'a link to itself');
    const { prefixes, unreadable } = await listPrefixes({ home: kit.home() }, join(kit.folder, 'none'));
    expect(prefixes).toEqual([]);
    expect(unreadable).toMatchObject([{ path: kit.home('prefixes') }]);
  });
});
