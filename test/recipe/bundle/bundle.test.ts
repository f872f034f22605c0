import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBundle, type BundleCreated } from '../../../src/recipe/bundle/create.ts';
import { installBundle } from '../../../src/recipe/bundle/install.ts';
import type { InstallContext, InstallResult } from '../../../src/recipe/install.ts';
import { StreamSource } from '../../../src/formats/archive/byte-source.ts';
import { tarMembers } from '../../../src/formats/archive/tar.ts';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../../apt/repository.ts';
import { CUDA_100, CUDNN } from '../../support/cuda-index.ts';
import { buildDeb, buildTar, type TarEntry } from '../../support/deb.ts';
import { packagesText, type PackageRow } from '../../support/index.ts';
import { validatorFor } from '../../support/schema.ts';
import { acceptAll } from '../../support/small-toolkit.ts';
import { sharedTempDir, memoryDir } from '../../support/temp-dir.ts';

const withDeb = (row: PackageRow): PackageRow => {
  const member = { path: `./usr/local/cuda-10.0/lib64/lib${row.name}.so.1`, content: row.name };
  return { ...row, deb: buildDeb({ control: { Package: row.name }, members: [member], compression: 'gz' }) };
};
const CUDA = CUDA_100.map(withDeb);
const ML = CUDNN.map(withDeb);
const WORDS = ['cuda@10.0', 'cudnn@7.5'];

const shared = sharedTempDir();
let server: TestServer;
let key: TestKey;
let made: BundleCreated;
/** Of the bundle that was made. */
let bytes: Buffer;
let dir: string;

beforeAll(async () => {
  [key, server] = await Promise.all([makeKey(), serve()]);
  await publishFlat(server, '/cuda/', packagesText(CUDA), key);
  await publishFlat(server, '/ml/', packagesText(ML), key, { inRelease: false });
  for (const [folder, rows] of [
    ['cuda', CUDA],
    ['ml', ML],
  ] as const)
    for (const { name, version, deb } of rows)
      server.files.set(`/${folder}/${name}_${version}_amd64.deb`, deb!);
  const maker = join(shared, 'maker');
  writeSources(maker, `${server.url.replace('//', '//me:s3cret@')}`);
  made = await createBundle(
    { words: WORDS, architecture: 'amd64', file: join(shared, 'cuda.bundle') },
    contextIn(maker),
  );
  bytes = readFileSync(made.file);
});
afterAll(() => server.close());
beforeEach(() => {
  dir = memoryDir();
  // Nothing listens there: whoever asks a server fails.
  writeSources(dir, 'http://127.0.0.1:9');
  server.requests.length = 0;
});

function writeSources(folder: string, url: string, by: TestKey = key): void {
  mkdirSync(join(folder, 'config/apt-sources'), { recursive: true });
  for (const kind of ['cuda', 'ml'])
    writeFileSync(
      join(folder, `config/apt-sources/nvidia-${kind}-ubuntu1804.sources`),
      `Types: deb\nURIs: ${url}/${kind}/\nSuites: /\nArchitectures: amd64\nSigned-By: ${by.fingerprint}\nX-Key-URIs: ${url}/cuda/key.pub\n`,
    );
}

function contextIn(folder: string, more: Partial<InstallContext> = {}): InstallContext {
  return {
    folders: { home: join(folder, 'home'), config: join(folder, 'config'), cache: join(folder, 'cache') },
    env: {},
    emit: () => {},
    signal: new AbortController().signal,
    acceptLicences: acceptAll,
    ...more,
  };
}

/** Of bytes that are put into a file first. */
async function installOf(content: Uint8Array, more: Partial<InstallContext> = {}): Promise<InstallResult> {
  const file = join(dir, 'it.bundle');
  writeFileSync(file, content);
  return installBundle({ file, architecture: 'amd64', dryRun: false }, contextIn(dir, more));
}

async function entriesOf(tar: Buffer): Promise<{ path: string; content: Buffer }[]> {
  let left: Buffer | null = tar;
  const next = async (): Promise<Buffer | null> => {
    const all = left;
    left = null;
    return all;
  };
  const found: { path: string; content: Buffer }[] = [];
  const source = new StreamSource({ next, close: async () => {} });
  for await (const { path, chunks } of tarMembers(source, (why) => new Error(why))) {
    const parts: Buffer[] = [];
    for await (const chunk of chunks()) parts.push(chunk);
    found.push({ path, content: Buffer.concat(parts) });
  }
  return found;
}

/** Everything below the folder but the bundle and the configuration. */
function left(): string[] {
  const files = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
    );
  return ['home', 'cache'].flatMap((name) => (existsSync(join(dir, name)) ? files(join(dir, name)) : []));
}

describe('a bundle', () => {
  it('holds all that an install needs, in an order that is always the same, and no login', async () => {
    const paths = (await entriesOf(bytes)).map(({ path }) => path);
    expect(paths.slice(0, 2)).toEqual(['gpu-setup-bundle.json', 'gpu-setup.lock']);
    expect(paths).toContain('sources/nvidia-cuda-ubuntu1804.sources');
    expect(paths).toContain('keys/nvidia-ml-ubuntu1804.key');
    expect(paths).toContain('repository/nvidia-cuda-ubuntu1804/InRelease');
    expect(paths).toContain('repository/nvidia-ml-ubuntu1804/Release.gpg');
    expect(paths).toContain('licences/nvidia-cuda.txt');
    expect(paths.filter((path) => path.startsWith('packages/'))).toHaveLength(made.plan.packages.length);
    expect(bytes.includes('s3cret')).toBe(false);
    const validate = validatorFor('bundle');
    expect(
      validate(JSON.parse(String((await entriesOf(bytes))[0]!.content))),
      JSON.stringify(validate.errors),
    ).toBe(true);
    expect(made).toMatchObject({
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  it('is the same bytes when it is made again, and leaves nothing else beside it', async () => {
    const maker = join(dir, 'maker');
    writeSources(maker, server.url);
    const file = join(dir, 'again.bundle');
    await createBundle({ words: WORDS, architecture: 'amd64', file }, contextIn(maker));
    // Where a source lies stands in its text.
    const without = async (tar: Buffer) =>
      (await entriesOf(tar)).filter(({ path }) => !path.startsWith('sources/'));
    expect(await without(readFileSync(file))).toEqual(await without(bytes));
    expect(readdirSync(dir).sort()).toEqual(['again.bundle', 'config', 'maker']);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
    ['a device behind a link', (path: string) => symlinkSync('/dev/null', path)],
  ])('never takes the place of %s, and fetches nothing for it', async (_, make) => {
    writeSources(dir, server.url);
    const file = join(dir, 'it.bundle');
    make(file);
    const before = lstatSync(file).ino;
    await expect(
      createBundle({ words: WORDS, architecture: 'amd64', file }, contextIn(dir)),
    ).rejects.toMatchObject({
      code: 'bundle-not-written',
    });
    expect(lstatSync(file).ino).toBe(before);
    expect(server.requests.filter(({ path }) => path.endsWith('.deb'))).toEqual([]);
  });

  it('is written to where a link leads, and the link stays', async () => {
    writeSources(dir, server.url);
    const [file, link] = [join(dir, 'real.bundle'), join(dir, 'it.bundle')];
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    await createBundle({ words: WORDS, architecture: 'amd64', file: link }, contextIn(dir));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file).length).toBe(bytes.length);
  });

  it('is installed without a network; the same again is nothing to do', async () => {
    const installed = await installOf(bytes);
    expect(installed).toMatchObject({ status: 'installed', prefix: { cuda: '10.0.130', cudnn: '7.5.0.56' } });
    expect(installed.spent?.fetchedBytes).toBe(0);
    expect(await installOf(bytes)).toMatchObject({ status: 'unchanged' });
    expect(server.requests).toEqual([]);
    expect(readdirSync(join(dir, 'cache/apt/bundles'))).toEqual([]);
  });

  it('is only looked at with a dry run', async () => {
    writeFileSync(join(dir, 'it.bundle'), bytes);
    const planned = await installBundle(
      { file: join(dir, 'it.bundle'), architecture: 'amd64', dryRun: true },
      contextIn(dir),
    );
    expect(planned).toMatchObject({ status: 'planned', plan: { bytes: { fetch: 0 } } });
    expect(left().filter((path) => path.endsWith('.deb'))).toEqual([]);
  });

  it('takes another name', async () => {
    writeFileSync(join(dir, 'it.bundle'), bytes);
    const asked = {
      file: join(dir, 'it.bundle'),
      architecture: 'amd64',
      dryRun: false,
      name: 'mine',
    } as const;
    expect(await installBundle(asked, contextIn(dir))).toMatchObject({ prefix: { name: 'mine' } });
    await expect(installBundle({ ...asked, name: '../x' }, contextIn(dir))).rejects.toMatchObject({
      code: 'bad-name',
    });
  });

  it('stops where the caller does, and keeps nothing', async () => {
    const controller = new AbortController();
    const emit: InstallContext['emit'] = (event) => {
      if (event.type === 'progress' && event.id.startsWith('bundle:')) controller.abort(new Error('enough'));
    };
    await expect(installOf(bytes, { signal: controller.signal, emit })).rejects.toThrow('enough');
    expect(left()).toEqual([]);
  });
});

describe('who made a bundle decides nothing: it', () => {
  it('is refused where a key of a stranger signed what is in it', async () => {
    const stranger = await makeKey();
    writeSources(dir, 'http://127.0.0.1:9', stranger);
    await expect(installOf(bytes)).rejects.toMatchObject({
      code: 'lock-key-unknown',
      message: expect.stringContaining('it.bundle is not signed as it has to be'),
      hint: expect.stringContaining(stranger.fingerprint),
      details: { source: 'nvidia-cuda-ubuntu1804' },
    });
    expect(left().filter((path) => /\.deb$|bundles/.test(path))).toEqual([]);
    expect(existsSync(join(dir, 'home/prefixes'))).toBe(false);
  });

  it('is refused where this machine does not know a source, and what it brings along configures nothing', async () => {
    await rm(join(dir, 'config/apt-sources'), { recursive: true });
    const entries = (await entriesOf(bytes)).map((one) => ({
      ...one,
      content:
        one.path === 'gpu-setup.lock'
          ? Buffer.from(String(one.content).replaceAll('ubuntu1804', 'strange'))
          : one.content,
    }));
    await expect(installOf(buildTar(entries))).rejects.toMatchObject({
      code: 'bundle-source-unknown',
      details: { source: 'nvidia-cuda-strange' },
      hint: expect.stringContaining('tar -xOf'),
    });
    expect(left()).toEqual([]);
  });

  it.each([
    ['a Release', /InRelease$/, 'bad-signature'],
    ['an index', /ubuntu1804\/Packages/, 'index-out-of-step'],
    ['a package', /^packages\//, 'bad-bundle'],
  ])('is refused where a byte of %s was changed', async (_, which, code) => {
    const entries = await entriesOf(bytes);
    for (const one of entries.filter(({ path }) => which.test(path))) {
      const at = Math.floor(one.content.length / 3);
      one.content[at] = one.content[at]! === 0x41 ? 0x42 : 0x41;
    }
    await expect(installOf(buildTar(entries))).rejects.toMatchObject({ code });
    expect(left().filter((path) => /\.deb$|bundles/.test(path))).toEqual([]);
  });

  it.each([
    ['', null, 'package-resigned'],
    [', with the payload of the right one', '1'.repeat(64), 'bundle-incomplete'],
  ])(
    'is refused where another package stands in its lock, index or none%s',
    async (_, payloadSha256, code) => {
      const other = buildDeb({ control: { Package: 'evil' }, members: [], compression: 'gz' });
      const sha256 = createHash('sha256').update(other).digest('hex');
      const entries = await entriesOf(bytes);
      const victim = entries.find(({ path }) => path.startsWith('packages/'))!;
      const lock = JSON.parse(String(entries[1]!.content)) as { packages: { sha256: string }[] };
      for (const one of lock.packages)
        if (victim.path.includes(one.sha256))
          Object.assign(one, { sha256, size: other.length, payloadSha256 });
      entries[1]!.content = Buffer.from(JSON.stringify(lock));
      victim.content = other;
      victim.path = `packages/${sha256}.deb`;
      await expect(installOf(buildTar(entries))).rejects.toMatchObject({ code });
      expect(left().filter((path) => /\.deb$|bundles/.test(path))).toEqual([]);
    },
  );
});

describe('a file that is no good bundle', () => {
  const refused = async (content: Uint8Array, code: string, why: RegExp): Promise<void> => {
    const failure = await installOf(content).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(why) });
    expect(left()).toEqual([]);
  };
  const changed = async (change: (entries: TarEntry[]) => TarEntry[]): Promise<Buffer> =>
    buildTar(change(await entriesOf(bytes)));

  it.each([
    ['is empty', Buffer.alloc(0), /it is empty/],
    ['is a text', Buffer.from('hello'), /no tar archive/],
    ['was compressed on the way', Buffer.from('1f8b0800', 'hex'), /it is compressed/],
    ['is a tar of something else', buildTar([{ path: 'README', content: 'x' }]), /no part of a bundle/],
    ['is a tar of nothing', buildTar([]), /no tar archive|it has no gpu-setup-bundle/],
  ])('%s', async (_, content, why) => {
    await refused(content, 'bad-bundle', why);
  });

  it('is cut short, wherever', async () => {
    for (const part of [0.02, 0.3, 0.7, 0.999]) {
      await refused(
        bytes.subarray(0, Math.floor((bytes.length - 1024) * part)),
        'bad-bundle',
        /cut off|follow|lacks|ends/,
      );
    }
  });

  it.each<[string, TarEntry, RegExp]>([
    ['a path that climbs', { path: '../evil', content: 'x' }, /"\.\.\/evil" is no part/],
    ['a signed file that climbs', { path: 'repository/a/../../../x', content: 'x' }, /no part/],
    ['an absolute path', { path: '/etc/x', content: 'x' }, /no part/],
    ['a link', { path: 'packages/x', link: '/etc/passwd' }, /is a link/],
    ['a hard link', { path: 'keys/a.key', type: '1', link: 'gpu-setup.lock' }, /is a hard link/],
    ['a device', { path: 'keys/a.key', type: '3' }, /is a device/],
    ['a pipe', { path: 'keys/a.key', type: '6' }, /is a pipe/],
    ['a folder', { path: 'keys/', type: '5' }, /is a folder/],
    ['a second lock', { path: 'gpu-setup.lock', content: '{}' }, /stands there twice/],
    [
      'a package of nobody',
      { path: `packages/${'0'.repeat(64)}.deb`, content: 'x' },
      /none of the packages of its lock/,
    ],
    [
      'a key for a source of nobody',
      { path: 'keys/evil.key', content: 'x' },
      /from which its lock takes nothing/,
    ],
    [
      'a Release of a source of nobody',
      { path: 'repository/evil/InRelease', content: 'x' },
      /from which its lock takes nothing/,
    ],
    ['a name with control characters', { path: 'keys/\u001b[31m.key', content: 'x' }, /\\u001b|\\x1b|␛/],
  ])('holds %s', async (_, entry, why) => {
    await refused(await changed((all) => [...all.slice(0, 2), entry, ...all.slice(2)]), 'bad-bundle', why);
    expect(existsSync(join(dir, '../evil'))).toBe(false);
  });

  it('begins with something else, or with its lock', async () => {
    await refused(await changed((all) => all.slice(1)), 'bad-bundle', /begins with "gpu-setup.lock"/);
    await refused(
      await changed((all) => [all[0]!, ...all.slice(2)]),
      'bad-bundle',
      /not with gpu-setup.lock/,
    );
    await refused(await changed((all) => all.slice(0, 1)), 'bad-bundle', /it has no gpu-setup.lock/);
  });

  it('goes on behind its end; zeros alone may stand there', async () => {
    for (const more of [bytes, Buffer.from('x')])
      await refused(Buffer.concat([bytes, more]), 'bad-bundle', /something else follows behind its end/);
    expect(await installOf(Buffer.concat([bytes, Buffer.alloc(70_000)]))).toMatchObject({
      status: 'installed',
    });
  });

  it('lacks a package', async () => {
    await refused(await changed((all) => all.slice(0, -1)), 'bad-bundle', /lacks 1 of \d+ packages, [\w-]+ /);
  });

  it('lacks a signed index', async () => {
    const content = await changed((all) => all.filter(({ path }) => !path.startsWith('repository/')));
    await expect(installOf(content)).rejects.toMatchObject({ code: 'release-missing' });
  });

  it('claims more than there is', async () => {
    const content = Buffer.from(bytes);
    // The size field of the third header, as large as octal digits can say; its checksum with it.
    const headers = (await entriesOf(bytes)).slice(0, 2);
    const at = headers.reduce((sum, { content: { length } }) => sum + 512 + Math.ceil(length / 512) * 512, 0);
    content.write('77777777777', at + 124, 'latin1');
    content.fill(' ', at + 148, at + 156);
    const sum = content.subarray(at, at + 512).reduce((all, byte) => all + byte, 0);
    content.write(`${sum.toString(8).padStart(6, '0')}\0`, at + 148, 'latin1');
    await refused(content, 'bad-bundle', /claims 8589934591 bytes/);
  });

  it('is of another format, or for another architecture', async () => {
    const manifest = (value: object) => (all: TarEntry[]) => [
      { ...all[0]!, content: JSON.stringify(value) },
      ...all.slice(1),
    ];
    await refused(await changed(manifest({ schema: 'gpu-setup/bundle@2' })), 'bundle-format', /bundle@2/);
    await refused(await changed(manifest({ schema: 'else' })), 'bad-bundle', /schema/);
    await refused(await changed(manifest([])), 'bad-bundle', /gpu-setup-bundle.json/);
    await refused(
      await changed(manifest({ schema: 'gpu-setup/bundle@1', architecture: 'arm64' })),
      'bundle-architecture',
      /made for arm64, not for amd64/,
    );
  });

  it('cannot be read', async () => {
    for (const file of [join(dir, 'none'), dir, '/dev/zero'])
      await expect(
        installBundle({ file, architecture: 'amd64', dryRun: false }, contextIn(dir)),
        file,
      ).rejects.toMatchObject({ code: 'bundle-unreadable', message: expect.stringContaining(file) });
  });

  it('is refused or whole, whatever was done to its bytes: never a bug, never anything left', async () => {
    const limit = Math.min(bytes.length, 400_000);
    const damage = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('set' as const), at: fc.nat(limit - 1), value: fc.nat(255) }),
        fc.record({ kind: fc.constant('cut' as const), at: fc.nat(limit - 1), value: fc.nat(2000) }),
        fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(limit - 1), value: fc.nat(2000) }),
      ),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(damage, async (all) => {
        let content = Buffer.from(bytes);
        for (const { kind, at, value } of all) {
          if (kind === 'set') content[Math.min(at, content.length - 1)] = value;
          else if (kind === 'cut')
            content = Buffer.concat([content.subarray(0, at), content.subarray(at + value)]);
          else content = Buffer.concat([content.subarray(0, at + value), content.subarray(at)]);
        }
        writeFileSync(join(dir, 'it.bundle'), content);
        const result = await installBundle(
          { file: join(dir, 'it.bundle'), architecture: 'amd64', dryRun: true },
          contextIn(dir),
        ).catch((error: unknown) => error);
        // Padding and notes are read by nobody: then nothing is wrong.
        expect(result).toSatisfy(
          (one: { status?: string; code?: string; hint?: string }) =>
            one.status === 'planned' || (typeof one.code === 'string' && one.code !== 'internal-error'),
        );
        expect(left().filter((path) => /\.deb$|bundles|home/.test(path))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
