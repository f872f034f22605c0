/** Prefixes for machines of another architecture: the same way from words to a prefix, and nothing of this machine in it. */
import { existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../../src/base/events.ts';
import type { PackageArchitecture } from '../../src/base/architecture.ts';
import { LOCK_PATH } from '../../src/machine/records/read-prefix-manifest.ts';
import { install, type InstallContext, type InstallRequest } from '../../src/recipe/install.ts';
import { createBundle } from '../../src/recipe/bundle/create.ts';
import { installBundle } from '../../src/recipe/bundle/install.ts';
import { writeLock } from '../../src/recipe/lock/write-lock.ts';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../apt/repository.ts';
import { CUDA_100 } from '../support/cuda-index.ts';
import { buildDeb } from '../support/deb.ts';
import { elfImage } from '../support/elf-image.ts';
import { packagesText, type PackageRow } from '../support/index.ts';
import { acceptAll } from '../support/small-toolkit.ts';
import { tempDir } from '../support/temp-dir.ts';

const TARGETS = { amd64: 'x86_64-linux', arm64: 'sbsa-linux' } as const;
const MACHINES = { amd64: 62, arm64: 183 } as const;
/** In no table: what a user has configured. */
const SOURCES = { amd64: 'lab', arm64: 'lab-sbsa' } as const;

/** @param machine e_machine of the libraries, where it is not that of the packages */
function rows(architecture: PackageArchitecture, machine: number = MACHINES[architecture]): PackageRow[] {
  return CUDA_100.map((row) => {
    const path = `./usr/local/cuda-10.0/targets/${TARGETS[architecture]}/lib/lib${row.name}.so.1`;
    const members = [{ path, content: elfImage({ machine, soname: `lib${row.name}.so.1` }) }];
    return {
      ...row,
      depends: [row.depends, 'libc6 (>= 2.17)'].filter(Boolean).join(', '),
      architecture,
      deb: buildDeb({ control: { Package: row.name }, members, compression: 'gz' }),
    };
  });
}

let server: TestServer;
let key: TestKey;
let dir: string;

async function publish(folder: string, published: readonly PackageRow[]): Promise<void> {
  await publishFlat(server, `/${folder}/`, packagesText(published), key);
  for (const { name, version, deb, architecture } of published)
    server.files.set(`/${folder}/${name}_${version}_${architecture}.deb`, deb!);
}

beforeAll(async () => {
  [key, server] = await Promise.all([makeKey(), serve()]);
  await publish('lab', rows('amd64'));
  await publish('lab-sbsa', rows('arm64'));
  await publish('wrong', rows('arm64', MACHINES.amd64));
});
afterAll(() => server.close());
beforeEach(() => {
  dir = tempDir();
  writeSource('amd64', 'lab');
  writeSource('arm64', 'lab-sbsa');
});

function writeSource(architecture: PackageArchitecture, folder: string): void {
  const sources = join(dir, 'config/apt-sources');
  mkdirSync(sources, { recursive: true });
  writeFileSync(
    join(sources, `${SOURCES[architecture]}.sources`),
    `Types: deb\nURIs: ${server.url}/${folder}/\nSuites: /\nArchitectures: ${architecture}\nX-Packaging: nvidia\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${server.url}/lab/key.pub\n`,
  );
}

const request = (architecture: PackageArchitecture, more: Partial<InstallRequest> = {}): InstallRequest => ({
  words: ['cuda@10.0'],
  source: SOURCES[architecture],
  dryRun: false,
  architecture,
  ...more,
});
const context = (): InstallContext => ({
  folders: { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') },
  env: { PATH: '/usr/bin:/bin' },
  emit: silent,
  signal: new AbortController().signal,
  acceptLicences: acceptAll,
});

describe('an install for another architecture', () => {
  it('takes its packages from a source of that architecture, into a prefix whose name says so', async () => {
    const own = await install(request('amd64'), context());
    expect(own.prefix).toMatchObject({ name: 'cuda10.0', architecture: 'amd64' });
    const { prefix, plan } = await install(request('arm64'), context());
    expect(prefix).toMatchObject({ name: 'cuda10.0-arm64', architecture: 'arm64' });
    expect(new Set(plan.packages.map((one) => one.architecture))).toEqual(new Set(['arm64']));
    expect(new Set(plan.sources.map(({ id }) => id))).toEqual(new Set(['lab-sbsa']));
    expect(readlinkSync(join(prefix!.path, 'targets/sbsa-linux/lib'))).toBe('../../lib64');
    expect(existsSync(join(prefix!.path, 'targets/x86_64-linux'))).toBe(false);
    expect(await install(request('arm64'), context())).toMatchObject({ status: 'unchanged' });
  });

  it('finds a source of it where none is named', async () => {
    const { plan } = await install(request('arm64', { source: undefined, dryRun: true }), context());
    expect(plan.request).toMatchObject({ name: 'cuda10.0-arm64', sources: ['lab-sbsa'] });
  });

  it('asks nothing of this machine: what it has is nothing to the other one', async () => {
    const { plan, driver, prefix } = await install(request('arm64'), context());
    expect(driver).toBeNull();
    expect(plan.host.map(({ status }) => status)).toContain('unknown');
    expect(new Set(plan.host.map(({ status }) => status))).toEqual(new Set(['unknown']));
    expect(prefix).not.toBeNull();
  });

  it('refuses a package whose libraries are for other machines than it says, and leaves no prefix', async () => {
    writeSource('arm64', 'wrong');
    await expect(install(request('arm64'), context())).rejects.toMatchObject({
      code: 'wrong-architecture',
      message: expect.stringMatching(/^lib64\/lib.*is for amd64, .*for arm64$/) as string,
    });
    expect(existsSync(join(dir, 'home/prefixes/cuda10.0-arm64'))).toBe(false);
  });

  it('refuses the name of a prefix for this machine, and says which is which', async () => {
    await install(request('amd64'), context());
    await expect(install(request('arm64', { name: 'cuda10.0' }), context())).rejects.toMatchObject({
      code: 'prefix-exists',
      message: expect.stringContaining('for amd64, and this is for arm64') as string,
    });
  });

  it('refuses a source of another architecture', async () => {
    await expect(install(request('arm64', { source: 'lab' }), context())).rejects.toMatchObject({
      code: 'unknown-source',
      message: expect.stringContaining('for amd64, not for arm64') as string,
    });
  });
});

describe('a lock of several architectures', () => {
  it('gives each machine its own, also where it is installed for another', async () => {
    const file = join(dir, 'gpu-setup.lock');
    const architectures = ['amd64', 'arm64'] as const;
    const { lock } = await writeLock(
      {
        words: ['cuda@10.0'],
        architectures,
        // Of the one that it serves; the other is found.
        source: 'lab',
        file,
        upgrade: false,
        proof: false,
        payloads: true,
        allowOlder: false,
      },
      context(),
    );
    expect(lock.alsoFor).toMatchObject([{ request: { architecture: 'arm64', name: 'cuda10.0' } }]);
    for (const architecture of architectures) {
      const { prefix } = await install(
        { words: [], dryRun: false, architecture, lock: { file, trusted: false } },
        context(),
      );
      expect(prefix).toMatchObject({
        architecture,
        name: architecture === 'amd64' ? 'cuda10.0' : 'cuda10.0-arm64',
      });
      expect(JSON.parse(readFileSync(join(prefix!.path, LOCK_PATH), 'utf8'))).toMatchObject({
        request: { architecture },
      });
    }
  });
});

describe('a bundle for another architecture', () => {
  it('is made here, refused for this machine, and installed for the other', async () => {
    const file = join(dir, 'cuda.bundle');
    const { plan } = await createBundle({ ...request('arm64'), file }, context());
    // On the machine that it is for, it has the usual name.
    expect(plan.request).toMatchObject({ name: 'cuda10.0', architecture: 'arm64' });
    await expect(
      installBundle({ file, dryRun: false, architecture: 'amd64' }, context()),
    ).rejects.toMatchObject({ code: 'bundle-architecture' });
    const { prefix } = await installBundle({ file, dryRun: false, architecture: 'arm64' }, context());
    expect(prefix).toMatchObject({ name: 'cuda10.0-arm64', architecture: 'arm64' });
  });
});
