import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressesOf } from '../../../src/apt/package/addresses.ts';
import { fetchPackage as fetchOpen, type FetchedPackage } from '../../../src/apt/package/fetch-package.ts';
import type { Fetchable } from '../../../src/apt/package/transfer.ts';
import { locationOf } from '../../support/location.ts';
import { serve, sha256, testContext, type TestContext, type TestServer } from '../repository.ts';

let server: TestServer;
let context: TestContext;
const deb = Buffer.alloc(300_000, 'cuDNN');
const wanted: Fetchable = {
  name: 'libcudnn7',
  version: '7.5.0.56-1+cuda10.0',
  sourceId: 'test',
  path: 'libcudnn7_7.5.0.56-1+cuda10.0_amd64.deb',
  size: deb.length,
  sha256: sha256(deb),
};
const at = `/repo/${wanted.path}`;

/** Where it lies; that it is read through its handle is another test's. */
async function fetchPackage(...asked: Parameters<typeof fetchOpen>): Promise<FetchedPackage> {
  const fetched = await fetchOpen(...asked);
  await fetched.handle.close();
  return fetched;
}

beforeEach(async () => {
  context = testContext();
  server = await serve();
  server.files.set(at, deb);
});
afterEach(() => server.close());

const addresses = (...folders: string[]): readonly string[] =>
  addressesOf(
    (folders.length === 0 ? ['/repo/'] : folders).map((folder) => locationOf(server.url + folder)),
    wanted.path,
    context,
  );
const ranges = (): (string | undefined)[] => server.requests.map(({ headers }) => headers.range);

describe('fetching a package', () => {
  it('gives the path of the verified file and tells its progress; "+" goes out as it is', async () => {
    const { path } = await fetchPackage(wanted, addresses(), context);
    expect((await readFile(path)).equals(deb)).toBe(true);
    expect(server.requests.map(({ path }) => path)).toEqual([at]);
    expect(context.events[0]).toMatchObject({ type: 'start', total: deb.length, unit: 'bytes' });
    expect(context.events.filter(({ type }) => type === 'progress').at(-1)).toMatchObject({
      done: deb.length,
    });
    expect(context.events.at(-1)).toMatchObject({ type: 'end', outcome: 'done' });
    expect(await readdir(join(context.cache, 'apt/packages'))).toEqual([`${wanted.sha256}.deb`]);
  });

  it('uses the cache, but only after checking it again', async () => {
    const { path } = await fetchPackage(wanted, addresses(), context);
    await fetchPackage(wanted, addresses(), context);
    expect(server.requests).toHaveLength(1);
    expect(context.events.at(-1)).toMatchObject({ outcome: 'reused' });
    const changed = Buffer.from(deb);
    changed[7]! ^= 1;
    await writeFile(path, changed);
    await fetchPackage(wanted, addresses(), context);
    expect((await readFile(path)).equals(deb)).toBe(true);
  });

  it('continues a cut transfer where it broke, on the condition that the file is the same', async () => {
    let cuts = 0;
    server.intercept = (path, _request, response) => {
      if (path !== at || cuts > 0) return false;
      cuts++;
      response.writeHead(200, { 'content-length': deb.length, etag: '"v1"' });
      response.write(deb.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
      return true;
    };
    await fetchPackage(wanted, addresses(), context);
    expect(ranges()).toEqual([undefined, 'bytes=100000-']);
    expect(server.requests[1]!.headers['if-range']).toBe('"v1"');
  });

  it('goes on with what an earlier process left, and begins anew where the server ignores ranges', async () => {
    await fetchPackage(wanted, addresses(), context);
    const folder = join(context.cache, 'apt/packages');
    const home = 'f00';
    const { rm, utimes } = await import('node:fs/promises');
    const leave = async () => {
      await rm(join(folder, `${wanted.sha256}.deb`));
      const part = join(folder, `${wanted.sha256}.${home}.1.part`);
      await writeFile(part, deb.subarray(0, 200_000));
      await utimes(part, new Date(0), new Date(0));
      server.requests.length = 0;
    };
    await leave();
    await fetchPackage(wanted, addresses(), context);
    expect(ranges()).toEqual(['bytes=200000-']);
    await leave();
    server.intercept = (_path, _request, response) => {
      response.writeHead(200, { 'content-length': deb.length }).end(deb);
      return true;
    };
    const { path } = await fetchPackage(wanted, addresses(), context);
    expect((await readFile(path)).equals(deb)).toBe(true);
  });

  describe('of which the signed index gives several digests', () => {
    const longer = Buffer.alloc(350_000, 'cuDNN again');
    const sameSize = Buffer.alloc(deb.length, 'cuDNN anew');
    const several: Fetchable = {
      ...wanted,
      alternatives: [longer, sameSize].map((bytes) => ({
        path: wanted.path,
        size: bytes.length,
        sha256: sha256(bytes),
      })),
    };

    it.each([
      ['the first', deb],
      ['a longer one', longer],
      ['one of the same size', sameSize],
    ])('takes %s, and says which', async (_, bytes) => {
      server.files.set(at, bytes);
      const { path, listed } = await fetchPackage(several, addresses(), context);
      expect(listed.sha256).toBe(sha256(bytes));
      expect(path).toBe(join(context.cache, 'apt/packages', `${listed.sha256}.deb`));
      expect((await readFile(path)).equals(bytes)).toBe(true);
      // None of them is asked for twice, and the cache serves whichever it has.
      await fetchPackage(several, addresses(), context);
      expect(server.requests).toHaveLength(1);
    });

    it('knows the shorter one where the server does not say how long it is', async () => {
      server.intercept = (_path, _request, response) => {
        response.writeHead(200);
        response.end(deb);
        return true;
      };
      expect((await fetchPackage(several, addresses(), context)).listed.sha256).toBe(wanted.sha256);
    });

    it('refuses what none of them fits', async () => {
      server.files.set(at, Buffer.alloc(deb.length, 'else'));
      await expect(fetchPackage(several, addresses(), context)).rejects.toMatchObject({
        code: 'package-differs-from-index',
        details: { alsoRight: [{ size: longer.length }, { size: sameSize.length }] },
      });
    });
  });

  it('throws a rotten beginning away', async () => {
    await fetchPackage(wanted, addresses(), context);
    const folder = join(context.cache, 'apt/packages');
    const { rm, utimes } = await import('node:fs/promises');
    await rm(join(folder, `${wanted.sha256}.deb`));
    const part = join(folder, `${wanted.sha256}.f00.1.part`);
    await writeFile(part, Buffer.alloc(1000, 'x'));
    await utimes(part, new Date(0), new Date(0));
    const { path } = await fetchPackage(wanted, addresses(), context);
    expect((await readFile(path)).equals(deb)).toBe(true);
  });

  it('takes the next URI where one does not have it', async () => {
    await fetchPackage(wanted, addresses('/empty/', '/repo/'), context);
    expect(server.requests.map(({ path }) => path.split('/')[1])).toEqual(['empty', 'repo']);
  });

  describe('from a server that fails in the middle', () => {
    let second: TestServer;
    beforeEach(async () => {
      second = await serve();
      second.files.set(at, deb);
    });
    afterEach(() => second.close());
    const both = (): readonly string[] =>
      addressesOf(
        [server, second].map(({ url }) => locationOf(`${url}/repo/`)),
        wanted.path,
        context,
      );

    it('goes on at the next one where it was cut, and asks that one first for the next package', async () => {
      server.intercept = (_path, request, response) => {
        const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
        response.writeHead(from > 0 ? 206 : 200, {
          'content-length': deb.length - from,
          ...(from > 0 ? { 'content-range': `bytes ${from}-${deb.length - 1}/${deb.length}` } : {}),
        });
        response.write(deb.subarray(from, from + 50_000), () => setTimeout(() => response.destroy(), 20));
        return true;
      };
      const { path } = await fetchPackage(wanted, both(), context);
      expect((await readFile(path)).equals(deb)).toBe(true);
      expect(ranges()).toEqual([undefined, 'bytes=50000-']);
      expect(second.requests.map(({ headers }) => headers.range)).toEqual(['bytes=100000-']);
      server.requests.length = 0;
      const other = { ...wanted, sha256: sha256('x'), size: 1, name: 'x' };
      second.files.set(at, 'x');
      await fetchPackage(other, both(), context);
      expect(server.requests).toEqual([]);
    });

    it('takes what is right from the second where the first sends another file under a right range', async () => {
      const wrong = Buffer.alloc(deb.length, 'wrong');
      let cut = true;
      server.intercept = (_path, request, response) => {
        const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
        response.writeHead(from > 0 ? 206 : 200, {
          'content-length': deb.length - from,
          ...(from > 0 ? { 'content-range': `bytes ${from}-${deb.length - 1}/${deb.length}` } : {}),
        });
        if (cut) response.write(deb.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20));
        else response.end(wrong.subarray(from));
        cut = false;
        return true;
      };
      const { path } = await fetchPackage(wanted, both(), context);
      expect((await readFile(path)).equals(deb)).toBe(true);
    });

    it.each([
      ['another beginning', (from: number) => `bytes ${from - 1}-${deb.length - 1}/${deb.length}`],
      ['no range at all', () => 'pages 1-2'],
      ['more than there is', (from: number) => `bytes ${from}-${deb.length}/${deb.length + 1}`],
    ])('is not led astray by a server that gives %s for a range', async (_, range) => {
      let cut = true;
      server.intercept = (_path, request, response) => {
        const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
        if (from > 0) response.writeHead(206, { 'content-range': range(from) }).end(deb.subarray(from - 1));
        else if (cut) {
          response.writeHead(200, { 'content-length': deb.length });
          response.write(deb.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20));
          cut = false;
        } else response.writeHead(200, { 'content-length': deb.length }).end(deb);
        return true;
      };
      const { path } = await fetchPackage(wanted, both(), context);
      expect((await readFile(path)).equals(deb)).toBe(true);
    });
  });

  it('says that it is listed but missing where nobody has it', async () => {
    server.files.clear();
    await expect(fetchPackage(wanted, addresses(), context)).rejects.toMatchObject({
      code: 'package-listed-but-missing',
      details: { sourceId: 'test', package: 'libcudnn7' },
    });
    expect(context.events.at(-1)).toMatchObject({ outcome: 'failed' });
  });

  it('refuses other bytes of the same length, after asking once more past the caches', async () => {
    const changed = Buffer.from(deb);
    changed[7]! ^= 1;
    server.files.set(at, changed);
    await expect(fetchPackage(wanted, addresses(), context)).rejects.toMatchObject({
      code: 'package-differs-from-index',
      details: { expected: { size: deb.length, sha256: wanted.sha256 }, actual: { sha256: sha256(changed) } },
    });
    expect(server.requests.map(({ headers }) => headers['cache-control'])).toEqual([
      undefined,
      'no-cache, max-age=0',
    ]);
    expect(await readdir(join(context.cache, 'apt/packages'))).toEqual([]);
  });

  it.each([
    [
      'announces another length',
      { 'content-length': String(deb.length + 1) },
      Buffer.concat([deb, Buffer.from('x')]),
    ],
    ['does not stop at the length', { 'transfer-encoding': 'chunked' }, Buffer.concat([deb, deb])],
  ])('refuses a server that %s', async (_, headers, body) => {
    server.intercept = (_path, _request, response) => {
      response.writeHead(200, headers).end(body);
      return true;
    };
    await expect(fetchPackage(wanted, addresses(), context)).rejects.toMatchObject({
      code: 'package-differs-from-index',
    });
  });

  it('gives up a transfer that always ends early, and keeps nothing that looks whole', async () => {
    server.intercept = (_path, request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
      response.writeHead(
        from > 0 ? 206 : 200,
        from > 0 ? { 'content-range': `bytes ${from}-${deb.length - 1}/${deb.length}` } : {},
      );
      response.end(deb.subarray(from, from + 10));
      return true;
    };
    await expect(fetchPackage(wanted, addresses(), context)).rejects.toMatchObject({
      code: 'transfer-interrupted',
      retryable: true,
    });
    expect(
      (await readdir(join(context.cache, 'apt/packages'))).filter((name) => name.endsWith('.deb')),
    ).toEqual([]);
  });

  it('stops when the caller does, and keeps what came', async () => {
    const controller = new AbortController();
    server.intercept = (_path, _request, response) => {
      response.writeHead(200, { 'content-length': deb.length });
      response.write(deb.subarray(0, 100_000), () =>
        setTimeout(() => controller.abort(new Error('enough')), 20),
      );
      return true;
    };
    await expect(
      fetchPackage(wanted, addresses(), { ...context, signal: controller.signal }),
    ).rejects.toThrow('enough');
    const [name] = await readdir(join(context.cache, 'apt/packages'));
    expect(name).toMatch(/\.part$/);
    expect((await readFile(join(context.cache, 'apt/packages', name!))).length).toBe(100_000);
  });

  it('fetches the same package twice at once without harm', async () => {
    const [first] = await Promise.all([
      fetchPackage(wanted, addresses(), context),
      fetchPackage(wanted, addresses(), context),
    ]);
    expect((await readFile(first.path)).equals(deb)).toBe(true);
  });
});
