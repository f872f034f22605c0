/**
 * cuda9 and cuda10 side by side from the stand-in for NVIDIA's repositories, as root and as an ordinary user, and what
 * happens when the repository misbehaves.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeSources } from '../support/nvidia/configuration.ts';
import { TRACE } from '../support/nvidia/packages.ts';
import { buildRepositories, signClear, type FakeRepositories } from '../support/nvidia/repository.ts';
import { serve, type FakeServer } from '../support/nvidia/server.ts';
import { gpuSetup, run, sandbox, type Run, type Sandbox } from './support.ts';
import { sharedTempDir, tempDir } from '../support/temp-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';

const able = hasPrograms('cc', 'g++', 'xz');
const because = able ? '' : ' (no C compiler or xz here)';
const ORDINARY = 65534;

describe.skipIf(!able)(`NVIDIA's repositories, as a stand-in${because}`, () => {
  const built = sandbox(sharedTempDir());
  let repositories: FakeRepositories;
  let server: FakeServer;

  beforeAll(async () => {
    rmSync(TRACE, { force: true });
    repositories = await buildRepositories(join(built.folder, 'nvidia'));
    server = await serve(repositories.root);
  });
  afterAll(() => server?.close());
  afterEach(() => {
    server.faults.length = 0;
  });

  async function box(): Promise<Sandbox> {
    const made = sandbox(tempDir());
    await writeSources(made.env['GPU_SETUP_CONFIG']!, server.url, repositories);
    return made;
  }
  const install = (where: Sandbox, ...args: string[]): Promise<Run> =>
    gpuSetup(['install', ...args, '--accept-license', '--json'], { env: where.env });

  const PROGRAM = `#include <stdio.h>
#include "cuda_runtime_api.h"
#include "cudnn.h"
int main(void) {
  int v = 0;
  int e = cudaRuntimeGetVersion(&v);
  printf("%d %lu %d\\n", v, cudnnGetVersion(), e);
  return 0;
}
`;
  /** Builds and runs PROGRAM with the host's own compiler inside the environment of a prefix. */
  async function report(where: Sandbox, prefix: string, uid?: number): Promise<string> {
    const options = { env: where.env, cwd: where.folder, ...(uid === undefined ? {} : { uid }) };
    writeFileSync(join(where.folder, `${prefix}.c`), PROGRAM);
    const cc = await gpuSetup(
      ['run', prefix, '--', 'cc', '-o', prefix, `${prefix}.c`, '-lcudart', '-lcudnn'],
      options,
    );
    expect(cc.stderr).toBe('');
    const ran = await gpuSetup(['run', prefix, '--', `./${prefix}`], options);
    return ran.stdout.trim();
  }

  for (const [who, uid] of [
    ['root', undefined],
    ['an ordinary user', ORDINARY],
  ] as const) {
    it.skipIf(uid !== undefined && process.getuid?.() !== 0)(
      `installs cuda9 and cuda10 side by side as ${who}; each program finds its own CUDA and cuDNN`,
      async () => {
        const where = await box();
        if (uid !== undefined) await run(['chown', '-R', `${uid}:${uid}`, where.folder], { env: where.env });
        for (const recipe of ['cuda9', 'cuda10']) {
          const done = await gpuSetup(['install', recipe, '--accept-license', '--json'], {
            env: where.env,
            ...(uid === undefined ? {} : { uid }),
          });
          expect(done, done.stderr + done.stdout).toMatchObject({ status: 0 });
          expect(JSON.parse(done.stdout).schema).toBe('gpu-setup/install@1');
        }
        expect(await report(where, 'cuda9', uid)).toMatch(/^9000 70\d\d 35$/);
        expect(await report(where, 'cuda10', uid)).toMatch(/^10000 75\d\d 35$/);
        const listed = await gpuSetup(['list', '--json'], { env: where.env });
        expect(JSON.parse(listed.stdout).prefixes.map((p: { name: string }) => p.name)).toEqual(
          expect.arrayContaining(['cuda9', 'cuda10']),
        );
        for (const recipe of ['cuda9', 'cuda10']) {
          expect(await gpuSetup(['verify', recipe], { env: where.env })).toMatchObject({ status: 0 });
        }
      },
    );
  }

  it('runs no maintainer script, installs no driver file, and takes the patched cuBLAS of CUDA 9.0', async () => {
    const where = await box();
    const done = await install(where, 'cuda9');
    expect(done.status, done.stderr).toBe(0);
    expect(existsSync(TRACE)).toBe(false);
    const shown = JSON.parse((await gpuSetup(['show', 'cuda9', '--json'], { env: where.env })).stdout);
    const versions = new Map(
      shown.packages.map((p: { name: string; version: string }) => [p.name, p.version]),
    );
    expect(versions.get('cuda-cublas-9-0')).toBe('9.0.176.4-1');
    expect(
      [...versions.keys()].filter((name) => /driver(?!-dev)|^nvidia-|^libcuda1/.test(String(name))),
    ).toEqual([]);
    const home = where.env['GPU_SETUP_HOME']!;
    expect(readdirSync(join(home, 'prefixes'))).toEqual(['cuda9']);
    expect(server.requests.filter((path) => /cuda-drivers|libcuda1-|nvidia-modprobe/.test(path))).toEqual([]);
  });

  it('compiles with nvcc and the newest g++ that this toolkit accepts, and says which one is wanted when there is none', async () => {
    const where = await box();
    expect((await install(where, 'cuda9', '--without', 'host-compiler')).status).toBe(0);
    writeFileSync(join(where.folder, 't.cu'), PROGRAM);
    const bin = join(where.folder, 'bin');
    mkdirSync(bin);
    const env = { ...where.env, PATH: `${bin}:${where.env['PATH']}` };
    const refused = await gpuSetup(['run', 'cuda9', '--', 'nvcc', '-o', 't', 't.cu', '-lcudnn'], {
      env,
      cwd: where.folder,
    });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/gcc.*6/i);
    // A g++ that says it is 6, as far as this toolkit's header can tell.
    writeFileSync(
      join(bin, 'g++-6'),
      '#!/bin/sh\ncase "$*" in *-dumpfullversion*|*-dumpversion*) echo 6.5.0; exit 0;; esac\nexec g++ -U__GNUC__ -D__GNUC__=6 "$@"\n',
    );
    chmodSync(join(bin, 'g++-6'), 0o755);
    const built = await gpuSetup(['run', 'cuda9', '--', 'nvcc', '-o', 't', 't.cu', '-lcudnn'], {
      env,
      cwd: where.folder,
    });
    expect(built.status, built.stderr).toBe(0);
    expect((await gpuSetup(['run', 'cuda9', '--', './t'], { env, cwd: where.folder })).stdout).toMatch(
      /^9000 70\d\d 35/,
    );
  });

  it('does nothing the second time, and refuses another request under the same name', async () => {
    const where = await box();
    expect((await install(where, 'cuda10')).status).toBe(0);
    const before = server.requests.filter((path) => path.endsWith('.deb')).length;
    const again = await install(where, 'cuda10');
    expect(again.status).toBe(0);
    expect(server.requests.filter((path) => path.endsWith('.deb')).length).toBe(before);
    const other = await install(where, 'cuda9', '--name', 'cuda10');
    expect(other.status).toBe(1);
    expect(JSON.parse(other.stdout)).toMatchObject({ schema: 'gpu-setup/error@1', code: 'prefix-exists' });
  });

  it('shares the store: a second prefix of the same packages downloads nothing', async () => {
    const where = await box();
    expect((await install(where, 'cuda10')).status).toBe(0);
    const before = server.requests.filter((path) => path.endsWith('.deb')).length;
    expect((await install(where, 'cuda10', '--name', 'second')).status).toBe(0);
    expect(server.requests.filter((path) => path.endsWith('.deb')).length).toBe(before);
    const home = where.env['GPU_SETUP_HOME']!;
    const of = (name: string): number =>
      statSync(join(home, 'prefixes', name, 'lib64', 'libcublas.so.10.0.130')).ino;
    expect(of('cuda10')).toBe(of('second'));
  });

  it('plans without touching anything: --dry-run names packages, bytes and licence', async () => {
    const where = await box();
    const plan = await gpuSetup(['install', 'cuda10', '--dry-run'], { env: where.env });
    expect(plan.status, plan.stderr).toBe(0);
    expect(plan.stdout).toContain('cuda-cublas-10-0');
    expect(existsSync(join(where.env['GPU_SETUP_HOME']!, 'prefixes'))).toBe(false);
    expect(existsSync(join(where.env['GPU_SETUP_HOME']!, 'store'))).toBe(false);
  });

  it('asks for the licence and installs nothing without an answer', async () => {
    const where = await box();
    const refused = await gpuSetup(['install', 'cuda10', '--json'], { env: where.env });
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ code: 'licence-not-accepted' });
    expect(existsSync(join(where.env['GPU_SETUP_HOME']!, 'prefixes', 'cuda10'))).toBe(false);
  });

  it('resumes a download that was cut, and keeps what was verified', async () => {
    const where = await box();
    server.faults.push({
      path: 'libcudnn7_7.5.0.56-1+cuda10.0_amd64.deb',
      times: 1,
      kind: 'cut',
      after: 300,
    });
    expect((await install(where, 'cuda10')).status).toBe(0);
  });

  it('stops at a package whose bytes are not those of the index; nothing half-made is visible and the next run goes on', async () => {
    const where = await box();
    server.faults.push({ path: 'cuda-cublas-10-0_10.0.130-1_amd64.deb', times: 99, kind: 'corrupt' });
    const failed = await install(where, 'cuda10');
    expect(failed.status).toBe(1);
    expect(JSON.parse(failed.stdout).message).toContain('cuda-cublas-10-0');
    expect(existsSync(join(where.env['GPU_SETUP_HOME']!, 'prefixes', 'cuda10'))).toBe(false);
    server.faults.length = 0;
    expect((await install(where, 'cuda10')).status).toBe(0);
  });

  it('refuses an index that another key signed', async () => {
    const where = await box();
    const file = join(repositories.root, 'compute/cuda/repos/ubuntu1804/x86_64/InRelease');
    const release = readFileSync(
      join(repositories.root, 'compute/cuda/repos/ubuntu1804/x86_64/Release'),
      'utf8',
    );
    const original = readFileSync(file, 'utf8');
    try {
      writeFileSync(file, await signClear(release, repositories.mlKey));
      const failed = await install(where, 'cuda10');
      expect(failed.status).toBe(1);
      expect(JSON.parse(failed.stdout).code).toMatch(/signature|key/);
    } finally {
      writeFileSync(file, original);
    }
  });

  it('names the other sources when the server cannot be reached', async () => {
    const where = await box();
    // Nobody listens on port 9 of this machine.
    const file = join(where.env['GPU_SETUP_CONFIG']!, 'apt-sources', 'nvidia-cuda-ubuntu2204.sources');
    writeFileSync(
      file,
      `Types: deb\nURIs: http://127.0.0.1:9/\nSuites: /\nSigned-By: ${repositories.cudaKey.fingerprint}\n`,
    );
    const failed = await install(where, 'cuda11');
    expect(failed.status).toBe(1);
    const error = JSON.parse(failed.stdout);
    expect(error).toMatchObject({ code: 'host-unreachable', retryable: true });
    expect(`${error.message} ${error.hint}`).toContain('debian-bookworm');
  });

  it('survives being killed in the middle: the next install completes', async () => {
    const where = await box();
    const child = run(
      [
        'timeout',
        '-s',
        'KILL',
        '0.9',
        process.execPath,
        'dist/main.js',
        'install',
        'cuda10',
        '--accept-license',
        '--json',
      ],
      { env: where.env, cwd: new URL('../../', import.meta.url).pathname },
    );
    await child;
    const done = await install(where, 'cuda10');
    expect(done.status, done.stdout + done.stderr).toBe(0);
    expect((await gpuSetup(['verify', 'cuda10'], { env: where.env })).status).toBe(0);
  });

  it('lets two installs at once both succeed', async () => {
    const where = await box();
    const both = await Promise.all([install(where, 'cuda9'), install(where, 'cuda10')]);
    expect(
      both.map((one) => one.status),
      both.map((one) => one.stdout).join('\n'),
    ).toEqual([0, 0]);
  });
});
