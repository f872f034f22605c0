import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import type { Lock } from '../../../src/prefix/plan/lockfile.ts';
import { buildDeb } from '../../support/deb.ts';
import { LIB, PACKAGES, request, SmallToolkit, TERMS, type Packages } from '../../support/small-toolkit.ts';

const kit = new SmallToolkit();
const { requests, served } = kit;
const home = (...parts: string[]): string => kit.home(...parts);
const names = (...parts: string[]): Promise<string[]> => kit.names(...parts);

const digestOfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function nothingVisible(): Promise<void> {
  expect(await names('prefixes')).toEqual([]);
  expect(await names('generations')).toEqual([]);
  expect(await names('state')).not.toContain('lock');
}

describe('executePlan', () => {
  it('makes a prefix: files where the path map puts them, links, lock, manifest, and nothing that was not asked for', async () => {
    const { prefix: info } = await kit.install();
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
    const lock = JSON.parse(await readFile(join(prefix, '.gpu-setup/gpu-setup.lock'), 'utf8')) as Lock;
    expect(lock.packages.map((one) => one.payloadSha256)).toEqual(
      info!.packages.map((one) => one.payloadSha256),
    );
    expect((await stat(prefix)).mode & 0o777).toBe(0o755);
    expect(await names('state')).toEqual(['payloads', 'release-dates']);
  });

  it('takes any file that the signed index gives a digest of, says so, and records which one came', async () => {
    const name = 'cuda-cudart-10-0';
    const bytes = buildDeb({
      control: { Package: name, Changed: 'yes' },
      members: PACKAGES[name]!,
      compression: 'gz',
    });
    const other = { path: `${name}.deb`, size: bytes.length, sha256: digestOfBytes(bytes) };
    const planNow = kit.plans({ alternatives: { [name]: [other] } });
    kit.served.set(other.path, bytes);
    const plan = await planNow();
    expect(plan.warnings).toEqual([expect.stringContaining(`2 digests for ${name}`)]);
    const { prefix } = await kit.execute(plan);
    expect(prefix!.packages.find((one) => one.name === name)?.sha256).toBe(other.sha256);
    const lockFile = home('prefixes/cuda10/.gpu-setup/gpu-setup.lock');
    const { packages } = JSON.parse(await readFile(lockFile, 'utf8')) as Lock;
    expect(packages[0]).toMatchObject({ name, size: other.size, sha256: other.sha256 });
    expect(packages[0]).not.toHaveProperty('alternatives');
    // A second prefix takes what is there, whichever of them it is.
    const fetched = requests.length;
    await kit.install(kit.plans({ alternatives: { [name]: [other] }, request: request({ name: 'second' }) }));
    expect(requests.length).toBe(fetched);
  });

  it('shares files with the store except headers that people edit', async () => {
    await kit.install();
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
    await kit.install();
    const fetched = requests.length;
    await rm(join(kit.folder, 'cache'), { recursive: true });
    expect(await kit.install()).toMatchObject({ status: 'unchanged', prefix: { name: 'cuda10' } });
    await kit.install({ request: request({ name: 'second' }) });
    expect(requests.length).toBe(fetched);
    expect(await names('generations')).toEqual(['cuda10-1', 'second-1']);
  });

  it('fetches again only what a wider request needs, and adds it to the store', async () => {
    await kit.install();
    await kit.install({ request: request({ name: 'wide', components: ['libraries', 'static'] }) });
    expect((await stat(home('prefixes/wide/lib64/libcublas_static.a'))).size).toBe(6000);
    expect((await names('store')).length).toBe(2);
  });

  it('mends the store where a shared file was edited, instead of passing the edit on', async () => {
    await kit.install();
    const file = home('prefixes/cuda10/include/cuda.h');
    await chmod(file, 0o644);
    await writeFile(file, 'edited by hand');
    await kit.install({ request: request({ name: 'second' }) });
    expect(await readFile(home('prefixes/second/include/cuda.h'), 'utf8')).toBe('header');
    expect(await readFile(file, 'utf8')).toBe('edited by hand');
  });

  it('refuses another request under the same name, with the two ways on', async () => {
    await kit.install();
    await expect(kit.install({ request: request({ components: ['compiler'] }) })).rejects.toMatchObject({
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
      kit.install({}, { emit }),
      kit.install({ request: request({ name: 'other' }) }, { emit }),
    ]);
    expect(await names('prefixes')).toEqual(['cuda10', 'other']);
    expect(notices.join('\n')).toMatch(/waiting for install (cuda10|other) \(process/);
    const same = await Promise.all([
      kit.install({ request: request({ name: 'third' }) }),
      kit.install({ request: request({ name: 'third' }) }),
    ]);
    expect(same[0].prefix?.installedAt).toBe(same[1].prefix?.installedAt);
    expect(same.map(({ status }) => status).sort()).toEqual(['installed', 'unchanged']);
  });

  it.each<[string, string, Packages]>([
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
    await expect(kit.install({ packages })).rejects.toMatchObject({ code });
    await nothingVisible();
    expect(await names('store')).toEqual([]);
    expect(await names('state', 'staging')).toEqual([]);
    expect((await kit.install()).status).toBe('installed');
  });

  it('stops at a package whose payload is not the one of the lock', async () => {
    const plan = await kit.plans()();
    const packages = plan.packages.map((one) => ({ ...one, payloadSha256: '0'.repeat(64) }));
    await expect(kit.execute({ ...plan, packages })).rejects.toMatchObject({ code: 'payload-mismatch' });
    await nothingVisible();
  });

  it('keeps what was unpacked when a later package fails, and goes on from there', async () => {
    const planNow = kit.plans();
    const last = served.get('cuda-cudart-dev-10-0.deb')!;
    served.delete('cuda-cudart-dev-10-0.deb');
    kit.onRequest = async (path) => {
      const staged = (): Promise<unknown[]> =>
        readdir(home('state/staging'), { recursive: true }).catch(() => []);
      while (
        path.includes('-dev-') &&
        !(await staged()).some((name) => String(name).endsWith('entry.json'))
      ) {
        await sleep(5);
      }
    };
    await expect(kit.install(planNow)).rejects.toMatchObject({ details: { sourceId: 'test' } });
    await nothingVisible();
    served.set('cuda-cudart-dev-10-0.deb', last);
    requests.length = 0;
    await kit.install(planNow);
    expect(requests.filter((path) => path === 'cuda-cudart-10-0.deb')).toEqual([]);
  });

  it('stops when it is interrupted, with the reason, and leaves nothing in sight', async () => {
    const stop = new AbortController();
    const reason = new Error('interrupted');
    kit.onRequest = () => stop.abort(reason);
    await expect(kit.install({}, { signal: stop.signal })).rejects.toBe(reason);
    await nothingVisible();
    kit.onRequest = () => {};
    expect((await kit.install()).status).toBe('installed');
  });

  it('removes what a killed run left half-made', async () => {
    await mkdir(home('generations/.new-cuda10-1/lib64'), { recursive: true });
    await mkdir(home(`state/staging/${'a'.repeat(64)}/files`), { recursive: true });
    await kit.install();
    expect(await names('generations')).toEqual(['cuda10-1']);
    expect(await names('state')).toEqual(['payloads', 'release-dates']);
  });

  it('installs nothing before the terms were accepted', async () => {
    const plan = await kit.plans({ licences: [TERMS] })();
    await expect(kit.execute(plan, { acceptLicences: async () => [] })).rejects.toMatchObject({
      code: 'licence-not-accepted',
    });
    await expect(stat(home())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('works for a caller whose umask hides everything from others', async () => {
    const before = process.umask(0o077);
    try {
      await kit.install();
    } finally {
      process.umask(before);
    }
    expect((await stat(home('prefixes/cuda10/lib64'))).mode & 0o777).toBe(0o755);
    expect((await stat(home('prefixes/cuda10/include/cuda.h'))).mode & 0o444).toBe(0o444);
  });

  it('says at the start that packages cannot fit', async () => {
    await expect(kit.install({ installedBytes: 2 ** 50 })).rejects.toMatchObject({
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
        await expect(kit.install({ packages: large })).rejects.toMatchObject({
          code: 'disk-full',
          message: expect.stringContaining(home()) as string,
        });
        await nothingVisible();
        spawnSync('mount', ['-o', 'remount,size=16m', home()]);
        expect((await kit.install({ packages: large })).status).toBe('installed');
      } finally {
        spawnSync('umount', ['-l', home()]);
      }
    },
  );
});
