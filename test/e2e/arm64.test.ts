/**
 * CUDA for arm64, planned and unpacked on this machine and used in a root file system of arm64 that qemu-user runs: its nvcc compiles
 * with the compiler that it brought, and what it built starts. Needs the mirror, a gigabyte, minutes,
 * and a kernel that is told of qemu (binfmt_misc), so it is asked for by name.
 */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { elfOf } from '../../src/machine/kinds/disk.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { debianRoot } from './debian-root.ts';
import { gpuSetup, run, sandbox } from './support.ts';

const TOOLS = ['apt-get', 'mmdebstrap', 'arch-test', 'chroot'] as const;
const QEMU = '/proc/sys/fs/binfmt_misc/qemu-aarch64';
const able =
  process.env['GPU_SETUP_ARM64'] === '1' &&
  process.arch === 'x64' &&
  process.getuid?.() === 0 &&
  hasPrograms(...TOOLS) &&
  existsSync(QEMU);
const because = able ? '' : ` (slow: needs GPU_SETUP_ARM64=1, x86-64, root, ${TOOLS.join(', ')} and ${QEMU})`;

const NAME = 'cuda11-arm64';
/** No driver is there: what the runtime answers is known. */
const ASKS = `#include <cstdio>
#include <cuda_runtime.h>
__global__ void add(int *a) { a[threadIdx.x] += 1; }
int main() {
  int count;
  cudaError_t error = cudaGetDeviceCount(&count);
  add<<<1, 4>>>(nullptr);
  std::printf("%d %s %s\\n", CUDART_VERSION, cudaGetErrorName(error), cudaGetErrorName(cudaGetLastError()));
}
`;
const ANSWER = '11080 cudaErrorInsufficientDriver cudaErrorInsufficientDriver';

describe.skipIf(!able)(`a prefix for arm64, made on x86-64${because}`, () => {
  const box = sandbox(sharedTempDir());
  const cache = process.env['GPU_SETUP_ARM64_CACHE'];
  if (cache !== undefined) box.env['GPU_SETUP_CACHE'] = cache;
  const prefix = join(box.folder, 'home/prefixes', NAME);
  const call = (...args: string[]) => gpuSetup(args, { env: box.env });
  let root: string;
  /** In the root, with nothing of this machine's environment. */
  const inRoot = (script: string) =>
    run(['chroot', root, '/bin/sh', '-euc', script], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' },
    });

  beforeAll(async () => {
    const { status, stderr } = await call(
      ...['install', 'cuda11', '--architecture', 'arm64', '--source', 'debian-bookworm-arm64'],
      ...['--only', 'nvcc,cudart', '--with', 'host-compiler', '--accept-license'],
    );
    expect(stderr).toContain('that machine has to have: libc6');
    expect(status, stderr).toBe(0);
    root = await debianRoot({ suite: 'bookworm', architecture: 'arm64', packages: [] });
    cpSync(`${prefix}/.`, join(root, 'opt/cuda'), { recursive: true, verbatimSymlinks: true });
    mkdirSync(join(root, 'root'), { recursive: true });
    writeFileSync(join(root, 'root/asks.cu'), ASKS);
  }, 1_800_000);

  it('holds programs and libraries of arm64, where the toolkit of a server has them', () => {
    for (const path of [
      'libexec/nvcc',
      'bin/ptxas',
      'nvvm/bin/cicc',
      'targets/sbsa-linux/lib/libcudart.so.11.0',
    ])
      expect(elfOf(join(prefix, path), { kind: 'elf', name: path }), path).toMatchObject({
        value: { machine: 183 },
      });
    expect(existsSync(join(prefix, 'targets/sbsa-linux/include/cuda_runtime.h'))).toBe(true);
  });

  it('is not run on this machine, which has no loader for it, unless qemu is told where one is', async () => {
    if (existsSync('/lib/ld-linux-aarch64.so.1')) return;
    expect(await call('run', NAME, '--', 'nvcc', '--version')).toMatchObject({
      status: 125,
      stderr: expect.stringContaining('error[prefix-other-architecture]') as string,
    });
    const told = await gpuSetup(['run', NAME, '--', 'nvcc', '--version'], {
      env: { ...box.env, QEMU_LD_PREFIX: root },
    });
    expect(told).toMatchObject({ status: 0, stdout: expect.stringContaining('V11.8') as string });
  });

  it.each([
    ['', '/opt/cuda/bin/nvcc -o asks asks.cu'],
    [' with the shared runtime', '/opt/cuda/bin/nvcc -cudart shared -o asks asks.cu'],
  ])(
    'compiles%s in a root of arm64 that has no compiler, and what it makes starts',
    async (_title, compile) => {
      const done = await inRoot(`cd /root; ${compile}; LD_LIBRARY_PATH=/opt/cuda/lib64 ./asks`);
      expect(done, done.stderr).toMatchObject({ status: 0, stdout: ANSWER });
      expect(elfOf(join(root, 'root/asks'), { kind: 'elf', name: 'asks' })).toMatchObject({
        value: { machine: 183 },
      });
    },
    600_000,
  );

  it('is whole, and the doctor of this machine does not take it for one of its toolkits', async () => {
    expect(await call('verify', NAME)).toMatchObject({ status: 0 });
    const { stdout } = await call('doctor', '--json');
    expect(
      JSON.stringify((JSON.parse(stdout) as { facts: { toolkits: unknown } }).facts.toolkits),
    ).not.toContain(NAME);
  });
});
