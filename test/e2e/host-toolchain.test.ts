/**
 * Real host compilers in prefixes: CUDA 11.2 with gcc 10 and gcc 9 from Debian bullseye, and where the mirror that this host's
 * apt uses serves Ubuntu's suites too, CUDA 9.1 from bionic with gcc 6 and CUDA 10.1 from focal with gcc 8. Needs the mirror,
 * gigabytes and minutes, so it is asked for by name.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readHostApt } from '../../src/apt/host/configuration.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { debianRoot } from './debian-root.ts';
import { gpuSetup, ROOT, run, sandbox, type Run } from './support.ts';

const isAskedFor = process.env['GPU_SETUP_TOOLCHAIN'] === '1';
const able = isAskedFor && process.getuid?.() === 0 && hasPrograms('apt-get', 'make', 'cmake', 'mmdebstrap');
const because = able ? '' : ' (slow: needs GPU_SETUP_TOOLCHAIN=1, root, apt, make, cmake and mmdebstrap)';

/** A keyring of Ubuntu's: where the bytes of the pinned keys are read from. */
const KEYRING = process.env['GPU_SETUP_UBUNTU_KEYRING'] ?? '/usr/share/keyrings/ubuntu-archive-keyring.gpg';
const servesUbuntu = able && (await hasSuite('bionic')) && hasFile(KEYRING);

const PROGRAM = `#include <cublas_v2.h>
#include <cmath>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <thrust/device_vector.h>
#include <thrust/host_vector.h>
#include <thrust/sort.h>
__global__ void add(int *x) { *x += 1; }
int main(int argc, char **) {
  std::map<std::string, int> seen;
  try { throw std::runtime_error("thrown"); } catch (const std::exception &e) { seen[e.what()] = 1; }
  double sum = 0;
#pragma omp parallel for reduction(+ : sum)
  for (int i = 0; i < 1000; i++) sum += std::sin(i) * std::sin(i) + std::cos(i) * std::cos(i);
  thrust::host_vector<int> host(10);
  for (int i = 0; i < 10; i++) host[i] = 10 - i;
  thrust::sort(host.begin(), host.end());
  int cublas = 0;
  cublasGetProperty(MAJOR_VERSION, &cublas);
  std::printf("gcc %d glibc 2.%d cublas %d sum %.0f first %d %s\\n", __GNUC__, __GLIBC_MINOR__, cublas, sum,
              (int)host[0], seen.begin()->first.c_str());
  if (argc > 5) { thrust::device_vector<int> d(10); thrust::sort(d.begin(), d.end()); add<<<1, 1>>>(nullptr); }
}
`;
const NVCC = ['-std=c++11', '-Xcompiler', '-fopenmp', 'p.cu', '-lcublas'];

async function hasSuite(suite: string): Promise<boolean> {
  const { mirrors } = await readHostApt('/', 'amd64');
  for (const mirror of mirrors(suite, 'Ubuntu')) {
    const answer = await fetch(`${mirror.below(`dists/${suite}/InRelease`)}`, {
      signal: AbortSignal.timeout(20_000),
    }).catch(() => null);
    const text = answer?.ok === true ? await answer.text() : '';
    if (/^Origin: Ubuntu$/m.test(text)) return true;
  }
  return false;
}

function hasFile(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}

describe.skipIf(!able)(`a prefix with a host compiler of its own${because}`, () => {
  const where = sandbox(sharedTempDir());
  const prefixOf = (name: string): string => join(where.env['GPU_SETUP_HOME']!, 'prefixes', name);

  async function install(name: string, ...args: string[]): Promise<void> {
    const done = await gpuSetup(['install', ...args, '--name', name, '--accept-license', '--json'], {
      env: where.env,
    });
    expect(done.status, done.stderr + done.stdout).toBe(0);
  }
  const inPrefix = (name: string, ...argv: string[]): Promise<Run> =>
    gpuSetup(['run', name, '--', ...argv], { env: where.env, cwd: where.folder });
  async function compiled(name: string, said: RegExp): Promise<void> {
    const built = await inPrefix(name, 'nvcc', ...NVCC, '-o', name);
    expect(built.status, built.stderr).toBe(0);
    expect((await inPrefix(name, `./${name}`)).stdout).toMatch(said);
  }

  beforeAll(() => writeFileSync(join(where.folder, 'p.cu'), PROGRAM));

  describe('CUDA 11.2 from bullseye', () => {
    beforeAll(async () => {
      await install('ten', 'cuda@11.2', '--with', 'host-compiler', '--source', 'debian-bullseye');
      await install('nine', 'cuda@11.2', 'gcc@9', '--source', 'debian-bullseye');
    });

    it('compiles thrust, the standard library, exceptions and OpenMP with gcc 10 and with gcc 9', async () => {
      await compiled('ten', /^gcc 10 glibc 2\.31 cublas 11 sum 1000 first 1 thrown$/m);
      await compiled('nine', /^gcc 9 glibc 2\.31 cublas 11 sum 1000 first 1 thrown$/m);
    });

    it('is what CMake and a Makefile that knows only CUDA_HOME compile with', async () => {
      const folder = join(where.folder, 'cmake');
      mkdirSync(folder);
      await copyFile(join(where.folder, 'p.cu'), join(folder, 'p.cu'));
      writeFileSync(
        join(folder, 'CMakeLists.txt'),
        'cmake_minimum_required(VERSION 3.18)\nproject(p LANGUAGES CXX CUDA)\nset(CMAKE_CUDA_ARCHITECTURES 75)\n' +
          'find_package(CUDAToolkit REQUIRED)\nadd_executable(p p.cu)\ntarget_link_libraries(p CUDA::cublas)\n',
      );
      writeFileSync(join(folder, 'Makefile'), 'q: p.cu\n\t$(CUDA_HOME)/bin/nvcc -o q p.cu -lcublas\n');
      const gxx = join(prefixOf('ten'), 'host/bin/g++');
      const cmake = await inPrefix(
        'ten',
        'sh',
        '-c',
        `cd cmake && cmake -B b -DCMAKE_CXX_COMPILER=${gxx} . && cmake --build b && b/p`,
      );
      expect(cmake.stdout + cmake.stderr).toMatch(/^gcc 10 glibc 2\.31/m);
      const make = await inPrefix('ten', 'sh', '-c', 'cd cmake && make q && ./q');
      expect(make.stdout + make.stderr).toMatch(/^gcc 10 glibc 2\.31/m);
    });

    it('makes programs that run in bullseye too', async () => {
      const root = await debianRoot({ suite: 'bullseye', packages: ['libgomp1', 'libstdc++6'] });
      mkdirSync(join(root, 'w'), { recursive: true });
      await copyFile(join(where.folder, 'ten'), join(root, 'w/ten'));
      const libraries = await run(['cp', '-rL', join(prefixOf('ten'), 'lib64'), join(root, 'w/lib64')], {
        env: where.env,
      });
      expect(libraries.status, libraries.stderr).toBe(0);
      const ran = await run(['chroot', root, '/w/ten'], {
        env: { PATH: '/usr/bin:/bin:/usr/sbin', LD_LIBRARY_PATH: '/w/lib64' },
      });
      expect(ran.stdout, ran.stderr).toMatch(/^gcc 10 glibc 2\.31/m);
    });

    it('leaves the compiler of this host on PATH, and builds a darknet for the GPU', async () => {
      const gcc = await inPrefix('ten', 'sh', '-c', 'command -v gcc');
      expect(gcc.stdout).not.toContain(where.folder);
      const built = await gpuSetup(
        ['build', 'darknet', '--source', 'debian', '--prefix', 'ten', '--assume-gpu', 'sm_75', '--json'],
        { env: where.env },
      );
      expect(built.status, built.stderr + built.stdout).toBe(0);
      expect(JSON.parse(built.stdout)).toMatchObject({
        compiler: { path: join(prefixOf('ten'), 'host/bin/g++') },
        gpu: { machineCode: ['7.5'] },
      });
    });

    it('is whole: verify finds nothing changed', async () => {
      expect((await gpuSetup(['verify', 'nine'], { env: where.env })).status).toBe(0);
    });
  });

  describe.skipIf(!servesUbuntu)(
    `Ubuntu's CUDA${servesUbuntu ? '' : ` (needs a mirror of this host's apt with Ubuntu, and its keys in ${KEYRING}: GPU_SETUP_UBUNTU_KEYRING names another file)`}`,
    () => {
      beforeAll(async () => {
        const folder = join(where.env['GPU_SETUP_CONFIG']!, 'apt-sources');
        mkdirSync(folder, { recursive: true });
        for (const id of ['ubuntu-bionic', 'ubuntu-focal']) {
          const text = readFileSync(join(ROOT, 'apt-sources', `${id}.sources`), 'utf8');
          const keys = text.replace(/^X-Key-URIs:\n(?: .*\n)+/m, `X-Key-URIs: file://${KEYRING}\n`);
          writeFileSync(join(folder, `${id}.sources`), keys);
        }
        await install('old', 'cuda@9.1', 'gcc@6', '--source', 'ubuntu-bionic');
        await install('less-old', 'cuda@10.1', '--with', 'host-compiler', '--source', 'ubuntu-focal');
      });

      it('9.1 with gcc 6 and 10.1 with gcc 8, side by side, compile, link with cuBLAS and run', async () => {
        await compiled('old', /^gcc 6 glibc 2\.27 cublas 9 sum 1000 first 1 thrown$/m);
        await compiled('less-old', /^gcc 8 glibc 2\.31 cublas 10 sum 1000 first 1 thrown$/m);
      });
    },
  );
});
