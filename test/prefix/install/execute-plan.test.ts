import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AptContext } from '../../../src/apt/context.ts';
import type { WorkEvent } from '../../../src/base/events.ts';
import type { PrefixInfo } from '../../../src/machine/records/prefix-manifest.ts';
import { executePlan } from '../../../src/prefix/install/execute-plan.ts';
import type {
  Component,
  InstallPlan,
  PlannedPackage,
  PrefixRequest,
} from '../../../src/prefix/plan/request.ts';
import { buildDeb, type TarEntry } from '../../support/deb.ts';
import { sourceOf } from '../../support/index.ts';

/** What the server gives, by path. */
const served = new Map<string, Buffer>();
const requests: string[] = [];
/** Runs before a request is answered. */
let onRequest: (path: string) => void | Promise<void> = () => {};
let server: Server;
let folder: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    requests.push(path);
    void Promise.resolve(onRequest(path)).then(() => {
      const body = served.get(path);
      if (body === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-length': body.length }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'execute-'));
  await chmod(folder, 0o755);
  requests.length = 0;
  onRequest = () => {};
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LIB = 'usr/local/cuda-10.0/targets/x86_64-linux/lib';
const PACKAGES: Readonly<Record<string, readonly TarEntry[]>> = {
  'cuda-cudart-10-0': [
    { path: './' },
    { path: './usr/local/cuda-10.0/' },
    { path: `./${LIB}/libcudart.so.10.0.130`, content: 'cudart' },
    { path: `./${LIB}/libcudart.so.10.0`, link: 'libcudart.so.10.0.130' },
    { path: './usr/local/cuda-10.0/lib64', link: 'targets/x86_64-linux/lib' },
    { path: './usr/share/doc/cuda-cudart-10-0/copyright', content: 'terms' },
  ],
  'cuda-cudart-dev-10-0': [
    { path: `./${LIB}/libcudart.so`, link: 'libcudart.so.10.0' },
    { path: `./${LIB}/libcublas_static.a`, content: 'static'.repeat(1000) },
    { path: './usr/local/cuda-10.0/targets/x86_64-linux/include/cuda.h', content: 'header' },
    {
      path: './usr/local/cuda-10.0/targets/x86_64-linux/include/crt/host_config.h',
      content: '#if __GNUC__ > 7\n',
    },
    { path: './usr/local/cuda-10.0/lib64', link: 'targets/x86_64-linux/lib' },
  ],
};

const request = (changes: Partial<PrefixRequest> = {}): PrefixRequest => ({
  name: 'cuda10',
  recipe: 'cuda10',
  specs: [{ name: 'cuda', version: '10.0' }],
  components: ['libraries'],
  sources: ['test'],
  architecture: 'amd64',
  ...changes,
});

function makePlan(
  packages: Readonly<Record<string, readonly TarEntry[]>> = PACKAGES,
  asked: PrefixRequest = request(),
  changes: Partial<PlannedPackage> = {},
): InstallPlan {
  const planned = Object.entries(packages).map(([name, members]): PlannedPackage => {
    const bytes = buildDeb({ control: { Package: name }, members, compression: 'gz' });
    const path = `${name}.deb`;
    served.set(path, bytes);
    return {
      name,
      version: '10.0.130-1',
      architecture: 'amd64',
      sourceId: 'test',
      suite: '/',
      path,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      payloadSha256: null,
      installedBytes: 10_000,
      components: asked.components,
      ...changes,
    };
  });
  const components: Component[] = [...asked.components, 'runtime'];
  return {
    request: asked,
    cuda: '10.0.130',
    cudnn: null,
    family: 'nvidia',
    packages: planned,
    actions: [
      ...planned.map((one) => ({ action: 'fetch' as const, package: one, bytes: one.size, cached: false })),
      ...planned.map((one) => ({
        action: 'unpack' as const,
        package: one,
        family: 'nvidia' as const,
        components,
      })),
      { action: 'compose', generation: `${asked.name}-1` },
      { action: 'relocate', generation: `${asked.name}-1` },
      { action: 'record', generation: `${asked.name}-1` },
      { action: 'activate', name: asked.name, generation: `${asked.name}-1` },
    ],
    bytes: { fetch: 0, fetchCached: 0, diskAtMost: 20_000 },
    host: [],
    warnings: [],
    licences: [],
    home: join(folder, 'home'),
    lock: {
      schema: 'gpu-setup/lock@1',
      request: asked,
      cuda: '10.0.130',
      cudnn: null,
      sources: [],
      packages: planned,
    },
  };
}

function execute(
  plan: InstallPlan,
  { signal, emit = () => {} }: { signal?: AbortSignal; emit?: (event: WorkEvent) => void } = {},
): Promise<PrefixInfo> {
  const source = sourceOf('test', {
    uris: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
  });
  const apt: AptContext = { cache: join(folder, 'cache'), emit, signal, retryDelayMs: 1 };
  return executePlan(plan, { apt, sources: new Map([['test', source]]), licences: [] });
}

const home = (...parts: string[]): string => join(folder, 'home', ...parts);
const names = async (...parts: string[]): Promise<string[]> => (await readdir(home(...parts))).sort();

async function nothingVisible(): Promise<void> {
  expect(await names('prefixes')).toEqual([]);
  expect(await names('generations')).toEqual([]);
  expect(await names('state')).not.toContain('lock');
}

describe('executePlan', () => {
  it('makes a prefix: files where the path map puts them, links, lock, manifest, and nothing that was not asked for', async () => {
    const info = await execute(makePlan());
    expect(info).toMatchObject({
      name: 'cuda10',
      path: home('prefixes', 'cuda10'),
      cuda: '10.0.130',
      components: ['libraries'],
    });
    expect(await readlink(home('prefixes', 'cuda10'))).toBe('../generations/cuda10-1');
    const prefix = home('prefixes', 'cuda10');
    expect(await readFile(join(prefix, 'lib64/libcudart.so'), 'utf8')).toBe('cudart');
    expect(await readlink(join(prefix, 'lib64/libcudart.so'))).toBe('libcudart.so.10.0');
    expect(await readFile(join(prefix, 'include/cuda.h'), 'utf8')).toBe('header');
    await expect(lstat(join(prefix, 'lib64/libcublas_static.a'))).rejects.toMatchObject({ code: 'ENOENT' });
    const lock = JSON.parse(
      await readFile(join(prefix, '.gpu-setup/gpu-setup.lock'), 'utf8'),
    ) as InstallPlan['lock'];
    expect(lock.packages.map((one) => one.payloadSha256)).toEqual(
      info.packages.map((one) => one.payloadSha256),
    );
    expect((await stat(prefix)).mode & 0o777).toBe(0o755);
    expect(await names('state')).toEqual(['payloads']);
  });

  it('shares files with the store except headers that people edit', async () => {
    await execute(makePlan());
    const inode = async (path: string): Promise<[number, number]> => {
      const found = await stat(home('prefixes', 'cuda10', path));
      return [found.nlink, found.mode & 0o777];
    };
    const [links] = await inode('lib64/libcudart.so.10.0.130');
    // Reflinks and copies have one name; where hard links work, the store has the other.
    expect([1, 2]).toContain(links);
    expect(await inode('include/crt/host_config.h')).toEqual([1, 0o644]);
  });

  it('does nothing for the same request, fetches nothing for another prefix of the same packages', async () => {
    await execute(makePlan());
    const fetched = requests.length;
    await rm(join(folder, 'cache'), { recursive: true });
    expect((await execute(makePlan())).installedAt).toBeTruthy();
    await execute(makePlan(PACKAGES, request({ name: 'second' })));
    expect(requests.length).toBe(fetched);
    expect(await names('generations')).toEqual(['cuda10-1', 'second-1']);
  });

  it('fetches again only what a wider request needs, and adds it to the store', async () => {
    await execute(makePlan());
    await execute(makePlan(PACKAGES, request({ name: 'wide', components: ['libraries', 'static'] })));
    expect((await stat(home('prefixes/wide/lib64/libcublas_static.a'))).size).toBe(6000);
    expect((await names('store')).length).toBe(2);
  });

  it('mends the store where a shared file was edited, instead of passing the edit on', async () => {
    await execute(makePlan());
    const file = home('prefixes/cuda10/include/cuda.h');
    await chmod(file, 0o644);
    await writeFile(file, 'edited by hand');
    await execute(makePlan(PACKAGES, request({ name: 'second' })));
    expect(await readFile(home('prefixes/second/include/cuda.h'), 'utf8')).toBe('header');
    expect(await readFile(file, 'utf8')).toBe('edited by hand');
  });

  it('refuses another request under the same name, with the two ways on', async () => {
    await execute(makePlan());
    await expect(execute(makePlan(PACKAGES, request({ components: ['compiler'] })))).rejects.toMatchObject({
      code: 'prefix-exists',
      hint: expect.stringMatching(/--name.*remove/) as string,
    });
  });

  it('lets two installs at once both succeed: the second waits, says for whom, and goes on', async () => {
    const notices: string[] = [];
    const emit = (event: WorkEvent): void => {
      if (event.type === 'notice') notices.push(event.text);
    };
    await Promise.all([
      execute(makePlan(), { emit }),
      execute(makePlan(PACKAGES, request({ name: 'other' })), { emit }),
    ]);
    expect(await names('prefixes')).toEqual(['cuda10', 'other']);
    expect(notices.join('\n')).toMatch(/waiting for install (cuda10|other) \(process/);
    const same = await Promise.all([
      execute(makePlan(PACKAGES, request({ name: 'third' }))),
      execute(makePlan(PACKAGES, request({ name: 'third' }))),
    ]);
    expect(same[0].installedAt).toBe(same[1].installedAt);
  });

  it.each<[string, string, Record<string, readonly TarEntry[]>]>([
    ['a member without a place', 'unmapped-member', { evil: [{ path: './srv/data', content: 'x' }] }],
    ['".."', 'unsafe-member', { evil: [{ path: './usr/local/../../../tmp/x', content: 'x' }] }],
    [
      'a file below a link of another package',
      'unsafe-member',
      {
        a: [{ path: './usr/local/cuda-10.0/lib64', link: '/etc' }],
        b: [{ path: './usr/local/cuda-10.0/lib64/x.so', content: 'x' }],
      },
    ],
    [
      'two packages that differ about one file',
      'unsafe-member',
      {
        a: [{ path: './usr/local/cuda-10.0/include/x.h', content: '1' }],
        b: [{ path: './usr/local/cuda-10.0/include/x.h', content: '2' }],
      },
    ],
    [
      'a link to outside',
      'link-outside',
      { evil: [{ path: './usr/local/cuda-10.0/include/passwd', link: '/etc/passwd' }] },
    ],
  ])('refuses %s and leaves nothing of it', async (_, code, packages) => {
    await expect(execute(makePlan({ ...packages }))).rejects.toMatchObject({ code });
    await nothingVisible();
    expect(await names('store')).toEqual([]);
    expect(await names('state', 'staging')).toEqual([]);
    expect((await execute(makePlan())).name).toBe('cuda10');
  });

  it('stops at a package whose payload is not the one of the lock', async () => {
    const plan = makePlan(PACKAGES, request(), { payloadSha256: '0'.repeat(64) });
    await expect(execute(plan)).rejects.toMatchObject({ code: 'payload-mismatch' });
    await nothingVisible();
  });

  it('keeps what was unpacked when a later package fails, and goes on from there', async () => {
    const plan = makePlan();
    const last = served.get('cuda-cudart-dev-10-0.deb')!;
    served.delete('cuda-cudart-dev-10-0.deb');
    onRequest = async (path) => {
      const staged = (): Promise<unknown[]> =>
        readdir(home('state/staging'), { recursive: true }).catch(() => []);
      while (
        path.includes('-dev-') &&
        !(await staged()).some((name) => String(name).endsWith('entry.json'))
      ) {
        await sleep(5);
      }
    };
    await expect(execute(plan)).rejects.toMatchObject({ details: { sourceId: 'test' } });
    await nothingVisible();
    served.set('cuda-cudart-dev-10-0.deb', last);
    requests.length = 0;
    await execute(plan);
    expect(requests.filter((path) => path === 'cuda-cudart-10-0.deb')).toEqual([]);
  });

  it('stops when it is interrupted, with the reason, and leaves nothing in sight', async () => {
    const stop = new AbortController();
    const reason = new Error('interrupted');
    onRequest = () => stop.abort(reason);
    await expect(execute(makePlan(), { signal: stop.signal })).rejects.toBe(reason);
    await nothingVisible();
    onRequest = () => {};
    expect((await execute(makePlan())).name).toBe('cuda10');
  });

  it('removes what a killed run left half-made', async () => {
    await mkdir(home('generations/.new-cuda10-1/lib64'), { recursive: true });
    await mkdir(home(`state/staging/${'a'.repeat(64)}/files`), { recursive: true });
    await execute(makePlan());
    expect(await names('generations')).toEqual(['cuda10-1']);
    expect(await names('state')).toEqual(['payloads']);
  });

  it('installs nothing before the terms were accepted', async () => {
    const plan = {
      ...makePlan(),
      licences: [{ id: 'nvidia-cuda', title: 'CUDA EULA', url: 'https://docs.nvidia.com/' }],
    };
    await expect(execute(plan)).rejects.toMatchObject({ code: 'licence-not-accepted' });
    await expect(stat(home())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('works for a caller whose umask hides everything from others', async () => {
    const before = process.umask(0o077);
    try {
      await execute(makePlan());
    } finally {
      process.umask(before);
    }
    expect((await stat(home('prefixes/cuda10/lib64'))).mode & 0o777).toBe(0o755);
    expect((await stat(home('prefixes/cuda10/include/cuda.h'))).mode & 0o444).toBe(0o444);
  });

  it('says at the start that packages cannot fit', async () => {
    const plan = makePlan(PACKAGES, request(), { installedBytes: 2 ** 50 });
    await expect(execute(plan)).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining(home()) as string,
    });
    expect(requests).toEqual([]);
    await nothingVisible();
  });

  it.skipIf(process.getuid?.() !== 0 || spawnSync('mount', ['--version']).status !== 0)(
    'survives a disk that fills up in the middle, and goes on when there is room',
    async (context) => {
      await mkdir(home(), { recursive: true });
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=755', 'tmpfs', home()]);
      if (mounted.status !== 0) return context.skip();
      try {
        const large = {
          'cuda-cudart-10-0': [{ path: `./${LIB}/libcudart.so.10.0.130`, content: 'x'.repeat(3_000_000) }],
        };
        await expect(execute(makePlan(large))).rejects.toMatchObject({
          code: 'disk-full',
          message: expect.stringContaining(home()) as string,
        });
        await nothingVisible();
        spawnSync('mount', ['-o', 'remount,size=16m', home()]);
        expect((await execute(makePlan(large))).name).toBe('cuda10');
      } finally {
        spawnSync('umount', ['-l', home()]);
      }
    },
  );
});
