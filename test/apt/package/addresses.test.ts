import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AptContext } from '../../../src/apt/context.ts';
import { addressesOf, wayTo } from '../../../src/apt/package/addresses.ts';
import { fetchPackage } from '../../../src/apt/package/fetch-package.ts';
import { locationOf } from '../../support/location.ts';
import { serve, sha256, testContext, type TestContext, type TestServer } from '../repository.ts';

let server: TestServer;
let context: TestContext;
beforeEach(async () => {
  [server, context] = await Promise.all([serve(), testContext()]);
});
afterEach(() => server.close());

/** A host whose apt is set up for one mirror, with a login and a proxy. */
async function host(): Promise<AptContext> {
  const hostRoot = join(dirname(context.cache), 'host');
  await mkdir(join(hostRoot, 'etc/apt/auth.conf.d'), { recursive: true });
  await writeFile(
    join(hostRoot, 'etc/apt/sources.list'),
    'deb http://u:p%40w@mirror.example/debian bookworm main\ndeb http://plain.example/debian bookworm main\n',
  );
  await writeFile(
    join(hostRoot, 'etc/apt/auth.conf'),
    'machine http://plain.example login me password secret\n',
  );
  await writeFile(join(hostRoot, 'etc/apt/apt.conf'), 'Acquire::http::Proxy "http://proxy.example:3128";\n');
  return { ...context, hostRoot };
}

describe('addresses of a package', () => {
  it('stand in the order of the URIs, hold no user or password, and leave "+" as it is', () => {
    const uris = ['https://u:secret@one.example/cuda?token=secret', 'https://two.example/cuda/'].map(
      locationOf,
    );
    expect(addressesOf(uris, 'pool/x_1+cuda10.0_amd64.deb', context)).toEqual([
      'https://one.example/cuda/pool/x_1+cuda10.0_amd64.deb',
      'https://two.example/cuda/pool/x_1+cuda10.0_amd64.deb',
    ]);
  });

  it('are asked for with the login of their URI, which appears in no message', async () => {
    const deb = 'bytes';
    const wanted = {
      name: 'x',
      version: '1',
      sourceId: 'test',
      path: 'x.deb',
      size: deb.length,
      sha256: sha256(deb),
    };
    const uri = server.url.replace('http://', 'http://me:secret@');
    const addresses = addressesOf([locationOf(`${uri}/repo`)], wanted.path, context);
    const failure: unknown = await fetchPackage(wanted, addresses, context).catch((error: unknown) => error);
    expect(JSON.stringify([failure, (failure as Error).message, context.events])).not.toContain('secret');
    server.files.set('/repo/x.deb', deb);
    await (await fetchPackage(wanted, addresses, context)).handle.close();
    const expected = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([expected, expected]);
  });

  it("get proxies and logins of the host's apt on the host's own mirrors only, also in another process than the plan's", async () => {
    const own = await wayTo('http://plain.example/debian/pool/x.deb', await host());
    expect(own.host?.proxy(own.location)?.reveal().url).toBe('http://proxy.example:3128/');
    expect(own.host?.authorization(own.location)).toBe(
      `Basic ${Buffer.from('me:secret').toString('base64')}`,
    );
    const mirror = await wayTo('http://mirror.example/debian/pool/x.deb', await host());
    expect(mirror.host).toBeDefined();
    expect(mirror.location.reveal()).toEqual({
      url: 'http://mirror.example/debian/pool/x.deb',
      login: { user: 'u', password: 'p@w' },
    });
    const other = await wayTo('http://plain.example/debian-other/x.deb', await host());
    expect(other.host).toBeUndefined();
    expect(other.location.reveal()).toEqual({
      url: 'http://plain.example/debian-other/x.deb',
      login: null,
    });
  });
});
