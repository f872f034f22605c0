/**
 * Parts of CUDA 11.8 from Debian: `--only nvcc,cudart` and `--only cublas`, compiled with, linked with, run, and kept by what
 * comes after an install. Needs the mirror and gigabytes, so it is asked for by name.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { InstallPlan } from '../../src/prefix/plan/install-plan.ts';
import type { PrefixInfo } from '../../src/machine/records/prefix-manifest.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { gpuSetup, sandbox, type Run } from './support.ts';

const TOOLS = ['apt-get', 'g++', 'g++-11'] as const;
const able = process.env['GPU_SETUP_RELEASES'] === '1' && process.getuid?.() === 0 && hasPrograms(...TOOLS);
const because = able ? '' : ` (slow: needs GPU_SETUP_RELEASES=1, root, ${TOOLS.join(', ')})`;

/** Includes what a program of CUDA C++ usually does: all of it has to be there with the runtime. */
const KERNEL = `#include <cstdio>
#include <cuda_runtime.h>
#include <cuda_fp16.h>
#include <cooperative_groups.h>
#include <thrust/version.h>
#include <cub/version.cuh>
#include <cuda/std/type_traits>
__global__ void add(int *x, __half h) { *x += (int)__half2float(h) + cooperative_groups::this_thread_block().size(); }
int main(int argc, char **) {
  int devices = 0;
  std::printf("runtime %d error %d thrust %d\\n", CUDART_VERSION, (int)cudaGetDeviceCount(&devices), THRUST_MAJOR_VERSION);
  if (argc > 5) add<<<1, 1>>>(nullptr, __half());
}
`;
const BLAS = `#include <cstdio>
#include <cublas_v2.h>
#include <cublasLt.h>
int main() {
  int major = 0, minor = 0;
  cublasGetProperty(MAJOR_VERSION, &major);
  cublasGetProperty(MINOR_VERSION, &minor);
  std::printf("cublas %d.%d lt %d\\n", major, minor, (int)(cublasLtGetVersion() / 10000));
}
`;

interface Installed {
  status: string;
  plan: InstallPlan;
  prefix: PrefixInfo;
  spent: { fetchedBytes: number } | null;
}

describe.skipIf(!able)(`parts of a toolkit from Debian${because}`, () => {
  const where = sandbox(sharedTempDir());
  // A cache that outlives the test saves gigabytes.
  const cache = process.env['GPU_SETUP_RELEASES_CACHE'];
  if (cache !== undefined) where.env['GPU_SETUP_CACHE'] = cache;
  const prefixOf = (name: string): string => join(where.env['GPU_SETUP_HOME']!, 'prefixes', name);
  const inPrefix = (name: string, script: string): Promise<Run> =>
    gpuSetup(['run', name, '--', 'sh', '-ec', script], { env: where.env, cwd: where.folder });

  async function json<T>(...args: string[]): Promise<T> {
    const done = await gpuSetup([...args, '--json'], { env: where.env });
    expect(done.status, done.stderr + done.stdout).toBe(0);
    return JSON.parse(done.stdout) as T;
  }
  const install = (name: string, only: string, ...more: string[]): Promise<Installed> => {
    const asked = ['cuda@11.8', '--only', only, '--source', 'debian-bookworm', '--name', name];
    return json<Installed>('install', ...asked, '--accept-license', ...more);
  };

  let small: Installed;
  beforeAll(async () => {
    writeFileSync(join(where.folder, 'kernel.cu'), KERNEL);
    writeFileSync(join(where.folder, 'blas.cpp'), BLAS);
    small = await install('small', 'nvcc,cudart');
  });

  it('fetches about half of what all of it comes to, and says so', async () => {
    const { bytes } = small.plan;
    expect(bytes.fetch + bytes.fetchCached).toBeLessThan(0.6 * bytes.whole!);
    expect(small.spent?.fetchedBytes).toBe(bytes.fetch);
    const again = ['cuda@11.8', '--only', 'nvcc,cudart', '--source', 'debian-bookworm', '--name', 'other'];
    const planned = await gpuSetup(['install', ...again, '--dry-run'], { env: where.env });
    expect(planned.stdout).toMatch(/to download of 1\.\d GB for all of it/);
  });

  it('has nvcc, the runtime and their headers, and nothing of other libraries', () => {
    for (const path of ['bin/nvcc', 'include/cuda_runtime.h', 'lib64/libcudart_static.a'])
      expect(existsSync(join(prefixOf('small'), path)), path).toBe(true);
    for (const path of ['include/cublas_v2.h', 'lib64/libcublas.so', 'include/cufft.h', 'bin/cuda-gdb'])
      expect(existsSync(join(prefixOf('small'), path)), path).toBe(false);
  });

  it.each(['shared', 'static'])('compiles, and the program runs, with the runtime %s', async (how) => {
    const built = await inPrefix(
      'small',
      `nvcc -cudart ${how} -o kernel-${how} kernel.cu && ./kernel-${how}`,
    );
    expect(built.stdout.trim(), built.stderr).toMatch(/^runtime 11080 error (?:0|35|100) thrust 1$/);
  });

  it('is whole, is listed and shown with its parts, and is the newest there is', async () => {
    await json('verify', 'small');
    const { prefixes } = await json<{ prefixes: PrefixInfo[] }>('list');
    const parts = ['nvcc', 'crt', 'cccl', 'cudart'];
    expect(prefixes.find(({ name }) => name === 'small')?.parts).toEqual(parts);
    expect(await json('show', 'small')).toMatchObject({ parts });
    expect(await json('upgrade', 'small')).toMatchObject({ status: 'unchanged', prefix: { parts } });
    expect(await install('small', 'cudart,nvcc')).toMatchObject({ status: 'unchanged' });
  });

  it('of a library holds what links with it: no nvcc, and of its packages only what was not here', async () => {
    const blas = await install('blas', 'cublas');
    expect(existsSync(join(prefixOf('blas'), 'bin/nvcc'))).toBe(false);
    // Headers that it needs lie in a package that the first prefix was made from.
    expect(blas.plan.packages.map(({ name }) => name)).toContain('nvidia-cuda-dev');
    expect(blas.plan.actions.filter(({ action }) => action === 'fetch')).not.toContainEqual(
      expect.objectContaining({ package: 'nvidia-cuda-dev' }),
    );
    const built = await inPrefix('blas', 'g++ -o blas blas.cpp -lcublas -lcublasLt && ./blas');
    expect(built.stdout.trim(), built.stderr).toBe('cublas 11.11 lt 11');
    await json('verify', 'blas');
  });

  it('is made again from its own lock', async () => {
    const lock = join(prefixOf('small'), '.gpu-setup/gpu-setup.lock');
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ request: { only: ['nvcc', 'cudart'] } });
    const again = ['install', '--lock', lock, '--locked', '--name', 'again', '--accept-license'];
    const { prefix } = await json<Installed>(...again);
    expect(prefix.parts).toEqual(['nvcc', 'crt', 'cccl', 'cudart']);
    expect(existsSync(join(prefixOf('again'), 'include/cublas_v2.h'))).toBe(false);
  });
});
