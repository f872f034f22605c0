import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AptContext } from '../../../src/apt/context.ts';
import { parseSource } from '../../../src/apt/sources/source-file.ts';
import { fetchUpstream, findSourcePackage, parseSources } from '../../../src/apt/package/source-package.ts';
import { SourcesTextBuilder } from '../../../src/apt/package/sources-text.ts';
import type { Source } from '../../../src/apt/types.ts';
import {
  clearSign,
  digestList,
  makeKey,
  NOW,
  serve,
  sha256,
  type TestKey,
  type TestServer,
} from '../repository.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ORIGINAL = 'the upstream archive';
const CHANGES = "Debian's own changes";

let server: TestServer;
let key: TestKey;
beforeAll(async () => {
  key = await makeKey();
  server = await serve();
});
afterAll(() => server.close());
beforeEach(() => {
  server.files.clear();
  server.requests.length = 0;
});

const line = (name: string, data: string): string => ` ${sha256(data)} ${data.length} ${name}`;

function dscText(original = ORIGINAL): string {
  return `Format: 3.0 (quilt)\nSource: darknet\nChecksums-Sha256:\n${line('darknet_1.orig.tar.xz', original)}\n${line('darknet_1-2.debian.tar.xz', CHANGES)}\n`;
}

function stanza(version: string, dsc: string, fields = ''): string {
  return `Package: darknet\nBinary: darknet\nVersion: ${version}\nDirectory: pool/main/d/darknet\nChecksums-Sha256:\n${line('darknet_1-2.dsc', dsc)}\n${line('darknet_1.orig.tar.xz', ORIGINAL)}\n${line('darknet_1-2.debian.tar.xz', CHANGES)}\n${fields}`;
}

const OTHER = 'Package: darknet-doc\nVersion: 9\nDirectory: pool/x\nChecksums-Sha256:\n\n';

async function publish(options: { sources?: string; dsc?: string } = {}): Promise<void> {
  const dsc = options.dsc ?? (await clearSign(dscText(), key));
  const sources = options.sources ?? `${OTHER}${stanza('1-2', dsc)}\n${OTHER}`;
  const gz = gzipSync(sources);
  const release = `Origin: Debian\nCodename: bookworm\nSuite: stable\nDate: Sat, 11 Jul 2026 10:16:37 UTC\n${digestList({ 'main/source/Sources.gz': gz })}`;
  server.files.set('/debian/dists/bookworm/InRelease', await clearSign(release, key));
  server.files.set('/debian/dists/bookworm/main/source/Sources.gz', gz);
  server.files.set('/key.pub', key.publicKey);
  const pool = '/debian/pool/main/d/darknet/';
  server.files.set(`${pool}darknet_1-2.dsc`, dsc);
  server.files.set(`${pool}darknet_1.orig.tar.xz`, ORIGINAL);
}

function source(): Source {
  const text = `Types: deb\nURIs: ${server.url}/debian\nSuites: bookworm\nComponents: main\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${server.url}/key.pub\n`;
  return parseSource(Buffer.from(text), 'debian-test', 'debian-test.sources', {
    builtIn: null,
    architecture: 'amd64',
  });
}

function context(): AptContext {
  return { cache: join(tempDir(), 'cache'), emit: () => {}, now: NOW, retryDelayMs: 1, hostRoot: tempDir() };
}

describe('a source package', () => {
  it('is found in the signed Sources index, and its upstream archive fetched against every digest', async () => {
    await publish();
    const apt = context();
    const found = await findSourcePackage('darknet', source(), 'bookworm', apt);
    expect(found.package).toMatchObject({ version: '1-2', sourceId: 'debian-test', suite: 'bookworm' });
    const { archive, archiveName } = await fetchUpstream(found.package, found.source, apt);
    expect(archiveName).toBe('darknet_1.orig.tar.xz');
    // Whatever lies under its name by now: what was verified is read.
    rmSync(archive.path);
    writeFileSync(archive.path, 'of another user');
    expect(await archive.handle.readFile('utf8')).toBe(ORIGINAL);
    await archive.handle.close();
    expect(server.requests.map(({ path }) => path)).not.toContain(
      '/debian/pool/main/d/darknet/darknet_1-2.debian.tar.xz',
    );
  });

  it('is read from the cache while the index is the same', async () => {
    await publish();
    const apt = context();
    await findSourcePackage('darknet', source(), 'bookworm', apt);
    server.requests.length = 0;
    await findSourcePackage('darknet', source(), 'bookworm', { ...apt });
    expect(server.requests.map(({ path }) => path)).toEqual(['/debian/dists/bookworm/InRelease']);
  });

  it('is the newest of several versions', async () => {
    const dsc = await clearSign(dscText(), key);
    await publish({ dsc, sources: `${stanza('1-10', dsc)}\n${stanza('1-9', dsc)}` });
    expect((await findSourcePackage('darknet', source(), 'bookworm', context())).package.version).toBe(
      '1-10',
    );
  });

  it('is told to be missing by its name', async () => {
    await publish();
    await expect(findSourcePackage('caffe', source(), 'bookworm', context())).rejects.toMatchObject({
      code: 'source-package-missing',
      details: { sourceId: 'debian-test' },
    });
  });

  it('is refused where the server gives another archive than the index says', async () => {
    await publish();
    server.files.set('/debian/pool/main/d/darknet/darknet_1.orig.tar.xz', ORIGINAL.replace('the', 'eve'));
    const apt = context();
    const found = await findSourcePackage('darknet', source(), 'bookworm', apt);
    await expect(fetchUpstream(found.package, found.source, apt)).rejects.toMatchObject({
      code: 'package-differs-from-index',
    });
  });

  it('is refused where its .dsc names another archive than the index', async () => {
    await publish({ dsc: await clearSign(dscText('something else'), key) });
    const apt = context();
    const found = await findSourcePackage('darknet', source(), 'bookworm', apt);
    await expect(fetchUpstream(found.package, found.source, apt)).rejects.toMatchObject({
      code: 'bad-source-package',
      message: expect.stringContaining('differ about darknet_1.orig.tar.xz') as string,
    });
  });

  it('is refused from an index that nobody signed', async () => {
    await publish();
    const gz = gzipSync('Package: darknet\n');
    server.files.set('/debian/dists/bookworm/main/source/Sources.gz', gz);
    await expect(findSourcePackage('darknet', source(), 'bookworm', context())).rejects.toMatchObject({
      code: 'index-out-of-step',
    });
  });

  it('is not looked for in a suite that has no sources', async () => {
    await publish();
    const release = `Origin: Debian\nCodename: bookworm\n${digestList({ 'main/binary-amd64/Packages.gz': '' })}`;
    server.files.set('/debian/dists/bookworm/InRelease', await clearSign(release, key));
    await expect(findSourcePackage('darknet', source(), 'bookworm', context())).rejects.toMatchObject({
      code: 'component-missing',
    });
  });
});

describe('parseSources', () => {
  const good = stanza('1-2', 'dsc');
  it.each([
    ['a folder outside', good.replace('pool/main/d/darknet', '../../etc'), /below the repository/],
    ['an absolute folder', good.replace('pool/main', '/pool/main'), /below the repository/],
    ['a version that is none', good.replace('1-2\n', '1 2\n'), /a version/],
    [
      'a file name with a slash',
      good.replaceAll(' darknet_1.orig', ' ../darknet_1.orig'),
      /digest size name/,
    ],
    ['no SHA-256', good.replace('Checksums-Sha256', 'Files'), /Checksums-Sha256/],
  ])('refuses %s', (_what, text, why) => {
    expect(() => parseSources(text, 'darknet', 'Sources')).toThrow(why);
  });
});

describe('SourcesTextBuilder', () => {
  it('finds the stanzas of one package, wherever the pieces are cut', () => {
    const text = `${OTHER}${stanza('1-2', 'dsc')}\n${OTHER}${stanza('1-3', 'dsc')}`;
    for (const size of [1, 7, 1000]) {
      const builder = new SourcesTextBuilder('darknet');
      for (let at = 0; at < text.length; at += size) builder.add(Buffer.from(text.slice(at, at + size)));
      const found = parseSources(builder.finish(), 'darknet', 'Sources');
      expect(found.map(({ version }) => version)).toEqual(['1-2', '1-3']);
    }
  });
});
