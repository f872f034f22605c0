/**
 * docs/guide/ci.md: the Dockerfile and the jobs that it shows are built and run here, word for word, on a Debian 12 made from
 * this host's mirror, with CUDA 11.8 from Debian. What this protects: that copying them works.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { debianRoot } from './debian-root.ts';
import { guideTexts, type Job } from './guide-texts.ts';
import { BINARY, ROOT, run, type Run } from './support.ts';

const bun = join(ROOT, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun');
const able =
  existsSync(bun) &&
  process.getuid?.() === 0 &&
  hasPrograms('podman', 'runc', 'mmdebstrap', 'apt-get', 'tar');
const because = able ? '' : ' (needs root, podman, runc, mmdebstrap, a Debian mirror and the Bun package)';

const BASE = 'localhost/debian:bookworm';
const PRINTED = 'cuBLAS 11.11\nno GPU used: CUDA driver version is insufficient for CUDA runtime version';
// A container that runs tests may rarely raise its limits; these are below what any has.
const LIMITS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];

describe.skipIf(!able)(`the guide to CI${because}`, () => {
  const texts = guideTexts();
  const folder = sharedTempDir();
  const context = join(folder, 'context');
  const cache = join(folder, 'cache');
  const env = { PATH: process.env['PATH']!, HOME: folder, LC_ALL: 'C.UTF-8' };
  let sha256: string;

  // Images and layers of its own: nothing of this stays on the machine, and nothing of the machine's counts.
  const podman = (...args: string[]): Promise<Run> =>
    run(
      [
        'podman',
        '--root',
        join(folder, 'images'),
        '--runroot',
        join(folder, 'run'),
        '--runtime',
        'runc',
        ...args,
      ],
      { env },
    );
  const build = (digest: string, ...args: string[]): Promise<Run> =>
    podman(
      'build',
      '--isolation',
      'chroot',
      ...LIMITS,
      '--build-arg',
      `BASE=${BASE}`,
      '--build-arg',
      `GPU_SETUP_SHA256=${digest}`,
      ...args,
      context,
    );

  beforeAll(async () => {
    const executable = await run([process.execPath, 'scripts/build-binary.mjs'], { env, cwd: ROOT });
    expect(executable.status, executable.stderr).toBe(0);
    sha256 = createHash('sha256').update(readFileSync(BINARY)).digest('hex');
    mkdirSync(context);
    mkdirSync(cache, { mode: 0o700 });
    copyFileSync(BINARY, join(context, 'gpu-setup-linux-x64'));
    writeFileSync(join(context, 'hello.cu'), texts.program);
    writeFileSync(join(context, 'Dockerfile'), texts.dockerfile);
    const root = await debianRoot({ suite: 'bookworm', packages: [] });
    const tar = join(folder, 'root.tar');
    const packed = await run(['tar', '-C', root, '--one-file-system', '-cf', tar, '.'], { env });
    expect(packed.status, packed.stderr).toBe(0);
    const imported = await podman('import', '--quiet', tar, BASE);
    expect(imported.status, imported.stderr).toBe(0);
  });

  // podman keeps its folder of layers mounted upon itself.
  afterAll(async () => {
    await run(['umount', '--recursive', '--lazy', join(folder, 'images', 'overlay')], { env });
  });

  it('stops at an executable with another digest than was written down', async () => {
    const stopped = await build('0'.repeat(64), '--target', 'build');
    expect(stopped.status).not.toBe(0);
    expect(stopped.stderr + stopped.stdout).toContain('computed checksum did NOT match');
    expect(stopped.stdout).not.toContain('apt-get install');
  });

  it('builds an image that holds the program and what it is linked with, and nothing else of CUDA', async () => {
    const built = await build(sha256, '--tag', 'localhost/hello');
    expect(built.status, built.stderr).toBe(0);
    const ran = await podman('run', '--rm', '--network', 'host', ...LIMITS, 'localhost/hello');
    expect(ran.stdout.trim(), ran.stderr).toBe(PRINTED);
    const listed = await podman(
      'run',
      '--rm',
      '--network',
      'host',
      ...LIMITS,
      'localhost/hello',
      'sh',
      '-c',
      'ls /opt /opt/hello/lib',
    );
    expect(listed.stdout.trim().split('\n'), listed.stderr).toEqual([
      '/opt:',
      'hello',
      '',
      '/opt/hello/lib:',
      'libcublas.so.11',
      'libcublasLt.so.11',
    ]);
  });

  /** One job, in a container of the base, as root, with `folders` mounted. */
  const job = ({ env: variables, script }: Job, ...mounts: string[]): Promise<Run> => {
    const environment = {
      ...variables,
      GPU_SETUP_URL: 'file:///context/gpu-setup-linux-x64',
      GPU_SETUP_SHA256: sha256,
    };
    return podman(
      'run',
      '--rm',
      '--network',
      'host',
      ...LIMITS,
      ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...[`${context}:/context:ro`, ...mounts].flatMap((mount) => ['--volume', mount]),
      '--workdir',
      '/project',
      BASE,
      'bash',
      '-ec',
      script,
    );
  };
  const project = (name: string): string => {
    const path = join(folder, name);
    mkdirSync(path);
    copyFileSync(join(context, 'hello.cu'), join(path, 'hello.cu'));
    return path;
  };

  it("does GitHub's steps", async () => {
    const done = await job(texts.github, `${project('github')}:/project`, `${cache}:/var/cache/gpu-setup`);
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout.trim().split('\n').slice(-2).join('\n')).toBe(PRINTED);
  });

  it("does GitLab's lines, and takes every package from the cache of the run before", async () => {
    const path = project('gitlab');
    mkdirSync(join(path, '.cache'));
    const kept = await run(['cp', '-R', cache, join(path, '.cache', 'gpu-setup')], { env });
    expect(kept.status, kept.stderr).toBe(0);
    const done = await job(texts.gitlab, `${path}:/project`);
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout.trim().split('\n').slice(-2).join('\n')).toBe(PRINTED);
    expect(done.stderr).not.toMatch(/^\+ fetch/m);
  });
});
