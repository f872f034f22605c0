import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openIndex } from '../../../src/apt/index/open-index.ts';
import type { Source } from '../../../src/apt/types.ts';
import {
  clearSign,
  digestList,
  flatSource,
  makeKey,
  publishFlat,
  publishSuite,
  renewKey,
  serve,
  stanza,
  testContext,
  type TestContext,
  type TestKey,
  type TestServer,
} from '../repository.ts';
import { locationOf } from '../../support/location.ts';

let key: TestKey;
let other: TestKey;
let server: TestServer;
let context: TestContext;
let repo: string;
const packages = [
  stanza('cuda-cudart-10-0', '10.0.130-1'),
  stanza('cuda-cublas-10-0', '10.0.130-1'),
  stanza('cuda-cublas-10-0', '10.0.130.1-1'),
].join('\n');

beforeAll(async () => {
  [key, other] = await Promise.all([makeKey(), makeKey()]);
});
beforeEach(async () => {
  context = testContext();
  server = await serve();
  repo = `${server.url}/repo/`;
});
afterEach(() => server.close());

const paths = (): string[] => server.requests.map(({ path }) => path);

describe('a flat repository', () => {
  it('is opened by InRelease; versions come newest first', async () => {
    await publishFlat(server, '/repo/', packages, key);
    const index = await openIndex(flatSource(key, [repo]), '/', context);
    expect(index.packages('cuda-cublas-10-0').map(({ version }) => version)).toEqual([
      '10.0.130.1-1',
      '10.0.130-1',
    ]);
    expect([...index.names()]).toEqual(['cuda-cudart-10-0', 'cuda-cublas-10-0']);
    expect(index.packages('nothing')).toEqual([]);
    expect(String(index.release.uri)).toBe(repo);
    expect(index.release).toMatchObject({
      sourceId: 'test',
      signedWith: key.fingerprint,
      origin: 'NVIDIA',
      date: '2026-07-11T10:16:37.000Z',
    });
    expect(index.release.proof).toEqual({ inRelease: server.files.get('/repo/InRelease') });
  });

  it('is opened by Release and Release.gpg where there is no InRelease (machine-learning repositories)', async () => {
    await publishFlat(server, '/repo/', packages, key, { inRelease: false });
    const { release } = await openIndex(flatSource(key, [repo]), '/', context);
    expect(release.proof).toEqual({
      release: server.files.get('/repo/Release'),
      signature: Buffer.from(server.files.get('/repo/Release.gpg')!).toString('base64'),
    });
  });

  it('is opened from a file: URI too', async () => {
    await publishFlat(server, '/repo/', packages, key);
    const folder = join(dirname(context.cache), 'mirror/');
    await mkdir(folder);
    for (const [path, data] of server.files) await writeFile(join(folder, path.slice('/repo/'.length)), data);
    const index = await openIndex(flatSource(key, [pathToFileURL(folder).href]), '/', context);
    expect(index.packages('cuda-cudart-10-0')).toHaveLength(1);
  });

  it('is read from the cache by digest the second time; key and index are not fetched again', async () => {
    await publishFlat(server, '/repo/', packages, key);
    const source = flatSource(key, [repo]);
    await openIndex(source, '/', context);
    server.requests.length = 0;
    expect((await openIndex(source, '/', { ...context })).packages('cuda-cudart-10-0')).toHaveLength(1);
    expect(paths()).toEqual(['/repo/InRelease']);
  });

  it('is fetched anew where the cached index was damaged', async () => {
    await publishFlat(server, '/repo/', packages, key);
    await openIndex(flatSource(key, [repo]), '/', context);
    const folder = join(context.cache, 'apt/indexes');
    const [name] = await readdir(folder);
    await writeFile(join(folder, name!), (await readFile(join(folder, name!))).subarray(0, 200));
    expect(
      (await openIndex(flatSource(key, [repo]), '/', context)).packages('cuda-cudart-10-0'),
    ).toHaveLength(1);
  });
});

describe('trust', () => {
  it.each([
    [
      'a wrong key',
      async () =>
        server.files.set(
          '/repo/InRelease',
          await clearSign(`Origin: x\n${digestList({ Packages: packages })}`, other),
        ),
      'key-unknown',
    ],
    [
      'a Release that was changed after it was signed',
      async () => {
        const signed = String(server.files.get('/repo/InRelease'));
        server.files.set('/repo/InRelease', signed.replace('Origin: NVIDIA', 'Origin: NVIDIX'));
      },
      'bad-signature',
    ],
    [
      'a missing signature',
      async () => server.files.delete('/repo/InRelease') && server.files.set('/repo/Release', 'Origin: x\n'),
      'release-unsigned',
    ],
    ['nothing there', async () => server.files.delete('/repo/InRelease'), 'release-missing'],
    ['a login page', async () => server.files.set('/repo/InRelease', '<html>'), 'not-a-release'],
    [
      'a key file with another key',
      async () => server.files.set('/repo/key.pub', other.publicKey),
      'key-missing',
    ],
    ['no key file', async () => server.files.delete('/repo/key.pub'), 'key-missing'],
    [
      'a release from the future',
      async () =>
        publishFlat(server, '/repo/', packages, key, { extra: 'X: y\n' }).then(async () => {
          context = { ...context, now: new Date('2021-01-01') };
        }),
      'clock-wrong',
    ],
    [
      'a release that expired',
      async () =>
        publishFlat(server, '/repo/', packages, key, {
          extra: 'Valid-Until: Sun, 12 Jul 2026 00:00:00 UTC\n',
        }),
      'release-expired',
    ],
    [
      'no index for us',
      async () =>
        server.files.set(
          '/repo/InRelease',
          await clearSign(`Origin: x\n${digestList({ Sources: 'x' })}`, key),
        ),
      'component-missing',
    ],
  ])('stops at %s, naming the source', async (_, breakIt, code) => {
    await publishFlat(server, '/repo/', packages, key);
    await breakIt();
    await expect(openIndex(flatSource(key, [repo]), '/', context)).rejects.toMatchObject({
      code,
      details: { sourceId: 'test' },
    });
  });

  it('stops at a disabled source', async () => {
    await expect(openIndex(flatSource(key, [repo], { enabled: false }), '/', context)).rejects.toMatchObject({
      code: 'source-disabled',
    });
    expect(server.requests).toEqual([]);
  });

  it('fetches the key again where what lies in the cache is none, and keeps it', async () => {
    await publishFlat(server, '/repo/', packages, key);
    const source = flatSource(key, [repo]);
    await openIndex(source, '/', context);
    const folder = join(context.cache, 'apt/keys');
    const [name] = await readdir(folder);
    const kept = await readFile(join(folder, name!));
    await writeFile(join(folder, name!), 'not a key');
    server.requests.length = 0;
    await openIndex(source, '/', context);
    expect(paths()).toContain('/repo/key.pub');
    expect(await readFile(join(folder, name!))).toEqual(kept);
    server.requests.length = 0;
    await openIndex(source, '/', context);
    expect(paths()).not.toContain('/repo/key.pub');
  });

  it('fetches the key again where the copy in the cache has expired since', async () => {
    const old = await makeKey({ keyExpirationTime: 365 * 24 * 3600 });
    const renewed = await renewKey(old);
    await publishFlat(server, '/repo/', packages, renewed);
    const cached = join(context.cache, 'apt/keys', `${old.fingerprint}.key`);
    await mkdir(dirname(cached), { recursive: true, mode: 0o700 });
    await writeFile(cached, old.publicKey);
    const index = await openIndex(flatSource(old, [repo]), '/', context);
    expect(index.release.signedWith).toBe(old.fingerprint);
    expect(paths().filter((path) => path === '/repo/key.pub')).toHaveLength(1);
    expect(await readFile(cached, 'utf8')).not.toBe(old.publicKey);
  });
});

describe('Release and index out of step', () => {
  it('is tried again past every cache, and cured', async () => {
    await publishFlat(server, '/repo/', packages, key);
    let stale = 0;
    server.intercept = (path, request, response) => {
      if (!path.startsWith('/repo/Packages') || request.headers['cache-control'] !== undefined) return false;
      stale++;
      response.end('old bytes');
      return true;
    };
    const index = await openIndex(flatSource(key, [repo]), '/', context);
    expect(index.packages('cuda-cudart-10-0')).toHaveLength(1);
    expect(stale).toBe(2);
  });

  it('falls back on the uncompressed index where that one is right', async () => {
    await publishFlat(server, '/repo/', packages, key);
    server.files.set('/repo/Packages.gz', 'old bytes');
    expect(
      (await openIndex(flatSource(key, [repo]), '/', context)).packages('cuda-cudart-10-0'),
    ).toHaveLength(1);
  });

  it('has its own code, with expected and actual digest, where it lasts', async () => {
    await publishFlat(server, '/repo/', packages, key);
    server.files.set('/repo/Packages.gz', 'old bytes');
    server.files.delete('/repo/Packages');
    await expect(openIndex(flatSource(key, [repo]), '/', context)).rejects.toMatchObject({
      code: 'index-out-of-step',
      retryable: true,
      message: expect.stringMatching(
        /Packages\.gz: expected \d+ bytes [0-9a-f]{64}, got 9 bytes [0-9a-f]{64}; Packages is listed, but not there/,
      ),
    });
  });

  it('is cured by the next URI, with a warning', async () => {
    await publishFlat(server, '/stale/', packages, key);
    server.files.set('/stale/Packages.gz', 'x');
    server.files.set('/stale/Packages', 'x');
    await publishFlat(server, '/repo/', packages, key);
    const index = await openIndex(flatSource(key, [`${server.url}/stale/`, repo]), '/', context);
    expect(String(index.release.uri)).toBe(repo);
    expect(index.warnings).toEqual([expect.stringContaining('/stale/ was passed over')]);
  });

  describe('in a repository with indexes by their digest, updated between Release and index,', () => {
    const suite = (changes: Partial<Source> = {}): Source =>
      flatSource(key, [`${server.url}/debian/`], { suites: ['stable'], components: ['main'], ...changes });
    const PLAIN = '/debian/dists/stable/main/binary-amd64/Packages.gz';
    /** What the server's files are after the update. */
    async function updated(): Promise<Map<string, string | Uint8Array>> {
      const before = server.files;
      server.files = new Map();
      await publishSuite(server, '/debian/', 'stable', stanza('cuda-cudart-10-0', '10.0.130-2'), key, HEAD);
      const after = new Map(server.files);
      server.files = before;
      return after.set('/debian/key.pub', key.publicKey);
    }
    const HEAD = 'Origin: Debian\nSuite: stable\nCodename: stable\n';
    beforeEach(async () => {
      await publishSuite(server, '/debian/', 'stable', packages, key, HEAD);
      server.files.set('/debian/key.pub', key.publicKey);
    });

    it('the old index is still there by its digest, and it is taken', async () => {
      server.files.set(PLAIN, [...(await updated())].find(([path]) => path.includes('by-hash'))![1]);
      const index = await openIndex(suite(), 'stable', context);
      expect(index.packages('cuda-cudart-10-0')[0]!.version).toBe('10.0.130-1');
      expect(paths().filter((path) => path.includes('binary-amd64'))).toEqual([
        expect.stringContaining('/by-hash/SHA256/'),
      ]);
    });

    it('and swept: Release is asked for again, and the new one is taken', async () => {
      const after = await updated();
      server.intercept = (path) => {
        if (path.includes('by-hash') && server.files.has(path)) server.files = after;
        return false;
      };
      const index = await openIndex(suite(), 'stable', context);
      expect(index.packages('cuda-cudart-10-0')[0]!.version).toBe('10.0.130-2');
      expect(paths().filter((path) => path.endsWith('InRelease'))).toHaveLength(2);
    });

    it('and neither is there for long: says that the server is in the middle of an update', async () => {
      for (const path of server.files.keys()) if (path.includes('by-hash')) server.files.delete(path);
      server.files.set(PLAIN, 'of another day');
      await expect(openIndex(suite(), 'stable', context)).rejects.toMatchObject({
        code: 'index-out-of-step',
        retryable: true,
        message: expect.stringMatching(/Packages\.gz: expected \d+ bytes/) as string,
        hint: expect.stringContaining('in the middle of an update') as string,
      });
    });
  });

  it('refuses an index that unpacks to more than Release says', async () => {
    const gz = gzipSync(packages);
    await publishFlat(server, '/repo/', packages, key);
    const list = digestList({ 'Packages.gz': gz, Packages: 'short' });
    server.files.set('/repo/InRelease', await clearSign(`Origin: x\n${list}`, key));
    await expect(openIndex(flatSource(key, [repo]), '/', context)).rejects.toMatchObject({
      code: 'bad-index',
    });
  });
});

describe('unreachable hosts', () => {
  it('are named with the source, so that others can be offered', async () => {
    await server.close();
    await expect(openIndex(flatSource(key, [repo]), '/', context)).rejects.toMatchObject({
      code: 'host-unreachable',
      retryable: true,
      details: { sourceId: 'test', tried: [{ uri: repo, code: 'host-unreachable' }] },
    });
  });

  it('do not matter where a later URI answers', async () => {
    await publishFlat(server, '/repo/', packages, key);
    const index = await openIndex(flatSource(key, ['http://127.0.0.1:9/x/', repo]), '/', context);
    expect(String(index.release.uri)).toBe(repo);
  });

  it('show no credentials of their URL', async () => {
    const failure = await openIndex(
      flatSource(key, ['http://user:secret@127.0.0.1:9/x/'], { keyUris: [] }),
      '/',
      context,
    ).catch((error: unknown) => error);
    expect(JSON.stringify(failure) + String(failure)).not.toContain('secret');
  });

  it('show no credentials of where the key was looked for, and store none of them', async () => {
    const withLogin = (path: string): string => server.url.replace('//', '//me:s3cret@') + path;
    const source = flatSource(key, [withLogin('/repo/')], { keyUris: [locationOf(withLogin('/none.pub'))] });
    await publishFlat(server, '/repo/', packages, key);
    const failure = await openIndex(source, '/', context).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'key-missing', message: expect.stringContaining('/none.pub') });
    await openIndex({ ...source, keyUris: [locationOf(withLogin('/repo/key.pub'))] }, '/', context);
    expect(JSON.stringify([failure, String(failure), context.events, source])).not.toContain('s3cret');
    const files = await readdir(context.cache, { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile())) {
      const content = await readFile(join(file.parentPath, file.name), 'latin1');
      expect(file.name + content).not.toContain('s3cret');
    }
    expect(server.requests.every(({ headers }) => headers.authorization !== undefined)).toBe(true);
  });

  it.each(['http://[', 'file:///etc/passwd', '/repo/InRelease'])(
    'do not matter where one redirects to "%s" and another answers',
    async (to) => {
      await publishFlat(server, '/repo/', packages, key);
      server.intercept = (path, _request, response) => {
        if (!path.startsWith('/astray/') && path !== to) return false;
        response.writeHead(302, { location: to }).end();
        return true;
      };
      const uris = [`${server.url}/astray/`, to === '/repo/InRelease' ? `${server.url}/other/` : repo];
      if (to === '/repo/InRelease') await publishFlat(server, '/other/', packages, key);
      const index = await openIndex(flatSource(key, uris), '/', context);
      expect(String(index.release.uri)).toBe(uris[1]);
      expect(index.warnings[0]).toMatch(/passed over: .*(redirects)/);
    },
  );

  it('end at once when the caller gives up', async () => {
    const controller = new AbortController();
    server.intercept = () => {
      controller.abort(new Error('stopped by the user'));
      return true;
    };
    await expect(
      openIndex(flatSource(key, [repo]), '/', { ...context, signal: controller.signal }),
    ).rejects.toThrow('stopped by the user');
  });
});

describe('the user’s own file in place of a built-in one', () => {
  it('is announced once', async () => {
    await publishFlat(server, '/repo/', packages, key);
    const source = flatSource(key, [repo], { overridden: true });
    await openIndex(source, '/', context);
    await openIndex(source, '/', context);
    expect(context.events.filter(({ type }) => type === 'notice')).toEqual([
      { type: 'notice', level: 'warning', text: 'test comes from test.sources, not from the built-in list' },
    ]);
  });
});

describe("a distribution's repository, through the host's own mirror", () => {
  const source = (): Source =>
    flatSource(key, [], {
      id: 'debian-bookworm',
      suites: ['bookworm'],
      components: ['main'],
      keyUris: [],
      fromHost: { origin: 'Debian', codename: 'bookworm', uris: [] },
    });

  const host = async (sources: string, withKey = true): Promise<string> => {
    const root = join(dirname(context.cache), 'host');
    await mkdir(join(root, 'etc/apt/sources.list.d'), { recursive: true });
    await mkdir(join(root, 'usr/share/keyrings'), { recursive: true });
    await writeFile(join(root, 'etc/apt/sources.list.d/debian.sources'), sources);
    if (withKey) await writeFile(join(root, 'usr/share/keyrings/debian-archive-keyring.asc'), key.publicKey);
    return root;
  };
  const entry = (path: string, suite = 'bookworm'): string =>
    `Types: deb\n# comment\nURIs: ${server.url}${path}\nSuites: ${suite}\nComponents: main\n\n`;

  it('is recognised by its signed Origin and Codename, whatever else is configured, and read by hash', async () => {
    await publishSuite(server, '/third/', 'bookworm', '', other, 'Origin: Third\nCodename: bookworm\n');
    await publishSuite(server, '/evil/', 'bookworm', '', other);
    await publishSuite(
      server,
      '/wrong/',
      'bookworm',
      '',
      key,
      'Origin: Debian\nSuite: bookworm\nCodename: bullseye\n',
    );
    await publishSuite(server, '/debian/', 'bookworm', packages, key);
    const hostRoot = await host(
      entry('/third/') + entry('/evil/') + entry('/wrong/') + entry('/none/') + entry('/debian', 'bullseye'),
    );
    const index = await openIndex(source(), 'bookworm', { ...context, hostRoot });
    expect(String(index.release.uri)).toBe(`${server.url}/debian`);
    expect(index.source.uris.map(String)).toEqual([`${server.url}/debian`]);
    expect(index.packages('cuda-cudart-10-0')[0]!.suite).toBe('bookworm');
    expect(paths().at(-1)).toMatch(/by-hash\/SHA256\/[0-9a-f]{64}$/);
    expect(index.warnings).toEqual([]);
  });

  it('says so where no mirror of the host serves it, or none is configured', async () => {
    const hostRoot = await host(entry('/none/'));
    await expect(openIndex(source(), 'bookworm', { ...context, hostRoot })).rejects.toMatchObject({
      code: 'no-host-mirror',
      message: expect.stringContaining('/none/: release-missing'),
    });
    await expect(
      openIndex(source(), 'bookworm', { ...context, hostRoot: join(hostRoot, 'usr') }),
    ).rejects.toMatchObject({
      code: 'no-host-mirror',
      message: expect.stringContaining('names no mirror'),
    });
  });

  it('names the package with the keys where the host lacks them', async () => {
    await publishSuite(server, '/debian/', 'bookworm', packages, key);
    const hostRoot = await host(entry('/debian/'), false);
    await expect(openIndex(source(), 'bookworm', { ...context, hostRoot })).rejects.toMatchObject({
      code: 'key-missing',
      hint: 'sudo apt-get install debian-archive-keyring',
    });
  });
});
