/**
 * The executable from servers that do what they should not, ended by kill -9 at any moment, and on a disk that fills up: it is
 * another runtime, with another HTTP client, other streams and other locks of files than the one that the tests of src/ run on.
 * GPU_SETUP_FAULTS=all: every fault at every file (those that it waits for, too, and minutes); GPU_SETUP_KILLS, GPU_SETUP_SEED.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/darknet/data/random.ts';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../apt/repository.ts';
import { CUDA_100, CUDNN } from '../support/cuda-index.ts';
import { buildDeb } from '../support/deb.ts';
import { FAULTS, faultsOf } from '../support/faulty-server.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { flawsOf } from '../support/home-is-whole.ts';
import { packagesText, type PackageRow } from '../support/index.ts';
import { memoryDir } from '../support/temp-dir.ts';
import { BINARY, run, sandbox, type Run } from './support.ts';

const ALL = process.env['GPU_SETUP_FAULTS'] === 'all';
const KILLS = Number(process.env['GPU_SETUP_KILLS'] ?? 6);
const SEED = Number(process.env['GPU_SETUP_SEED'] ?? Date.now() % 1_000_000);

const VICTIM = 'cuda-cudart-10-0';
const ROWS = CUDA_100.map((row): PackageRow => {
  const content = row.name === VICTIM ? randomFillSync(Buffer.alloc(200_000)) : row.name;
  const member = { path: `./usr/local/cuda-10.0/lib64/lib${row.name}.so.1`, content };
  return { ...row, deb: buildDeb({ control: { Package: row.name }, members: [member], compression: 'xz' }) };
});

let server: TestServer;
let key: TestKey;
let dir: string;
beforeAll(async () => {
  [key, server] = await Promise.all([makeKey(), serve()]);
  await publishFlat(server, '/cuda/', packagesText(ROWS), key);
  await publishFlat(server, '/ml/', packagesText(CUDNN), key);
  for (const { name, version, deb } of ROWS) server.files.set(`/cuda/${name}_${version}_amd64.deb`, deb!);
});
afterAll(() => server.close());
beforeEach(() => {
  dir = memoryDir();
  server.intercept = null;
  const folder = join(dir, 'config/apt-sources');
  mkdirSync(folder, { recursive: true });
  for (const kind of ['cuda', 'ml']) {
    writeFileSync(
      join(folder, `nvidia-${kind}-ubuntu1804.sources`),
      `Types: deb\nURIs: ${server.url}/${kind}/\nSuites: /\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${server.url}/cuda/key.pub\n`,
    );
  }
});

const WORDS = ['install', 'cuda@10.0', '--source', 'nvidia-cuda-ubuntu1804', '--accept-license'];
const install = (): Promise<Run> => run([BINARY, ...WORDS], { env: sandbox(dir).env });

async function expectGoesOn(what: string): Promise<void> {
  expect(await flawsOf(join(dir, 'home')), what).toEqual([]);
  const done = await install();
  expect(done.status, `${what}: ${done.stderr}`).toBe(0);
  expect(await flawsOf(join(dir, 'home')), what).toEqual([]);
  expect(readFileSync(join(dir, `home/prefixes/cuda10.0/lib64/lib${VICTIM}.so.1`)), what).toHaveLength(
    200_000,
  );
  expect(readdirSync(dir).filter((name) => !['home', 'config', 'cache'].includes(name))).toEqual([]);
}

const PLACES = [
  ['InRelease', /^\/cuda\/InRelease$/],
  ['the index', /^\/cuda\/Packages/],
  ['a package', new RegExp(`/${VICTIM}_`)],
] as const;
/** Those that the executable gives a minute or more. */
const WAITED_FOR = /^(?:no answer|stalled|slow)/;
const chosen = (offset: number): typeof FAULTS =>
  ALL ? FAULTS : FAULTS.filter(([name], at) => at % 7 === offset && !WAITED_FOR.test(name));

describe.skipIf(!existsSync(BINARY))('the executable (needs npm run build:binary)', () => {
  describe.each(PLACES)('from a server that fails at %s', (place, where) => {
    const offset = PLACES.findIndex(([name]) => name === place);
    it.each(chosen(offset))('%s: says why and what to do, and goes on', async (name, fault, ...codes) => {
      faultsOf(server)(where, fault);
      const failed = await install();
      server.intercept = null;
      if (failed.status !== 0) {
        expect(failed.status, failed.stderr).toBe(1);
        const code = /^error\[([\w-]+)\]: /m.exec(failed.stderr)?.[1];
        expect(code, `${name}: ${failed.stderr}`).toMatch(place === 'a package' ? codes[1] : codes[0]);
        expect(failed.stderr).toMatch(/^hint: /m);
        expect(failed.stderr).not.toMatch(/^ {4}at /m);
      }
      await expectGoesOn(name);
    });
  });

  it(`ended by kill -9 ${KILLS} times leaves nothing half-made in sight (GPU_SETUP_SEED=${SEED})`, async () => {
    const next = randomFrom(SEED);
    const begun = performance.now();
    await install();
    const whole = performance.now() - begun;
    for (let kill = 0; kill < KILLS; kill++) {
      rmSync(join(dir, 'home'), { recursive: true, force: true });
      if (kill % 2 === 0) rmSync(join(dir, 'cache'), { recursive: true, force: true });
      const moment = next() * whole;
      const child = spawn(BINARY, WORDS, { env: sandbox(dir).env, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('close', resolve));
      await Promise.race([ended, sleep(moment)]);
      child.kill('SIGKILL');
      await ended;
      await expectGoesOn(`kill ${kill} after ${Math.round(moment)} ms`);
    }
  });

  const canMount = process.getuid?.() === 0 && hasPrograms('mount', 'umount');
  it.skipIf(!canMount).for(['home', 'cache'])(
    'on a disk that is full of others after a while, under its %s, says so and goes on (needs root)',
    async (name, context) => {
      const next = randomFrom(SEED);
      const folder = join(dir, name);
      mkdirSync(folder, { mode: 0o755 });
      if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m,mode=755', 'tmpfs', folder]).status !== 0)
        return context.skip();
      try {
        for (let round = 0; round < (ALL ? 30 : 3); round++) {
          for (const entry of readdirSync(folder))
            rmSync(join(folder, entry), { recursive: true, force: true });
          if (name === 'cache') rmSync(join(dir, 'home'), { recursive: true, force: true });
          const child = spawn(BINARY, WORDS, { env: sandbox(dir).env, stdio: ['ignore', 'ignore', 'pipe'] });
          let said = '';
          child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
          const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
          await Promise.race([ended, sleep(next() * 1500)]);
          spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'others')}`, 'bs=64k']);
          const code = await ended;
          expect([0, 1], said).toContain(code);
          if (code !== 0) expect(said).toMatch(/error\[(?:disk-full|no-space)\][^]*hint: /);
          rmSync(join(folder, 'others'));
          await expectGoesOn(`round ${round}: ${said}`);
        }
      } finally {
        spawnSync('umount', ['-l', folder]);
      }
    },
  );
});
