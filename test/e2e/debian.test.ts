/**
 * Real input: CUDA 11.8 and 11.2 from Debian's signed non-free component on the mirror that this host's apt uses, compiled
 * with, linked with and run. Needs root (apt, chroot), the mirror, and some gigabytes of disk.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { debianRoot } from './debian-root.ts';
import { gpuSetup, run, sandbox, type Run } from './support.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';

const os = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
const able = /^ID=debian$/m.test(os) && hasPrograms('apt-get') && process.getuid?.() === 0;
const because = able ? '' : ' (needs Debian and root)';

const PROGRAM = `#include <cstdio>
#include <cublas_v2.h>
#include <cuda_runtime.h>
__global__ void add(int *x) { *x += 1; }
int main() {
  int major = 0, minor = 0;
  cublasGetProperty(MAJOR_VERSION, &major);
  cublasGetProperty(MINOR_VERSION, &minor);
  int runtime = 0;
  std::printf("cuBLAS %d.%d\\nerror %d\\n", major, minor, (int)cudaRuntimeGetVersion(&runtime));
  add<<<1, 1>>>(nullptr);
  return 0;
}
`;

describe.skipIf(!able)(`CUDA from Debian's own packages${because}`, () => {
  const where = sandbox(sharedTempDir());
  let installed: Run;

  beforeAll(async () => {
    writeFileSync(join(where.folder, 't.cu'), PROGRAM);
    installed = await gpuSetup(
      [
        'install',
        'cuda11',
        '--source',
        'debian-bookworm',
        '--with',
        'libraries,compiler',
        '--accept-license',
        '--json',
      ],
      { env: where.env },
    );
  });
  const inPrefix = (prefix: string, ...argv: string[]): Promise<Run> =>
    gpuSetup(['run', prefix, '--', ...argv], { env: where.env, cwd: where.folder });

  it('installs CUDA 11.8 from bookworm without static libraries that nobody asked for', () => {
    expect(installed.status, installed.stderr + installed.stdout).toBe(0);
    const prefix = join(where.env['GPU_SETUP_HOME']!, 'prefixes', 'cuda11');
    expect(existsSync(join(prefix, 'bin/nvcc'))).toBe(true);
    expect(existsSync(join(prefix, 'lib64/libcublas.so.11'))).toBe(true);
    expect(existsSync(join(prefix, 'lib64/libcublas_static.a'))).toBe(false);
    expect(existsSync(join(prefix, 'lib64/libcudart_static.a'))).toBe(true);
  });

  it.skipIf(!hasPrograms('g++-11'))(
    'compiles and links with g++-11, found by itself, and the program runs (needs g++-11)',
    async () => {
      const built = await inPrefix('cuda11', 'nvcc', '-o', 't', 't.cu', '-lcublas');
      expect(built.status, built.stderr).toBe(0);
      expect((await inPrefix('cuda11', './t')).stdout.trim()).toBe('cuBLAS 11.11\nerror 35');
    },
  );

  it('names the compiler it needs and the apt command where there is none', async () => {
    const bin = join(where.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const tool of [
      'g++',
      'gcc',
      'sh',
      'dirname',
      'readlink',
      'sed',
      'cat',
      'basename',
      'uname',
      'env',
      'cpp',
      'as',
      'ld',
    ]) {
      await run(['sh', '-c', `ln -sf "$(command -v ${tool})" ${bin}/`], { env: where.env });
    }
    const refused = await gpuSetup(['run', 'cuda11', '--', 'nvcc', '-o', 't2', 't.cu'], {
      env: { ...where.env, PATH: bin },
      cwd: where.folder,
    });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('apt install g++-11');
  });

  it('puts CUDA 11.2 from bullseye beside it, and says that this host has no compiler for it', async () => {
    const second = await gpuSetup(
      [
        'install',
        'cuda11',
        '--source',
        'debian-bullseye',
        '--name',
        'cuda11-2',
        '--with',
        'libraries,compiler',
        '--accept-license',
        '--json',
      ],
      { env: where.env },
    );
    expect(second.status, second.stderr + second.stdout).toBe(0);
    const refused = await inPrefix('cuda11-2', 'nvcc', '-o', 't2', 't.cu');
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/10/);
    expect(refused.stderr).not.toContain('apt install g++-10');
  });

  it.skipIf(!hasPrograms('mmdebstrap'))(
    'compiles and runs the same program in a bullseye root with its g++-10 (needs mmdebstrap)',
    async () => {
      const root = await debianRoot({ suite: 'bullseye', packages: ['g++'] });
      const script = [
        `mount --bind /proc ${root}/proc`,
        `mkdir -p ${root}/prefix ${root}/work`,
        `mount --bind ${where.env['GPU_SETUP_HOME']}/prefixes/../ ${root}/prefix`,
        `cp ${where.folder}/t.cu ${root}/work/`,
        `chroot ${root} /bin/sh -c 'cd /work && P=/prefix/prefixes/cuda11-2 && $P/bin/nvcc -o t t.cu -lcublas && LD_LIBRARY_PATH=$P/lib64 ./t'`,
      ].join(' && ');
      const done = await run(['unshare', '-m', 'sh', '-ec', script], { env: where.env });
      expect(done.stderr.replace(/.*warning.*\n/g, '')).not.toContain('error');
      expect(done.stdout).toContain('cuBLAS 11.');
      expect(done.stdout).toContain('error 35');
    },
  );

  it('verifies clean, and finds a changed file by name', async () => {
    expect((await gpuSetup(['verify', 'cuda11'], { env: where.env })).status).toBe(0);
    const header = join(where.env['GPU_SETUP_HOME']!, 'prefixes/cuda11/include/crt/host_config.h');
    await run(['chmod', 'u+w', header], { env: where.env });
    writeFileSync(header, `${readFileSync(header, 'utf8')}\n/* edited */\n`);
    const changed = await gpuSetup(['verify', 'cuda11', '--json'], { env: where.env });
    expect(changed.status).toBe(1);
    expect(changed.stdout).toContain('crt/host_config.h');
  });
});
