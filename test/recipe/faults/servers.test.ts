/**
 * Installs from servers that do each thing wrong that a server can: with another server beside it, with a fault that
 * passes, and with one that stays. Right bytes come of it, or one error with a code and what to do; what is visible is
 * whole, the cache holds nothing wrong, and without the fault the next install needs only what is missing.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { install, type InstallResult } from '../../../src/recipe/install.ts';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../../apt/repository.ts';
import { CUDA_100, CUDNN } from '../../support/cuda-index.ts';
import { buildDeb } from '../../support/deb.ts';
import * as faults from '../../support/faulty-server.ts';
import { FAULTS, faultsOf, type Fault } from '../../support/faulty-server.ts';
import { flawsOf } from '../../support/home-is-whole.ts';
import { packagesText, type PackageRow } from '../../support/index.ts';
import { acceptAll } from '../../support/small-toolkit.ts';
import { memoryDir } from '../../support/temp-dir.ts';

/** The package that faults are about, too long for one piece of a transfer. */
const VICTIM = 'cuda-cudart-10-0';
const ROWS = CUDA_100.map((row): PackageRow => {
  const content = row.name === VICTIM ? randomFillSync(Buffer.alloc(200_000)) : row.name;
  const member = { path: `./usr/local/cuda-10.0/lib64/lib${row.name}.so.1`, content };
  return { ...row, deb: buildDeb({ control: { Package: row.name }, members: [member], compression: 'gz' }) };
});

let first: TestServer;
let second: TestServer;
let key: TestKey;
let dir: string;
let on: ReturnType<typeof faultsOf>;
beforeAll(async () => {
  [key, first, second] = await Promise.all([makeKey(), serve(), serve()]);
  for (const server of [first, second]) {
    await publishFlat(server, '/cuda/', packagesText(ROWS), key);
    await publishFlat(server, '/ml/', packagesText(CUDNN), key);
    for (const { name, version, deb } of ROWS) server.files.set(`/cuda/${name}_${version}_amd64.deb`, deb!);
  }
});
afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
});
beforeEach(() => {
  dir = memoryDir();
  on = faultsOf(first);
  first.requests.length = second.requests.length = 0;
});

function sourcesAt(...servers: readonly TestServer[]): void {
  const folder = join(dir, 'config/apt-sources');
  mkdirSync(folder, { recursive: true });
  for (const kind of ['cuda', 'ml']) {
    const uris = servers.map(({ url }) => `${url}/${kind}/`).join(' ');
    writeFileSync(
      join(folder, `nvidia-${kind}-ubuntu1804.sources`),
      `Types: deb\nURIs: ${uris}\nSuites: /\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${second.url}/cuda/key.pub\n`,
    );
  }
}

const QUICK = {
  retryDelayMs: 1,
  limits: { headersTimeoutMs: 400, idleTimeoutMs: 250, leastRate: { bytesPerSecond: 4096, windowMs: 150 } },
};

function installNow(): Promise<InstallResult> {
  return install(
    { words: ['cuda@10.0'], source: 'nvidia-cuda-ubuntu1804', dryRun: false, architecture: 'amd64' },
    {
      folders: { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') },
      env: {},
      emit: () => {},
      signal: new AbortController().signal,
      acceptLicences: acceptAll,
      network: QUICK,
    },
  );
}

/** Nothing half-made in sight, and no file of the cache is other than its name says. */
async function expectWhole(): Promise<void> {
  expect(await flawsOf(join(dir, 'home'))).toEqual([]);
  expect(readdirSync(dir).filter((name) => !['home', 'config', 'cache'].includes(name))).toEqual([]);
  for (const name of namesIn('cache/apt/packages')) {
    if (name.endsWith('.part')) continue;
    const bytes = readFileSync(join(dir, 'cache/apt/packages', name));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(name.replace(/\.deb$/, ''));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(join(dir, folder));
  } catch {
    return [];
  }
}

/** The name that a package has in the cache. */
const cachedAs = (path: string): string =>
  `${createHash('sha256')
    .update(first.files.get(path) as Buffer)
    .digest('hex')}.deb`;

const victimInPrefix = (): Buffer =>
  readFileSync(join(dir, `home/prefixes/cuda10.0/lib64/lib${VICTIM}.so.1`));

const debs = ({ requests }: TestServer): string[] =>
  requests.map(({ path }) => path).filter((path) => path.endsWith('.deb'));

/** Of the kinds, every one where it is asked for, else each at one place and in one way: it takes an install or two. */
const some = (offset: number): typeof FAULTS =>
  process.env['GPU_SETUP_FAULTS'] === 'all' ? FAULTS : FAULTS.filter((_, at) => at % 6 === offset);

const PLACES = [
  ['InRelease', /^\/cuda\/InRelease$/, 0],
  ['the index', /^\/cuda\/Packages/, 2],
  ['a package', new RegExp(`/${VICTIM}_`), 4],
] as const;

describe.each(PLACES)('a server that fails at %s', (place, where, offset) => {
  it.each(some(offset))('%s: another server is gone to', async (_, fault) => {
    sourcesAt(first, second);
    on(where, fault);
    expect((await installNow()).status).toBe('installed');
    await expectWhole();
    expect(victimInPrefix()).toHaveLength(200_000);
  });

  it.each(some(offset + 1))(
    '%s: said with a code and what to do, and the next install goes on',
    async (_, fault, ...codes) => {
      sourcesAt(first);
      on(where, fault);
      const thrown = await installNow().then(
        () => null,
        (error: unknown) => error,
      );
      await expectWhole();
      const code = place === 'a package' ? codes[1] : codes[0];
      if (thrown !== null) {
        expect(thrown).toBeInstanceOf(GpuSetupError);
        const error = thrown as GpuSetupError;
        expect(error.code, error.message).toMatch(code);
        expect(error.hints, error.code).not.toEqual([]);
        expect(namesIn('home/prefixes')).toEqual([]);
      }
      first.intercept = null;
      // What was still on its way when the install failed may have been given up.
      const kept = new Set(namesIn('cache/apt/packages'));
      first.requests.length = 0;
      expect((await installNow()).status).toBe(thrown === null ? 'unchanged' : 'installed');
      await expectWhole();
      expect(debs(first).filter((path) => kept.has(cachedAs(path)))).toEqual([]);
      expect(victimInPrefix()).toHaveLength(200_000);
    },
  );
});

describe('an index that is not of its Release', () => {
  /** Good, and of another day. */
  const other = Buffer.from(packagesText(ROWS.slice(3)));
  const instead: Fault = (asked) => faults.serves({ ...asked, bytes: other });

  it('is one of another server, where there is one', async () => {
    sourcesAt(first, second);
    on(PLACES[1][1], instead);
    expect((await installNow()).status).toBe('installed');
    await expectWhole();
  });

  it('is asked for past every cache, and so is its Release', async () => {
    sourcesAt(first);
    on(PLACES[1][1], instead, 2);
    expect((await installNow()).status).toBe('installed');
    const asked = first.requests.filter(({ path }) => path === '/cuda/InRelease');
    expect(asked.map(({ headers }) => headers['cache-control'])).toEqual([
      undefined,
      expect.stringContaining('no-cache'),
    ]);
  });

  it('is refused at last, and kept nowhere', async () => {
    sourcesAt(first);
    on(PLACES[1][1], instead);
    await expect(installNow()).rejects.toMatchObject({ code: 'index-out-of-step', retryable: true });
    first.intercept = null;
    expect((await installNow()).status).toBe('installed');
    expect(victimInPrefix()).toHaveLength(200_000);
  });
});

const PASSING: readonly (readonly [string, Fault, number])[] = [
  ['cut again and again', faults.cut(60_000), Infinity],
  ['cut once', faults.cut(1000), 1],
  ['stalled once', faults.stalled(1000), 1],
  ['corrupt once', faults.corrupt, 1],
  ['busy twice', faults.status(503), 2],
  ['continued at another place, and says so', faults.wrongRange(1000, 'honest'), 2],
  ['continued at another place, which it denies', faults.wrongRange(1000, 'lying'), 2],
  ['replaced between two parts', faults.replacedMeanwhile(1000), Infinity],
  ['unable to continue', faults.noRanges(1000), 2],
];

describe('a package whose transfer is, at the only server,', () => {
  it.each(PASSING)('%s: comes all the same', async (_, fault, times) => {
    sourcesAt(first);
    on(PLACES[2][1], fault, times);
    expect((await installNow()).status).toBe('installed');
    await expectWhole();
    expect(victimInPrefix()).toHaveLength(200_000);
  });

  it('cut, and then busy, and then corrupt: comes all the same', async () => {
    sourcesAt(first);
    on(PLACES[2][1], faults.cut(50_000), 1);
    on(PLACES[2][1], faults.status(503), 1);
    on(PLACES[2][1], faults.corrupt, 1);
    expect((await installNow()).status).toBe('installed');
    await expectWhole();
  });
});
