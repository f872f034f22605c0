/** The single executable: old systems, hostile folders, the same bytes twice. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildTar, compress } from '../support/deb.ts';
import { writeSources } from '../support/nvidia/configuration.ts';
import { buildRepositories } from '../support/nvidia/repository.ts';
import { serve, type FakeServer } from '../support/nvidia/server.ts';
import { debianRoot } from './debian-root.ts';
import { BINARY, MAIN, ROOT, run, sandbox, type Run } from './support.ts';
import { LIBRARY, MEMBER, xzRepository, type XzRepository } from './xz-repository.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { canMountApart } from '../support/can-mount.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { withoutLibraries } from '../support/without-libraries.ts';

const bun = join(ROOT, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun');
const able = existsSync(bun) && process.arch === 'x64';
/** 2.N */
const GLIBC = Number(
  (
    process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  ).header.glibcVersionRuntime?.split('.')[1] ?? 0,
);
const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe.skipIf(!able)(`the executable${able ? '' : ' (needs the Bun package, x86-64)'}`, () => {
  const where = sandbox(sharedTempDir());

  beforeAll(async () => {
    await build();
  });

  async function build(): Promise<void> {
    const built = await run([process.execPath, 'scripts/build-binary.mjs'], { env: where.env, cwd: ROOT });
    expect(built.status, built.stderr).toBe(0);
  }

  it('is the same, bit for bit, when it is built again', async () => {
    const before = digest(BINARY);
    await build();
    expect(digest(BINARY)).toBe(before);
  });

  it.skipIf(!hasPrograms('objdump'))('needs no symbol newer than GLIBC_2.27 (needs objdump)', async () => {
    const dump = await run(['objdump', '-T', BINARY], { env: where.env });
    const newest = [...dump.stdout.matchAll(/GLIBC_2\.(\d+)/g)].map((match) => Number(match[1]));
    expect(newest.length).toBeGreaterThan(0);
    expect(Math.max(...newest)).toBeLessThanOrEqual(27);
  });

  for (const [title, argv] of [
    ['the executable', [BINARY]],
    ['the launcher', [join(ROOT, 'gpu-setup')]],
    ['Node', [process.execPath, MAIN]],
  ] as const) {
    it(`is deaf to a hostile working directory: ${title}`, async () => {
      const folder = join(where.folder, `hostile-${title.replaceAll(' ', '-')}`);
      const mark = join(folder, 'ran');
      mkdirSync(join(folder, 'node_modules/execa'), { recursive: true });
      const evil = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'ran');\n`;
      writeFileSync(join(folder, 'evil.cjs'), evil);
      writeFileSync(
        join(folder, '.env'),
        'GPU_SETUP_HOME=/nonexistent/from-dotenv\nNODE_OPTIONS=--require ./evil.cjs\n',
      );
      writeFileSync(join(folder, 'bunfig.toml'), 'preload = ["./evil.cjs"]\n');
      writeFileSync(
        join(folder, 'package.json'),
        '{ "type": "commonjs", "imports": { "#x": "./evil.cjs" }, "main": "evil.cjs" }\n',
      );
      writeFileSync(
        join(folder, 'tsconfig.json'),
        '{ "compilerOptions": { "paths": { "*": ["./evil.cjs"] } } }\n',
      );
      writeFileSync(
        join(folder, 'node_modules/execa/package.json'),
        '{ "name": "execa", "main": "index.js" }\n',
      );
      writeFileSync(join(folder, 'node_modules/execa/index.js'), evil);
      const done = await run([...argv, 'list', '--json'], { env: where.env, cwd: folder });
      expect(done.status, done.stderr).toBe(0);
      expect(JSON.parse(done.stdout)).toMatchObject({ schema: 'gpu-setup/list@1', prefixes: [] });
      expect(done.stdout + done.stderr).not.toContain('from-dotenv');
      expect(existsSync(mark)).toBe(false);
      const doctor = await run([...argv, 'doctor', '--json'], { env: where.env, cwd: folder });
      expect(JSON.parse(doctor.stdout).schema).toBe('gpu-setup/doctor@1');
      expect(existsSync(mark)).toBe(false);
    });
  }

  const canChroot = able && hasPrograms('mmdebstrap', 'cc', 'unshare') && process.getuid?.() === 0;
  it.skipIf(!canChroot)(
    'runs doctor and installs cuda10 from the repository in a bullseye root without Node (needs mmdebstrap, root, a C compiler)',
    async () => {
      const root = await debianRoot({ suite: 'bullseye', packages: [] });
      const repositories = await buildRepositories(join(where.folder, 'nvidia'));
      const server: FakeServer = await serve(repositories.root);
      try {
        cpSync(BINARY, join(root, 'gpu-setup'));
        await writeSources(join(root, 'etc/gpu-setup'), server.url, repositories);
        const inside = (
          command: string,
        ): Promise<{ status: number | undefined; stdout: string; stderr: string }> =>
          run(
            [
              'unshare',
              '-m',
              'sh',
              '-ec',
              `mount --bind /proc ${root}/proc && chroot ${root} /bin/sh -c '${command}'`,
            ],
            {
              env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C.UTF-8' },
            },
          );
        expect((await inside('command -v node')).status).not.toBe(0);
        const doctor = await inside('/gpu-setup doctor --json');
        expect(JSON.parse(doctor.stdout)).toMatchObject({ schema: 'gpu-setup/doctor@1' });
        const installed = await inside('/gpu-setup install cuda10 --accept-license --json');
        expect(installed.status, installed.stdout + installed.stderr).toBe(0);
        const version = await inside('/gpu-setup run cuda10 -- nvcc --version');
        expect(version.stdout).toContain('V10.0.130');
        expect((await inside('/gpu-setup verify cuda10')).status).toBe(0);
      } finally {
        await server.close();
      }
    },
  );

  describe.skipIf(!hasPrograms('xz', 'cc'))('decodes xz (needs xz, cc)', () => {
    const inner = sandbox(join(where.folder, 'decoding'));
    const bare = { ...inner.env, PATH: '/nonexistent' };
    let repository: XzRepository;
    beforeAll(async () => {
      mkdirSync(inner.folder);
      repository = await xzRepository(inner.env['GPU_SETUP_CONFIG']!);
    });
    afterAll(() => repository.close());
    beforeEach(() => {
      for (const name of ['GPU_SETUP_HOME', 'GPU_SETUP_CACHE'])
        rmSync(inner.env[name]!, { recursive: true, force: true });
    });

    const library = Buffer.concat(
      Array.from({ length: 100_000 }, (_, i) =>
        createHash('sha256')
          .update(`${i % 40_000}`)
          .digest(),
      ),
    );
    const tar = buildTar([{ path: `./${MEMBER}`, content: library }]);
    const order: readonly [string, ...string[]] = [
      BINARY,
      'install',
      'cuda@10.0',
      '--accept-license',
      '--json',
      '--name',
      'x',
    ];
    const install = (env: Record<string, string> = bare): Promise<Run> => run(order, { env });

    /** The libraries that the loader started for it. @param argv installs */
    async function loadedBy(
      argv: readonly [string, ...string[]],
      env: Record<string, string>,
    ): Promise<string> {
      const done = await run(argv, {
        env: { ...env, LD_DEBUG: 'files', LD_DEBUG_OUTPUT: join(inner.folder, 'loaded') },
      });
      expect(done.status, done.stdout + done.stderr).toBe(0);
      const written = readFileSync(join(inner.env['GPU_SETUP_HOME']!, 'prefixes/x', LIBRARY));
      expect(written.equals(library)).toBe(true);
      const logs = readdirSync(inner.folder).filter((name) => name.startsWith('loaded.'));
      const said = logs.map((name) => readFileSync(join(inner.folder, name), 'utf8')).join('');
      for (const name of logs) rmSync(join(inner.folder, name));
      const started = said.split('\n').flatMap((line) => /calling init: (\S+)/.exec(line)?.[1] ?? []);
      expect(started).not.toEqual([]);
      return started.join('\n');
    }
    const OURS = /^\/proc\/self\/fd\/\d+$/m;
    const SYSTEMS = /^\/(?:usr\/)?lib\S*\/liblzma\.so\.5$/m;

    const itOnNewer = it.skipIf(GLIBC < 34);
    itOnNewer.each([
      ['one block', undefined],
      ['many blocks', 256 << 10],
    ])('%s: every byte, by the library that it brings along (needs glibc 2.34)', async (_, blockSize) => {
      await repository.publish(compress(tar, 'xz', blockSize));
      const started = await loadedBy(order, bare);
      expect(started).toMatch(OURS);
      expect(started).not.toMatch(SYSTEMS);
    });

    itOnNewer('on Node: every byte, by the addon beside its chunks (needs glibc 2.34)', async () => {
      await repository.publish(compress(tar, 'xz', 256 << 10));
      const started = await loadedBy([process.execPath, MAIN, ...order.slice(1)], bare);
      expect(started).toMatch(/\/chunks\/node-liblzma\.node$/m);
      expect(started).not.toMatch(SYSTEMS);
    });

    const itApart = it.skipIf(!canMountApart);
    itApart("by the system's where its own does not load (needs root, unshare, mount)", async () => {
      await repository.publish(compress(tar, 'xz', 256 << 10));
      const started = await loadedBy(withoutLibraries(['libstdc++.so.6'], order), inner.env);
      expect(started).toMatch(SYSTEMS);
      expect(started).not.toMatch(OURS);
    });

    itApart('where the system has neither library (needs root, unshare, mount)', async () => {
      await repository.publish(compress(tar, 'xz', 256 << 10));
      const started = await loadedBy(withoutLibraries(['libstdc++.so.6', 'liblzma.so.5'], order), inner.env);
      expect(started).not.toMatch(OURS);
      expect(started).not.toMatch(SYSTEMS);
    });

    const packed = compress(tar, 'xz');
    const flipped = Buffer.from(packed);
    flipped[packed.length >> 1]! ^= 0xff;
    it.each<[string, Buffer, string, RegExp]>([
      ['cut off', packed.subarray(0, packed.length >> 1), 'bad-deb', /xz footer/],
      ['damaged', flipped, 'bad-deb', /Compressed data is corrupt/],
      [
        'a bomb',
        compress(buildTar([{ path: `./${MEMBER}`, content: Buffer.alloc(256 << 20) }]), 'xz'),
        'package-out-of-bounds',
        /cuda-cufft-10-0/,
      ],
    ])('what is %s is refused, and no prefix is made', async (_, payload, code, message) => {
      await repository.publish(payload);
      const done = await install();
      expect(done.status).toBe(1);
      expect(JSON.parse(done.stdout)).toMatchObject({
        code,
        message: expect.stringMatching(message) as string,
      });
      expect(existsSync(join(inner.env['GPU_SETUP_HOME']!, 'prefixes/x'))).toBe(false);
    });

    it('never a library of a folder that the caller searches for libraries', async () => {
      await repository.publish(packed);
      const lying = join(inner.folder, 'lying');
      const mark = join(inner.folder, 'lied');
      mkdirSync(lying);
      writeFileSync(
        join(inner.folder, 'lie.c'),
        `#include <fcntl.h>
__attribute__((constructor)) static void lie(void) { creat(${JSON.stringify(mark)}, 0600); }
int lzma_stream_decoder(void) { return 0; }
int lzma_code(void) { return 1; }
void lzma_end(void) {}
void _Unwind_Resume(void) {}
void __cxa_demangle(void) {}
`,
      );
      for (const name of ['liblzma.so.5', 'libstdc++.so.6', 'libgcc_s.so.1']) {
        const cc = [
          'cc',
          '-shared',
          '-fPIC',
          `-Wl,-soname,${name}`,
          '-o',
          join(lying, name),
          'lie.c',
        ] as const;
        const built = await run(cc, { env: where.env, cwd: inner.folder });
        expect(built.status, built.stderr).toBe(0);
      }
      const done = await install({ ...bare, LD_LIBRARY_PATH: lying });
      expect(done.status, done.stdout + done.stderr).toBe(0);
      const written = readFileSync(join(inner.env['GPU_SETUP_HOME']!, 'prefixes/x', LIBRARY));
      expect(written.equals(library)).toBe(true);
      expect(existsSync(mark)).toBe(false);
    });
  });
});
