/** Packages that are signed and wrong: what is installed is what was verified, or nothing is, and the message says whose fault it is. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { chmod, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { buildAr, buildDeb, buildTar, compress, type TarEntry } from '../../support/deb.ts';
import { LIB, request, SmallToolkit, type Wish } from '../../support/small-toolkit.ts';

const kit = new SmallToolkit();

const NAME = 'cuda-cudart-10-0';
const FILE = `${LIB}/libcudart.so.10.0`;
const holding = (content: string | Uint8Array, ...more: readonly TarEntry[]): Wish => ({
  packages: { [NAME]: [{ path: `./${FILE}`, content }, ...more] },
});
const installed = (name = 'cuda10'): Promise<string> =>
  readFile(kit.home('prefixes', name, 'lib64/libcudart.so.10.0'), 'utf8');

async function refusal(wish: Wish): Promise<GpuSetupError> {
  const error = await kit.install(wish).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GpuSetupError);
  expect(await kit.names('prefixes')).toEqual([]);
  expect(await kit.names('store')).toEqual([]);
  return error as GpuSetupError;
}

describe('a package file that is exchanged after it was verified', () => {
  it('is unpacked as it was verified: other file under its name, other folder in the place of the cache', async () => {
    const evil = buildDeb({
      control: { Package: NAME },
      members: [{ path: `./${FILE}`, content: 'of another user' }],
      compression: 'gz',
    });
    let exchanged = 0;
    const emit = (event: WorkEvent): void => {
      if (event.type !== 'end' || !event.id.startsWith('fetch:')) return;
      const packages = join(kit.folder, 'cache/apt/packages');
      const [deb] = readdirSync(packages).filter((name) => name.endsWith('.deb'));
      renameSync(join(kit.folder, 'cache/apt'), join(kit.folder, 'cache/apt-moved'));
      mkdirSync(packages, { recursive: true, mode: 0o700 });
      writeFileSync(join(packages, deb!), evil);
      exchanged++;
    };
    await kit.install(holding('as published'), { emit });
    expect(exchanged).toBe(1);
    expect(await installed()).toBe('as published');
  });

  it('is fetched again by the next install, which does not trust what lies in the cache', async () => {
    const wish = holding('as published');
    await kit.install(wish);
    await rm(kit.home(), { recursive: true });
    const packages = join(kit.folder, 'cache/apt/packages');
    const [deb] = readdirSync(packages);
    const { size } = statSync(join(packages, deb!));
    writeFileSync(join(packages, deb!), Buffer.alloc(size));
    await kit.install(wish);
    expect(await installed()).toBe('as published');
  });

  it('may be gone from the cache altogether, as after a prune beside this install', async () => {
    kit.onRequest = () => {
      renameSync(join(kit.folder, 'cache/apt/packages'), join(kit.folder, 'gone'));
    };
    await kit.install(holding('as published'));
    expect(await installed()).toBe('as published');
  });
});

describe('the note of which payload a package file holds', () => {
  const notes = (): string => kit.home('state/payloads');
  const digests = (): string[] => readdirSync(notes()).sort();
  const other: Partial<Wish> = { request: request({ name: 'other' }) };

  it('does not make one package of another: pointed at the payload of an older version, it is passed over', async () => {
    const old = holding('of 9.2.88');
    await kit.install(old);
    const [oldDeb] = digests();
    const next = holding('of 9.2.148');
    const plan = await kit.plans({ ...next, ...other })();
    writeFileSync(join(notes(), plan.packages[0]!.sha256), readFileSync(join(notes(), oldDeb!)), {
      mode: 0o600,
    });
    const done = await kit.install({ ...next, ...other });
    expect(await installed('other')).toBe('of 9.2.148');
    expect(done.prefix!.packages[0]!.payloadSha256).not.toBe(
      readFileSync(join(notes(), oldDeb!), 'utf8').trim(),
    );
  });

  it('is private whatever the umask is', async () => {
    const before = process.umask(0);
    try {
      await kit.install(holding('x'));
    } finally {
      process.umask(before);
    }
    expect(statSync(notes()).mode & 0o777).toBe(0o700);
    for (const name of digests()) expect(statSync(join(notes(), name)).mode & 0o777).toBe(0o600);
  });

  it('serves a second prefix without fetching, and one that the store alone still knows is verified once more', async () => {
    const wish = holding('x');
    await kit.install(wish);
    kit.requests.length = 0;
    await kit.install({ ...wish, ...other });
    expect(kit.requests).toEqual([]);
    await rm(notes(), { recursive: true });
    await rm(join(kit.folder, 'cache'), { recursive: true });
    await kit.install({ ...wish, request: request({ name: 'third' }) });
    expect(kit.requests).toHaveLength(1);
    expect(digests()).toHaveLength(1);
  });

  it.each([
    ['others may write it', (path: string) => chmod(path, 0o666)],
    ['it is no digest', async (path: string) => writeFileSync(path, 'x'.repeat(64) + '\n')],
    ['it is empty', async (path: string) => writeFileSync(path, '')],
    ['others may write its folder', async () => chmod(notes(), 0o777)],
  ])('counts as none where %s', async (_, spoil) => {
    const wish = holding('x');
    await kit.install(wish);
    await spoil(join(notes(), digests()[0]!));
    await rm(join(kit.folder, 'cache'), { recursive: true });
    kit.requests.length = 0;
    await kit.install({ ...wish, ...other });
    expect(kit.requests).toHaveLength(1);
    expect(statSync(notes()).mode & 0o777).toBe(0o700);
  });
});

describe('a signed package beyond all measure', () => {
  it('is refused before its bytes are written, naming package, version and member', async () => {
    const bomb = await refusal(holding(Buffer.alloc(80_000_000)));
    expect(bomb).toMatchObject({ code: 'package-out-of-bounds', exitCode: 1 });
    expect(bomb.message).toContain(`${NAME} 10.0.130-1`);
    expect(bomb.message).toContain(FILE);
    expect(bomb.hint).toMatch(/--source/);
    expect(existsSync(kit.home('state/staging'))).toBe(true);
    expect(await kit.names('state/staging')).toEqual([]);
  });

  it('may be as large as its index says, and somewhat more', async () => {
    await kit.install({ ...holding(Buffer.alloc(80_000_000)), installedBytes: 30_000_000 });
    expect(statSync(kit.home('prefixes/cuda10/lib64/libcudart.so.10.0')).size).toBe(80_000_000);
  });

  it.each([null, 0])('is installed as ever where its index says %j', async (installedBytes) => {
    await kit.install({ ...holding('x'), installedBytes });
    expect(await installed()).toBe('x');
  });

  it('is told as too large for the disk, before anything is fetched, where its index says so', async () => {
    const absurd = await refusal({ ...holding('x'), installedBytes: 999_999_999_999 * 1024 });
    expect(absurd).toMatchObject({ code: 'disk-full', exitCode: 1 });
    expect(kit.requests).toEqual([]);
  });

  it('counts every hard link, which where links cannot be had is a file', async () => {
    const links = Array.from({ length: 20 }, (_, i) => ({
      path: `./${FILE}.${i}`,
      type: '1',
      link: `./${FILE}`,
    }));
    expect(await refusal(holding(Buffer.alloc(9_000_000), ...links))).toMatchObject({
      code: 'package-out-of-bounds',
    });
  });

  it('is refused where its folders are 1,900 deep, at once', async () => {
    const deep = Array.from({ length: 3000 }, (_, i) => ({
      path: `./usr/local/cuda-10.0/targets/x86_64-linux/include/${'a/'.repeat(1900)}${i}`,
      content: '',
      pax: true,
    }));
    const error = await refusal(holding('x', ...deep));
    expect(error).toMatchObject({ code: 'unsafe-member', details: { package: NAME, version: '10.0.130-1' } });
    expect(error.message.length).toBeLessThan(1000);
  });

  it('writes equal contents once, however many members have them', async () => {
    const same = Array.from({ length: 3000 }, (_, i) => ({
      path: `./usr/local/cuda-10.0/targets/x86_64-linux/include/${i}.h`,
      content: '',
    }));
    await kit.install(holding('x', ...same));
    const [payload] = await kit.names('store');
    expect(await kit.names('store', payload!, 'files')).toHaveLength(2);
    expect(readdirSync(kit.home('prefixes/cuda10/include'))).toHaveLength(3000);
  });
});

describe('a package that lays hands on what is not its own', () => {
  it("loses the driver's libraries, which is said; stubs and everything else stay", async () => {
    const notices: string[] = [];
    const emit = (event: WorkEvent): void => {
      if (event.type === 'notice' && event.level === 'warning') notices.push(event.text);
    };
    const { warnings } = await kit.install(
      holding(
        'x',
        { path: `./${LIB}/libcuda.so.1`, content: 'driver' },
        { path: `./${LIB}/libcuda.so`, link: 'libcuda.so.1' },
        { path: `./${LIB}/libnvidia-ml.so.1`, link: 'libcudart.so.10.0' },
        { path: `./${LIB}/libnvidia-ptxjitcompiler.so.410.48`, content: 'driver' },
        { path: `./${LIB}/stubs/libcuda.so`, content: 'stub' },
      ),
      { emit },
    );
    const lib = readdirSync(kit.home('prefixes/cuda10/lib64')).sort();
    expect(lib).toEqual(['libcudart.so.10.0', 'stubs']);
    expect(readdirSync(kit.home('prefixes/cuda10/lib64/stubs'))).toEqual(['libcuda.so']);
    expect(notices).toEqual([
      expect.stringMatching(
        new RegExp(`^left out of ${NAME}: libcuda.so.1, .*and 1 more \\(a library of the driver`),
      ),
    ]);
    expect(warnings).toEqual(notices);
    const [payload] = await kit.names('store');
    const hash = createHash('sha256').update('driver').digest('hex');
    expect(await kit.names('store', payload!, 'files')).not.toContain(hash);
  });

  it.each<[string, TarEntry]>([
    ['a file', { path: './usr/local/cuda-10.0/.gpu-setup/manifest.json', content: '{}' }],
    [
      'a file by another way',
      { path: './usr/local/cuda-10.0/targets/x86_64-linux/.gpu-setup/lock', content: 'x' },
    ],
    ['a licence by itself', { path: './usr/local/cuda-10.0/.gpu-setup/licences/x/copyright', content: 'x' }],
    ['a link', { path: './usr/local/cuda-10.0/.gpu-setup/manifest.json', link: '../lib64/x' }],
    ['a link in the place of the folder', { path: './usr/local/cuda-10.0/.gpu-setup', link: '/tmp' }],
    ['a hard link', { path: './usr/local/cuda-10.0/.gpu-setup/manifest.json', type: '1', link: `./${FILE}` }],
  ])('is refused where it would write into .gpu-setup: %s', async (_, member) => {
    const error = await refusal(holding('x', member));
    expect(error).toMatchObject({ code: 'unsafe-member' });
    expect(error.message).toMatch(/\.gpu-setup.*records of the prefix/);
  });
});

describe('a package file that is none', () => {
  const control = { name: 'control.tar.gz', content: compress(buildTar([]), 'gz') };
  const version = { name: 'debian-binary', content: '2.0\n' };
  const data = compress(buildTar([{ path: `./${FILE}`, content: 'x' }]), 'gz');
  it.each<[string, Buffer, RegExp]>([
    ['empty', Buffer.alloc(0), /does not begin as an ar archive/],
    ['text', Buffer.from('<html>'), /does not begin as an ar archive/],
    ['only the magic', buildAr([]), /debian-binary/],
    ['without data.tar', buildAr([version, control]), /no data\.tar/],
    ['without control.tar', buildAr([version, { name: 'data.tar.gz', content: data }]), /no control\.tar/],
    [
      'cut off',
      buildAr([version, control, { name: 'data.tar.gz', content: data }]).subarray(0, -20),
      /claims \d+ bytes where only/,
    ],
    [
      'of absurd sizes',
      buildAr([version, control, { name: 'data.tar.gz', content: data, claimSize: 9_999_999_999 }]),
      /9999999999/,
    ],
    [
      'of an unsupported compression',
      buildAr([version, control, { name: 'data.tar.bz2', content: data }]),
      /data\.tar\.bz2.*not supported/,
    ],
    [
      'with an empty data.tar.xz',
      buildAr([version, control, { name: 'data.tar.xz', content: '' }]),
      /cut off/,
    ],
    ['with an empty data.tar.zst', buildAr([version, control, { name: 'data.tar.zst', content: '' }]), /./],
    [
      'with control characters in what it says',
      buildAr([version, control, { name: 'x\nhint: run: rm', content: '', claimSize: 9_999_999 }]),
      /x\\nhint/,
    ],
  ])('%s: exit code 1, with package, version, file and what to do', async (_, bytes, why) => {
    const error = await refusal({ ...holding('x'), debs: { [NAME]: bytes } });
    expect(error).toMatchObject({ code: 'bad-deb', exitCode: 1, retryable: false });
    expect(error.message).toContain(`${NAME} 10.0.130-1`);
    expect(error.message).toMatch(/cache\/apt\/packages\/[0-9a-f]{64}\.deb/);
    expect(error.message).toMatch(why);
    expect(error.message).not.toMatch(/[\u0000-\u001f]/);
    expect(error.hint).toMatch(/signed index of test lists.*--source/);
  });

  it('is to be fetched anew only where its bytes are no longer those that were verified', async () => {
    const wish = holding('x'.repeat(100_000));
    const damage = (event: WorkEvent): void => {
      if (event.type !== 'start' || !event.id.startsWith('unpack:')) return;
      const packages = join(kit.folder, 'cache/apt/packages');
      writeFileSync(join(packages, readdirSync(packages)[0]!), 'shorter');
    };
    await expect(kit.install(wish, { emit: damage })).rejects.toMatchObject({
      code: 'bad-deb',
      retryable: true,
      hint: expect.stringContaining('run the same command again') as string,
    });
    await kit.install(wish);
    expect(await installed()).toBe('x'.repeat(100_000));
  });
});
