/**
 * A clock that is wrong by years, at an install from a repository whose key and Release have an end: what the clock is to
 * blame for is told from what the repository is, and nothing of it is left once the clock is right.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { install, type InstallResult } from '../../../src/recipe/install.ts';
import { makeKey, NOW, publishFlat, serve, type TestKey, type TestServer } from '../../apt/repository.ts';
import { CUDA_100, CUDNN } from '../../support/cuda-index.ts';
import { buildDeb } from '../../support/deb.ts';
import * as faults from '../../support/faulty-server.ts';
import { flawsOf } from '../../support/home-is-whole.ts';
import { packagesText, type PackageRow } from '../../support/index.ts';
import { acceptAll } from '../../support/small-toolkit.ts';
import { memoryDir } from '../../support/temp-dir.ts';

const ROWS = CUDA_100.map((row): PackageRow => {
  const member = { path: `./usr/local/cuda-10.0/lib64/lib${row.name}.so.1`, content: row.name };
  return { ...row, deb: buildDeb({ control: { Package: row.name }, members: [member], compression: 'gz' }) };
});

/** Signed in July 2026; NOW is in August. */
const UNTIL = 'Valid-Until: Tue, 01 Sep 2026 00:00:00 UTC\n';
let servers: readonly [TestServer, TestServer];
let key: TestKey;
let dir: string;
beforeAll(async () => {
  const [of, one, two] = await Promise.all([
    // Of 2020, for ten years.
    makeKey({ keyExpirationTime: 10 * 365 * 86_400 }),
    serve(),
    serve(),
  ]);
  [key, servers] = [of, [one, two]];
});
afterAll(() => Promise.all(servers.map((one) => one.close())));
beforeEach(async () => {
  dir = memoryDir();
  for (const server of servers) {
    server.intercept = null;
    await publish(server, '');
  }
  sourcesAt(servers[0]);
});

async function publish(server: TestServer, extra: string, date?: string): Promise<void> {
  const options = { extra, ...(date === undefined ? {} : { date }) };
  await publishFlat(server, '/cuda/', packagesText(ROWS), key, options);
  await publishFlat(server, '/ml/', packagesText(CUDNN), key, options);
  for (const { name, version, deb } of ROWS) server.files.set(`/cuda/${name}_${version}_amd64.deb`, deb!);
}

function sourcesAt(...these: readonly TestServer[]): void {
  const folder = join(dir, 'config/apt-sources');
  mkdirSync(folder, { recursive: true });
  for (const kind of ['cuda', 'ml']) {
    writeFileSync(
      join(folder, `nvidia-${kind}-ubuntu1804.sources`),
      `Types: deb\nURIs: ${these.map(({ url }) => `${url}/${kind}/`).join(' ')}\nSuites: /\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${servers[1].url}/cuda/key.pub\n`,
    );
  }
}

let notices: string[];
function installAt(now: Date): Promise<InstallResult> {
  notices = [];
  return install(
    { words: ['cuda@10.0'], source: 'nvidia-cuda-ubuntu1804', dryRun: false, architecture: 'amd64' },
    {
      folders: { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') },
      env: {},
      emit: (event) => void (event.type === 'notice' && notices.push(event.text)),
      signal: new AbortController().signal,
      acceptLicences: acceptAll,
      network: { now, retryDelayMs: 1 },
    },
  );
}

const BEHIND = [new Date(0), new Date('2016-02-29T00:00:00Z'), new Date('2025-07-01T00:00:00Z')];
const AHEAD = [
  new Date('2028-01-01T00:00:00Z'),
  new Date('2036-01-01T00:00:00Z'),
  new Date('2106-02-07T00:00:00Z'),
];

async function expectFineNow(): Promise<void> {
  for (const server of servers) server.intercept = null;
  expect((await installAt(NOW)).status).toBe('installed');
  expect(await flawsOf(join(dir, 'home'))).toEqual([]);
}

describe('a clock that is behind', () => {
  it.each(BEHIND)(
    '(%s) is what is said, not that the repository is wrong; once it is right all goes on',
    async (now) => {
      await expect(installAt(now)).rejects.toMatchObject({
        code: 'clock-wrong',
        message: expect.stringContaining("this machine's clock") as string,
        hints: [expect.stringContaining('set the clock')],
      });
      await expectFineNow();
    },
  );
});

describe('a clock that is ahead', () => {
  it.each(AHEAD)(
    '(%s), past the end of the key too, keeps nobody from what was signed in its time',
    async (now) => {
      expect((await installAt(now)).status).toBe('installed');
      expect(await flawsOf(join(dir, 'home'))).toEqual([]);
    },
  );

  it.each(AHEAD)('(%s) may be why a Release is past its end, and both are named', async (now) => {
    await publish(servers[0], UNTIL);
    await expect(installAt(now)).rejects.toMatchObject({
      code: 'release-expired',
      hint: expect.stringMatching(/clock/) as string,
    });
    await expectFineNow();
  });

  it('leaves no server in disgrace for years', async () => {
    sourcesAt(...servers);
    const on = faults.faultsOf(servers[0]);
    on(/./, faults.status(500));
    expect((await installAt(AHEAD[2]!)).status).toBe('installed');
    const folder = dir;
    dir = memoryDir();
    // Another home, and the cache that remembers.
    mkdirSync(join(dir, 'config'));
    sourcesAt(...servers);
    const { renameSync } = await import('node:fs');
    renameSync(join(folder, 'cache'), join(dir, 'cache'));
    servers[0].requests.length = 0;
    await expectFineNow();
    expect(servers[0].requests.length).toBeGreaterThan(0);
    expect(notices.filter((text) => /lately/.test(text))).toEqual([]);
  });
});

describe('a repository that is wrong under a right clock', () => {
  it('of the future: is told from a clock that is wrong by what signed it', async () => {
    // Signed in July 2026, and says that it is of 2031.
    await publish(servers[0], '', 'Sat, 11 Jan 2031 10:16:37 UTC');
    await expect(installAt(NOW)).rejects.toMatchObject({ code: 'release-from-future' });
    expect(await flawsOf(join(dir, 'home'))).toEqual([]);
    await publish(servers[0], '');
    // What it said of 2031 is not remembered: it would make everything older than seen.
    await expectFineNow();
  });
});
