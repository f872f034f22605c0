import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkEvent } from '../../src/base/events.ts';
import { LOCK_PATH } from '../../src/machine/records/read-prefix-manifest.ts';
import {
  install,
  withoutFrameworks,
  type InstallContext,
  type InstallRequest,
} from '../../src/recipe/install.ts';
import { loadRecipes } from '../../src/recipe/load.ts';
import { renderPlan } from '../../src/report/install.ts';
import { terminal } from '../support/context.ts';
import { answering, fakeQuota } from '../support/fake-quota.ts';
import type { PackageRow } from '../support/index.ts';
import { LOCK_OF_0_1 } from '../support/lock-of-0-1.ts';
import { installFake } from '../support/prefix.ts';
import { acceptAll } from '../support/small-toolkit.ts';
import { memoryDir } from '../support/temp-dir.ts';
import { ubuntu1804 } from '../support/ubuntu1804.ts';

const repository = ubuntu1804();

let dir: string;
let events: WorkEvent[];
beforeEach(() => {
  dir = memoryDir();
  events = [];
  repository.server.requests.length = 0;
  // Their addresses carry a login.
  repository.writeSources(join(dir, 'config'), 'me:secret');
});

const REQUEST: InstallRequest = {
  words: ['cuda@10.0'],
  source: 'nvidia-cuda-ubuntu1804',
  dryRun: false,
  architecture: 'amd64',
};
const context = (more: Partial<InstallContext> = {}): InstallContext => ({
  folders: { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') },
  env: {},
  emit: (event) => events.push(event),
  signal: new AbortController().signal,
  acceptLicences: acceptAll,
  ...more,
});
const paths = (): string[] => repository.server.requests.map(({ path }) => path);

describe('installing, as any code may call it', () => {
  it('gives the plan, then the prefix, then says that nothing is to do, each time with the same packages', async () => {
    const planned = await install({ ...REQUEST, dryRun: true }, context());
    expect(planned).toMatchObject({ status: 'planned', prefix: null, hostCompiler: null });
    const installed = await install(REQUEST, context());
    expect(installed).toMatchObject({ status: 'installed', prefix: { name: 'cuda10.0', cuda: '10.0.130' } });
    expect(installed.plan).toEqual(planned.plan);
    repository.server.requests.length = 0;
    const again = await install(REQUEST, context());
    expect(again).toMatchObject({ status: 'unchanged', prefix: installed.prefix, plan: { actions: [] } });
    expect(again.plan.packages.map(({ name }) => name)).toEqual(
      planned.plan.packages.map(({ name }) => name),
    );
    expect(paths()).toEqual([]);
  });

  it('opens no source, Release or key once the plan is made: what is fetched then are packages', async () => {
    let opened: string[] = [];
    await install(
      REQUEST,
      context({
        onPlan: () => {
          opened = paths();
          repository.server.requests.length = 0;
        },
      }),
    );
    expect(opened).toContain('/cuda/InRelease');
    expect(paths().length).toBeGreaterThan(5);
    expect(paths().filter((path) => !path.endsWith('.deb'))).toEqual([]);
  });

  describe('within a quota', () => {
    afterEach(() => vi.unstubAllEnvs());

    it('is refused before a package is fetched where it would go past it; a dry run says so', async () => {
      const calls = fakeQuota(answering('1000 0 1001 0 1 0 0 0'));
      const message = expect.stringMatching(
        /^your quota for .* is too small: 1\.0 MB allowed, 1\.0 MB used, at least [\d.]+ [kM]B needed$/,
      ) as string;
      const refusal = install(REQUEST, context());
      await expect(refusal).rejects.toMatchObject({ code: 'disk-full', message, details: { quota: true } });
      expect(paths().filter((path) => path.endsWith('.deb'))).toEqual([]);
      expect(await readdir(join(dir, 'home/prefixes'))).toEqual([]);
      expect(readFileSync(calls, 'utf8').trim().split('\n')).toHaveLength(1);
      const planned = await install({ ...REQUEST, dryRun: true }, context());
      expect(planned.plan.warnings).toContainEqual(
        expect.stringMatching(/^it would be refused: your quota for /),
      );
    });

    it('installs within it, and passes its warnings on', async () => {
      fakeQuota(answering('900* 800 1000000 4102444800 1 0 0 0'));
      expect((await install(REQUEST, context())).status).toBe('installed');
      expect(events).toContainEqual({
        type: 'notice',
        level: 'warning',
        text: expect.stringMatching(/^your quota for .* is exceeded .* until 2\d{3}-/) as string,
      });
    });
  });

  describe('with packages at hand', () => {
    let debs: string;
    beforeEach(() => {
      debs = join(dir, 'brought along');
      mkdirSync(debs);
    });
    const bring = (rows: readonly PackageRow[]): void =>
      rows.forEach(({ deb }, at) => writeFileSync(join(debs, `${at}.bin`), deb!));

    it('takes those, whatever they are called, and fetches only what is missing', async () => {
      bring(repository.rows.slice(2));
      const { plan, spent } = await install({ ...REQUEST, from: [debs] }, context());
      const missing = plan.packages.filter(({ name }) =>
        repository.rows.slice(0, 2).some((row) => row.name === name),
      );
      expect(missing.length).toBeGreaterThan(0);
      expect(paths().filter((path) => path.endsWith('.deb'))).toHaveLength(missing.length);
      expect(spent?.fetchedBytes).toBe(missing.reduce((sum, { size }) => sum + size, 0));
    });

    it('does not take one that is not what was signed, and fetches it instead', async () => {
      const changed = repository.rows.map(({ deb, ...row }) => {
        const bytes = Buffer.from(deb!);
        bytes[bytes.length - 1]! ^= 1;
        return { ...row, deb: bytes };
      });
      bring(changed);
      const { plan } = await install({ ...REQUEST, from: [debs] }, context());
      expect(paths().filter((path) => path.endsWith('.deb'))).toHaveLength(plan.packages.length);
    });

    it('names all that is missing where no server can be reached', async () => {
      bring(repository.rows.slice(2));
      const cut = context({
        onPlan: () => {
          repository.server.intercept = (_path, _request, response) => {
            response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end();
            return true;
          };
        },
      });
      const failure = await install({ ...REQUEST, from: [debs] }, cut).catch((error: unknown) => error);
      repository.server.intercept = null;
      expect(failure).toMatchObject({
        code: 'packages-not-at-hand',
        retryable: true,
        message: expect.stringContaining(debs),
        hint: expect.stringContaining('.deb'),
      });
      const { missing } = (failure as { details: { missing: { name: string }[] } }).details;
      expect(
        missing
          .map(({ name }) => name)
          .every((name) => repository.rows.slice(0, 2).some((row) => row.name === name)),
      ).toBe(true);
      expect(missing.length).toBeGreaterThan(0);
    });
  });

  it('writes no user or password of a source into plan, lock or events, and sends them all the same', async () => {
    const { plan, prefix } = await install(REQUEST, context());
    const lock = await readFile(join(prefix!.path, LOCK_PATH), 'utf8');
    expect(JSON.stringify([plan, lock, events])).not.toMatch(/secret|me:/);
    expect(plan.actions.find((action) => action.action === 'fetch')?.from).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/cuda\/.*\.deb$/),
    ]);
    const packages = repository.server.requests.filter(({ path }) => path.endsWith('.deb'));
    expect(packages.every(({ headers }) => headers.authorization?.startsWith('Basic ') === true)).toBe(true);
  });

  it('plans what a first prefix left in the store as nothing to fetch or unpack', async () => {
    const first = await install(REQUEST, context());
    await rm(join(dir, 'cache/apt/packages'), { recursive: true });
    const { plan } = await install({ ...REQUEST, name: 'second', dryRun: true }, context());
    expect(plan.actions.filter(({ action }) => action === 'fetch' || action === 'unpack')).toEqual([]);
    expect(plan.leftOut).toHaveLength(2 * plan.packages.length);
    expect(plan.bytes.fetch).toBe(0);
    expect(plan.packages.map(({ payloadSha256 }) => payloadSha256)).toEqual(
      first.prefix!.packages.map(({ payloadSha256 }) => payloadSha256),
    );
  });

  it('goes on working with a prefix that 0.1 made: the same request is done, another one is told from it', async () => {
    const path = await installFake(join(dir, 'home'), 'cuda10');
    await writeFile(join(path, LOCK_PATH), LOCK_OF_0_1);
    const request = { words: ['cuda10'], dryRun: false, architecture: 'amd64' } as const;
    expect(await install(request, context())).toMatchObject({
      status: 'unchanged',
      prefix: { name: 'cuda10', path },
      plan: { cuda: '10.0.130', cudnn: '7.5.0.56', packages: [{ name: 'cuda-cudart-10-0' }] },
    });
    await expect(install({ ...request, with: 'static' }, context())).rejects.toMatchObject({
      code: 'prefix-exists',
    });
    expect(paths()).toEqual([]);
  });
});

describe('parts of a toolkit', () => {
  const PARTS: InstallRequest = { ...REQUEST, only: 'cublas', name: 'blas' };
  const fetched = (): string[] => paths().filter((path) => path.endsWith('.deb'));

  it('are all that is fetched; the plan and the prefix say what they are, and the lock asks for them again', async () => {
    const { plan, prefix } = await install(PARTS, context());
    expect(fetched().filter((path) => /cufft|npp|curand/.test(path))).toEqual([]);
    expect(fetched().some((path) => path.includes('cuda-cublas-10-0_'))).toBe(true);
    expect(plan).toMatchObject({ parts: ['crt', 'cccl', 'cublas', 'cudart'], request: { only: ['cublas'] } });
    const neededParts = [
      { name: 'crt', neededBy: ['cudart'] },
      { name: 'cccl', neededBy: ['cudart'] },
      { name: 'cudart', neededBy: ['cublas'] },
    ];
    expect(plan.neededParts).toEqual(neededParts);
    expect(renderPlan(plan, terminal)).toMatch(
      /parts +cublas, crt \(needed by cudart\), cccl \(needed by cudart\), cudart \(needed by cublas\)\n/,
    );
    expect(plan.bytes.whole).toBeGreaterThan(plan.bytes.fetch + plan.bytes.fetchCached);
    expect(prefix).toMatchObject({ components: ['libraries'], parts: plan.parts, neededParts });
    const again = await install(PARTS, context());
    expect(again.status).toBe('unchanged');
    const lock = JSON.parse(await readFile(join(dir, 'home/prefixes/blas', LOCK_PATH), 'utf8'));
    expect(lock.request.only).toEqual(['cublas']);
  });

  it('are another request than the whole, under the same name', async () => {
    await install(PARTS, context());
    await expect(install({ ...PARTS, only: 'cufft' }, context())).rejects.toMatchObject({
      code: 'prefix-exists',
    });
  });
});

describe('words with a framework among them', () => {
  it('keep TensorRT beside the CUDA that the framework is built for', async () => {
    const recipes = await loadRecipes('/nowhere');
    const asked = await withoutFrameworks(
      { ...REQUEST, words: ['tensorflow@1.9', 'trt@5'] },
      recipes,
      () => {},
    );
    expect(asked).toMatchObject({
      words: ['cuda@9.0', 'cudnn@7.0', 'trt@5'],
      name: 'tensorflow1.9-tensorrt5',
    });
  });
});
