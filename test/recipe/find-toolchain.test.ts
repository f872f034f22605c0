/** CUDA 9.0 and 10.0 with compilers of a stand-in for Ubuntu 18.04: which one is taken, from where, and what is refused. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadSources } from '../../src/apt/sources/sources.ts';
import { openIndex } from '../../src/apt/index/open-index.ts';
import type { WorkEvent } from '../../src/base/events.ts';
import type { Lock } from '../../src/prefix/plan/lockfile.ts';
import { createBundle } from '../../src/recipe/bundle/create.ts';
import { installBundle } from '../../src/recipe/bundle/install.ts';
import {
  install,
  type InstallContext,
  type InstallRequest,
  type InstallResult,
} from '../../src/recipe/install.ts';
import { repair } from '../../src/recipe/lock/repair.ts';
import { writeLock } from '../../src/recipe/lock/write-lock.ts';
import { search, type Found } from '../../src/recipe/search.ts';
import { renderPlan } from '../../src/report/install.ts';
import {
  makeKey,
  publishFlat,
  publishSuite,
  serve,
  testContext,
  type TestKey,
  type TestServer,
} from '../apt/repository.ts';
import { CUDA_100, CUDA_90, CUDNN } from '../support/cuda-index.ts';
import { buildDeb, type Compression, type TarEntry } from '../support/deb.ts';
import { packagesText, type PackageRow } from '../support/index.ts';
import { acceptAll } from '../support/small-toolkit.ts';
import { memoryDir } from '../support/temp-dir.ts';
import { toolchainArchive, UBUNTU_BIONIC } from '../support/toolchain-archive.ts';

const COMPRESSIONS = ['xz', 'gz', 'zst'] as const;

/** What of a toolkit a compiler has to do with, in the packages that hold it. */
const CONTENT: Readonly<Record<string, readonly TarEntry[]>> = Object.fromEntries(
  [
    ['9.0', '6', 'cuda-core-9-0', 'cuda-cudart-dev-9-0'],
    ['10.0', '7', 'cuda-nvcc-10-0', 'cuda-cudart-dev-10-0'],
  ].flatMap(([cuda, newest, compiler, headers]) => [
    [
      compiler!,
      [{ path: `./usr/local/cuda-${cuda}/bin/nvcc`, content: '#!/bin/sh\necho "$@"\n', mode: 0o755 }],
    ],
    [
      headers!,
      [
        {
          path: `./usr/local/cuda-${cuda}/targets/x86_64-linux/include/crt/host_config.h`,
          content: `#if __GNUC__ > ${newest}\n#error -- unsupported GNU version! gcc versions later than ${newest} are not supported!\n#endif\n`,
        },
      ],
    ],
  ]),
);

let server: TestServer;
let key: TestKey;
let ids: readonly string[];
let dir: string;
let events: WorkEvent[];

beforeAll(async () => {
  [key, server] = await Promise.all([makeKey(), serve()]);
  ids = [...(await loadSources('/nonexistent')).keys()];
  const rows = [...CUDA_90, ...CUDA_100, ...CUDNN].map((row): PackageRow => {
    const members = CONTENT[row.name] ?? [
      { path: `./usr/share/doc/${row.name}/copyright`, content: `${row.name} ${row.version}` },
    ];
    return { ...row, deb: buildDeb({ control: { Package: row.name }, members, compression: 'gz' }) };
  });
  await publishFlat(server, '/nvidia/', packagesText(rows), key);
  offer('/nvidia/', rows);
  for (const compression of COMPRESSIONS) {
    const archive = toolchainArchive(compression);
    await publishSuite(
      server,
      `/${compression}/ubuntu/`,
      'bionic',
      packagesText(archive),
      key,
      UBUNTU_BIONIC,
    );
    offer(`/${compression}/ubuntu/`, archive);
  }
});
afterAll(() => server.close());

function offer(folder: string, rows: readonly PackageRow[]): void {
  for (const { name, version, deb } of rows) server.files.set(`${folder}${name}_${version}_amd64.deb`, deb!);
}

beforeEach(() => {
  dir = memoryDir();
  events = [];
  server.requests.length = 0;
  mkdirSync(join(dir, 'config/apt-sources'), { recursive: true });
  // No test asks the network, and what this host has for a compiler is not there.
  for (const id of ids) write(id, 'URIs: http://127.0.0.1:1/\nSuites: /\nEnabled: no\n');
  for (const kind of ['cuda', 'ml'])
    for (const distribution of ['ubuntu1604', 'ubuntu1804'])
      write(
        `nvidia-${kind}-${distribution}`,
        `URIs: ${server.url}/nvidia/\nSuites: /\nX-Packaging: nvidia\n`,
      );
  ubuntuAt(`${server.url}/xz/ubuntu/`);
  mkdirSync(join(dir, 'bin'));
  vi.stubEnv('PATH', join(dir, 'bin'));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function write(id: string, fields: string): void {
  writeFileSync(
    join(dir, 'config/apt-sources', `${id}.sources`),
    `Types: deb\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${server.url}/nvidia/key.pub\n${fields}`,
  );
}

function ubuntuAt(...uris: string[]): void {
  write('ubuntu-bionic', `URIs: ${uris.join(' ')}\nSuites: bionic\nComponents: main\nX-Packaging: debian\n`);
}

const context = (): InstallContext => ({
  folders: { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') },
  env: { PATH: join(dir, 'bin') },
  emit: (event) => events.push(event),
  signal: new AbortController().signal,
  acceptLicences: acceptAll,
});

function asked(words: readonly string[], more: Partial<InstallRequest> = {}): Promise<InstallResult> {
  return install({ words, architecture: 'amd64', dryRun: false, ...more }, context());
}
const compilerOf = ({ plan }: InstallResult): string | undefined =>
  plan.packages.find(({ name }) => name.startsWith('g++-'))?.name;

/** @returns what the prefix's own program prints */
function runs(name: string, ...argv: string[]): string {
  const [file, ...more] = argv;
  const env = { PATH: '/usr/bin:/bin' };
  return execFileSync(join(dir, 'home/prefixes', name, file!), more, { encoding: 'utf8', env }).trim();
}

describe('a host compiler that a recipe asks for where this host has none that fits', () => {
  it.each<[string, string, Compression]>([
    ['cuda9', '6', 'xz'],
    ['cuda10', '7', 'gz'],
    ['cuda10', '7', 'zst'],
  ])(
    '%s: the newest that is accepted, gcc %s, from packages in %s; nvcc is told of it',
    async (recipe, gcc, compression) => {
      ubuntuAt(`${server.url}/${compression}/ubuntu/`);
      const installed = await asked([recipe]);
      expect(compilerOf(installed)).toBe(`g++-${gcc}`);
      const sysroot = join(dir, 'home/prefixes', recipe, 'host/sysroot');
      expect(runs(recipe, 'host/bin/g++', 'x.cpp')).toBe(`g++ ${gcc} --sysroot=${sysroot} x.cpp`);
      expect(runs(recipe, 'bin/nvcc', 'x.cu')).toBe(
        `-ccbin ${join(dir, 'home/prefixes', recipe)}/host/bin/g++ x.cu`,
      );
      expect(installed.prefix?.packages.find(({ name }) => name === `g++-${gcc}`)).toMatchObject({
        source: 'ubuntu-bionic',
      });
    },
  );

  it('is left alone where this host has one', async () => {
    writeFileSync(join(dir, 'bin/g++-7'), '#!/bin/sh\necho "g++-7 (Ubuntu 7.5.0) 7.5.0"\n', { mode: 0o755 });
    expect(compilerOf(await asked(['cuda10'], { dryRun: true }))).toBeUndefined();
    expect(server.requests.filter(({ path }) => path.includes('/ubuntu/'))).toEqual([]);
  });

  it('is in every lock, whatever the machine has on which that is made', async () => {
    const lockedWith = async (name: string): Promise<Lock> => {
      const { lock } = await writeLock(
        {
          words: ['cuda10'],
          architectures: ['amd64'],
          file: join(dir, name),
          upgrade: false,
          proof: false,
          payloads: false,
          allowOlder: false,
        },
        {
          folders: { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') },
          emit: () => {},
          signal: new AbortController().signal,
        },
      );
      return lock;
    };
    const without = await lockedWith('without.lock');
    expect(without.packages.map(({ name }) => name)).toContain('g++-7');
    writeFileSync(join(dir, 'bin/g++-7'), '#!/bin/sh\necho "g++-7 (Ubuntu 7.5.0) 7.5.0"\n', { mode: 0o755 });
    expect(await lockedWith('with.lock')).toEqual(without);
  });

  it('is not asked of this host, which is asked for all else', async () => {
    const rows = [...CUDA_100, ...CUDNN].map((row) => ({
      ...row,
      ...(row.name === 'cuda-nvcc-10-0'
        ? { depends: 'g++-7 | clang-6.0, gcc-7 | clang-6.0, libstdc++6 (>= 99)' }
        : {}),
    }));
    await publishFlat(server, '/depends/', packagesText(rows), key);
    for (const kind of ['cuda', 'ml'])
      write(`nvidia-${kind}-ubuntu1804`, `URIs: ${server.url}/depends/\nSuites: /\nX-Packaging: nvidia\n`);
    const planned = await asked(['cuda10'], { dryRun: true });
    expect(compilerOf(planned)).toBe('g++-7');
    expect(planned.plan.host.map(({ clause }) => clause)).toEqual(['libstdc++6 (>= 99)']);
  });

  it('is left out with a warning where no archive can be had, and is an error where it was asked for', async () => {
    ubuntuAt('http://127.0.0.1:1/');
    const { plan } = await asked(['cuda10'], { dryRun: true });
    expect(plan.warnings.join('\n')).toContain(
      'this host has no compiler that CUDA 10.0.130 takes, and none could be added',
    );
    await expect(asked(['cuda10'], { with: 'host-compiler', dryRun: true })).rejects.toMatchObject({
      code: 'host-unreachable',
    });
  });
});

describe('a host compiler that nobody asked for by name', () => {
  /** What bin/nvcc of the prefix compiles with. */
  const expectCompiler = (name: string): void =>
    expect(runs(name, 'bin/nvcc', 'x.cu')).toBe(
      `-ccbin ${join(dir, 'home/prefixes', name)}/host/bin/g++ x.cu`,
    );

  it('is installed from a lock, too', async () => {
    const file = join(dir, 'gpu-setup.lock');
    const whole = { upgrade: false, proof: true, payloads: true, allowOlder: false };
    await writeLock({ words: ['cuda10'], architectures: ['amd64'], file, ...whole }, context());
    await asked([], { lock: { file, trusted: false } });
    expectCompiler('cuda10');
  });

  it('is installed from a bundle, too', async () => {
    const file = join(dir, 'cuda10.bundle');
    await createBundle({ words: ['cuda10'], architecture: 'amd64', file }, context());
    await installBundle({ file, architecture: 'amd64', dryRun: false }, context());
    expectCompiler('cuda10');
  });

  it.each(['include/crt/host_config.h', 'host/bin/g++'])(
    'is in the prefix when %s was mended',
    async (path) => {
      await asked(['cuda10']);
      rmSync(join(dir, 'home/prefixes/cuda10', path));
      const { repair: mended } = await repair('cuda10', context());
      expect(mended.mended.map((one) => one.path)).toEqual([path]);
      expectCompiler('cuda10');
    },
  );
});

describe('a host compiler by name', () => {
  it('is of the version that was asked for, and its size is said', async () => {
    const planned = await asked(['cuda@10.0', 'gcc@5'], { dryRun: true });
    expect(compilerOf(planned)).toBe('g++-5');
    const text = renderPlan(planned.plan, { columns: 500, color: false, interactive: false, unicode: false });
    expect(text).toMatch(
      /host compiler +gcc 5\.5\.0 from ubuntu-bionic, in host\/: 5 packages of .* at most .* on disk/,
    );
  });

  it('is what packages want a compiler for: this host need not have one besides', async () => {
    const wants = async (more: { with?: string }): Promise<readonly string[]> =>
      (await asked(['cuda@10.0'], { dryRun: true, ...more })).plan.host.map(({ clause }) => clause);
    expect(await wants({})).toContain('build-essential');
    expect(await wants({ with: 'host-compiler' })).not.toContain('build-essential');
  });

  it('is the newest that is accepted where only the component was named', async () => {
    expect(compilerOf(await asked(['cuda@9.0'], { with: 'host-compiler', dryRun: true }))).toBe('g++-6');
  });

  it('that the toolkit refuses is refused before any archive is asked, and the nearest that fits is named', async () => {
    await expect(asked(['cuda@9.0', 'gcc@7'], { dryRun: true })).rejects.toMatchObject({
      code: 'gcc-not-accepted',
      message: 'CUDA 9.0 takes gcc up to 6, and gcc 7 is not among them',
      hint: expect.stringContaining('gcc@6') as string,
    });
    expect(server.requests.filter(({ path }) => path.includes('/ubuntu/'))).toEqual([]);
  });
});

describe('an archive of compilers', () => {
  it('is asked at its next address where one cannot be reached', async () => {
    ubuntuAt('http://127.0.0.1:1/ubuntu/', `${server.url}/xz/ubuntu/`);
    expect(compilerOf(await asked(['cuda10'], { dryRun: true }))).toBe('g++-7');
  });

  it('gives way to the next one: to an archive that the user configured, at the end', async () => {
    ubuntuAt('http://127.0.0.1:1/');
    write(
      'our-mirror',
      `URIs: ${server.url}/xz/ubuntu/\nSuites: bionic\nComponents: main\nX-Packaging: debian\n`,
    );
    const { plan } = await asked(['cuda10'], { dryRun: true });
    expect(plan.packages.find(({ name }) => name === 'g++-7')?.sourceId).toBe('our-mirror');
  });

  it("is looked for beside the mirror that this host's apt names, and else at its own addresses", async () => {
    write(
      'ubuntu-bionic',
      `X-From-Host: yes\nX-Origin: Ubuntu\nX-Codename: bionic\nURIs: ${server.url}/gz/ubuntu/\nSuites: bionic\nComponents: main\nX-Packaging: debian\n`,
    );
    const source = (await loadSources(join(dir, 'config'))).get('ubuntu-bionic')!;
    const paths = (): Promise<string[]> => {
      server.requests.length = 0;
      const context = testContext({ hostRoot: join(dir, 'host') });
      return openIndex(source, 'bionic', context).then(() => server.requests.map(({ path }) => path));
    };
    mkdirSync(join(dir, 'host/etc/apt'), { recursive: true });
    writeFileSync(join(dir, 'host/etc/apt/sources.list'), `deb ${server.url}/xz/debian bookworm main\n`);
    expect(await paths()).toContain('/xz/ubuntu/dists/bionic/InRelease');
    writeFileSync(join(dir, 'host/etc/apt/sources.list'), `deb ${server.url}/nothing/debian bookworm main\n`);
    const asked = await paths();
    expect(asked).toContain('/nothing/ubuntu/dists/bionic/InRelease');
    expect(asked).toContain('/gz/ubuntu/dists/bionic/InRelease');
  });
});

describe('what search says of host compilers', () => {
  const find = (...words: string[]): Promise<Found> =>
    search(
      { words, architecture: 'amd64' },
      {
        folders: { config: join(dir, 'config'), cache: join(dir, 'cache') },
        emit: () => {},
        signal: new AbortController().signal,
      },
    );
  /** Bytes of the compiler in the plan of an install. */
  const planned = async (words: readonly string[], more = {}): Promise<object> => {
    const { plan } = await asked(words, { dryRun: true, ...more });
    const own = plan.packages.filter(({ components }) => components.includes('host-compiler'));
    return { packages: own.length, bytes: { download: own.reduce((sum, one) => sum + one.size, 0) } };
  };

  it('is the compiler that an install of the recipe takes by itself', async () => {
    const { releases } = await find('cuda9');
    expect(releases[0]!.hostCompiler).toMatchObject({
      why: 'automatic',
      error: null,
      offer: { gcc: '6.5.0', source: 'ubuntu-bionic', ...(await planned(['cuda9'])) },
    });
  });

  it('is what --with host-compiler adds where an install takes none, and what gcc@N asks for', async () => {
    expect((await find('cuda@9.0')).releases[0]!.hostCompiler).toMatchObject({
      why: 'offered',
      offer: { gcc: '6.5.0', ...(await planned(['cuda@9.0'], { with: 'host-compiler' })) },
    });
    expect(await planned(['cuda@9.0'])).toMatchObject({ packages: 0 });
    expect((await find('cuda@9.0', 'gcc@5')).releases[0]!.hostCompiler).toMatchObject({
      why: 'asked',
      offer: { gcc: '5.5.0' },
    });
    expect((await find('cuda@9.0', 'gcc@7')).releases[0]!.hostCompiler).toMatchObject({
      why: 'asked',
      offer: null,
      error: { code: 'gcc-not-accepted' },
    });
  });

  it('is nothing where this host has one that fits, and no archive is asked', async () => {
    writeFileSync(join(dir, 'bin/g++-6'), '#!/bin/sh\necho "g++-6 (Ubuntu 6.5.0) 6.5.0"\n', { mode: 0o755 });
    expect((await find('cuda9')).releases[0]!.hostCompiler).toBeNull();
    expect(server.requests.filter(({ path }) => path.includes('/ubuntu/'))).toEqual([]);
  });

  it('is why none can be had', async () => {
    ubuntuAt('http://127.0.0.1:1/');
    expect((await find('cuda9')).releases[0]!.hostCompiler).toMatchObject({
      why: 'automatic',
      offer: null,
      error: { code: 'host-unreachable' },
    });
  });

  it('is every compiler of the archives where gcc alone is looked for, and no source of CUDA is asked', async () => {
    const { compilers, releases, sources } = await find('gcc');
    expect(compilers).toMatchObject([
      { gcc: '7.5.0', source: 'ubuntu-bionic', packages: 5 },
      { gcc: '6.5.0', source: 'ubuntu-bionic', ...(await planned(['cuda9'])) },
      { gcc: '5.5.0', source: 'ubuntu-bionic' },
    ]);
    const [gcc7, gcc6] = compilers;
    expect(gcc7!.cuda).toContain('10.0');
    expect(gcc7!.cuda).not.toContain('9.0');
    expect(gcc6!.cuda).toContain('9.0');
    expect(releases).toEqual([]);
    expect(sources.map(({ id }) => id)).toEqual(['ubuntu-bionic']);
    expect((await find('gcc@>=6 <7')).compilers.map(({ gcc }) => gcc)).toEqual(['6.5.0']);
    server.requests.length = 0;
    await find('gcc@5');
    expect(server.requests.filter(({ path }) => path.includes('/nvidia/'))).toEqual([]);
  });

  it('is the nearest where there is none of that version', async () => {
    await expect(find('gcc@8')).rejects.toMatchObject({
      code: 'nothing-found',
      message: 'there is no gcc@8 in ubuntu-bionic',
      hint: expect.stringContaining('gcc@7.5') as string,
    });
  });
});
