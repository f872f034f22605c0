/**
 * CUDA 11.2, 11.8 and 12.4 from Debian side by side in one home: every library of theirs compiled, linked and run by nvcc
 * and by plain g++, and by the ways in which people build (pkg-config, CMake, Meson, a Makefile that only knows CUDA_HOME,
 * a Python extension); then wherever a prefix may be put. Needs the mirror, gigabytes and minutes, so it is asked for by name.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { unmetNeeds } from './part-needs.ts';
import { gpuSetup, run, sandbox, type Run } from './support.ts';

const TOOLS = [
  'apt-get',
  'make',
  'cmake',
  'meson',
  'ninja',
  'pkg-config',
  'python3',
  'readelf',
  'unshare',
] as const;
const able = process.env['GPU_SETUP_RELEASES'] === '1' && process.getuid?.() === 0 && hasPrograms(...TOOLS);
const because = able ? '' : ` (slow: needs GPU_SETUP_RELEASES=1, root, ${TOOLS.join(', ')} and setuptools)`;

interface Release {
  name: string;
  cuda: string;
  source: string;
  /** What ALL prints. */
  says: string;
}
const RELEASES: readonly Release[] = [
  {
    name: 'cuda11-2',
    cuda: '11.2',
    source: 'debian-bullseye',
    says: 'runtime 11020 cublas 11 cufft 10 curand 10 cusolver 11 cusparse 11 npp 11 nvrtc 11.2',
  },
  {
    name: 'cuda11-8',
    cuda: '11.8',
    source: 'debian-bookworm',
    says: 'runtime 11080 cublas 11 cufft 10 curand 10 cusolver 11 cusparse 11 npp 11 nvrtc 11.8',
  },
  {
    name: 'cuda12-4',
    cuda: '12.4',
    source: 'debian-trixie',
    says: 'runtime 12040 cublas 12 cufft 11 curand 10 cusolver 11 cusparse 12 npp 12 nvrtc 12.4',
  },
];

/** Asks each library which it is, as loaded: none of these calls needs a driver. */
const QUESTIONS = `#include <cstdio>
#include <cuda_runtime.h>
#include <cublas_v2.h>
#include <cufft.h>
#include <curand.h>
#include <cusolverDn.h>
#include <cusparse.h>
#include <npp.h>
#include <nvrtc.h>
int main() {
  int cublas, cufft, curand, cusolver, cusparse, major, minor;
  cublasGetProperty(MAJOR_VERSION, &cublas);
  cufftGetProperty(MAJOR_VERSION, &cufft);
  curandGetProperty(MAJOR_VERSION, &curand);
  cusolverGetProperty(MAJOR_VERSION, &cusolver);
  cusparseGetProperty(MAJOR_VERSION, &cusparse);
  nvrtcVersion(&major, &minor);
  std::printf("runtime %d cublas %d cufft %d curand %d cusolver %d cusparse %d npp %d nvrtc %d.%d\\n", CUDART_VERSION,
              cublas, cufft, curand, cusolver, cusparse, nppGetLibVersion()->major, major, minor);
}
`;
const KERNEL = '__global__ void one(int *x) { *x = 1; }\n';
const LIBRARIES = ['cublas', 'cufft', 'curand', 'cusolver', 'cusparse', 'nppc', 'nvrtc'];
const LINKED = LIBRARIES.map((name) => `-l${name}`).join(' ');

/** In a folder of its own each: how people build. The program is ./all. */
const WAYS: readonly { title: string; files: Record<string, string>; script: string }[] = [
  { title: 'nvcc', files: {}, script: `nvcc -o all all.cu ${LINKED}` },
  {
    title: 'plain g++, which finds headers and libraries through CPATH and LIBRARY_PATH',
    files: {},
    script: `g++ -o all all.cpp -lcudart ${LINKED}`,
  },
  {
    title: 'pkg-config',
    files: { 'driver.cpp': '#include <cuda.h>\nint main() { int it; return cuDriverGetVersion(&it); }\n' },
    // What links with the stub asks for the driver's own library.
    script: `g++ -o driver driver.cpp $(env -u CPATH -u LIBRARY_PATH pkg-config --cflags --libs cuda)
readelf -d driver | grep -q 'libcuda.so.1'
g++ -o all all.cpp -lcudart ${LINKED}`,
  },
  {
    title: "CMake's FindCUDAToolkit and enable_language(CUDA)",
    files: {
      'CMakeLists.txt': `cmake_minimum_required(VERSION 3.18)
project(program LANGUAGES CXX)
enable_language(CUDA)
set(CMAKE_CUDA_ARCHITECTURES 60)
find_package(CUDAToolkit REQUIRED)
add_executable(program all.cu)
target_link_libraries(program ${LIBRARIES.map((name) => `CUDA::${name}`).join(' ')})
add_executable(plain all.cpp)
target_link_libraries(plain CUDA::cudart ${LIBRARIES.map((name) => `CUDA::${name}`).join(' ')})
`,
    },
    script: 'cmake -B b . && cmake --build b && b/plain && cp b/program all',
  },
  {
    title: "Meson's cuda module",
    files: {
      'meson.build': `project('program', ['cpp', 'cuda'])
cuda = import('unstable-cuda')
flags = cuda.nvcc_arch_flags(meson.get_compiler('cuda'), ['6.0'])
parts = dependency('cuda', modules: [${LIBRARIES.map((name) => `'${name}'`).join(', ')}])
executable('program', 'all.cu', dependencies: parts, cuda_args: flags)
executable('plain', 'all.cpp', dependencies: parts)
`,
    },
    script: 'meson setup b && ninja -C b && b/plain && cp b/program all',
  },
  {
    title: 'a Makefile that only knows CUDA_HOME',
    files: {
      Makefile: `all: all.o kernel.o
\t$(CXX) -o all all.o kernel.o -L"$(CUDA_HOME)/lib64" -lcudart ${LINKED}
all.o: all.cpp
\t$(CXX) -I"$(CUDA_HOME)/include" -c all.cpp
kernel.o: kernel.cu
\t"$(CUDA_HOME)/bin/nvcc" -c kernel.cu
`,
    },
    script: 'env -u CPATH -u LIBRARY_PATH -u CUDA_PATH -u CUDA_ROOT make all',
  },
  {
    title: 'a Python extension as setup.py files build it',
    files: {
      'ext.cu': `#include <Python.h>
#include <cublas_v2.h>
${KERNEL}static PyObject *major(PyObject *, PyObject *) { int it; cublasGetProperty(MAJOR_VERSION, &it); return PyLong_FromLong(it); }
static PyMethodDef methods[] = {{"major", major, METH_NOARGS, ""}, {0, 0, 0, 0}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "ext", "", -1, methods, 0, 0, 0, 0};
PyMODINIT_FUNC PyInit_ext(void) { return PyModule_Create(&module); }
`,
      'setup.py': `import os
from setuptools import setup, Extension
from setuptools.command.build_ext import build_ext
home = os.environ['CUDA_HOME']
class build_cuda(build_ext):
    def build_extensions(self):
        self.compiler.src_extensions.append('.cu')
        compile_one = self.compiler._compile
        def with_nvcc(obj, src, ext, cc_args, extra, pp):
            host = self.compiler.compiler_so
            if src.endswith('.cu'):
                self.compiler.set_executable('compiler_so', [os.path.join(home, 'bin', 'nvcc')])
                extra = ['-Xcompiler', '-fPIC', '-gencode=arch=compute_60,code=sm_60']
            compile_one(obj, src, ext, cc_args, extra, pp)
            self.compiler.compiler_so = host
        self.compiler._compile = with_nvcc
        super().build_extensions()
setup(name='ext', cmdclass={'build_ext': build_cuda}, ext_modules=[Extension('ext', ['ext.cu'], language='c++',
    include_dirs=[os.path.join(home, 'include')], library_dirs=[os.path.join(home, 'lib64')], libraries=['cudart', 'cublas'])])
`,
    },
    // What it prints has to be what the other ways print: the program is built beside it.
    script: `python3 setup.py build_ext --inplace && python3 -c 'import ext; print("extension", ext.major())' && nvcc -o all all.cu ${LINKED}`,
  },
];

describe.skipIf(!able)(`three releases side by side${because}`, () => {
  const where = sandbox(sharedTempDir());
  // A cache that outlives the test saves gigabytes.
  const cache = process.env['GPU_SETUP_RELEASES_CACHE'];
  if (cache !== undefined) where.env['GPU_SETUP_CACHE'] = cache;
  const prefixOf = (name: string): string => join(where.env['GPU_SETUP_HOME']!, 'prefixes', name);

  beforeAll(async () => {
    for (const { name, cuda, source } of RELEASES) {
      const spec = [`cuda@${cuda}`, '--with', 'host-compiler', '--source', source, '--name', name];
      const done = await gpuSetup(['install', ...spec, '--accept-license', '--json'], { env: where.env });
      expect(done.status, done.stderr + done.stdout).toBe(0);
    }
  }, 1_800_000);

  let folders = 0;
  function work(files: Record<string, string>): string {
    const folder = join(where.folder, `w${++folders}`);
    mkdirSync(folder);
    const all = { ...files, 'all.cpp': QUESTIONS, 'all.cu': QUESTIONS + KERNEL, 'kernel.cu': KERNEL };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
    return folder;
  }
  const inPrefix = (name: string, cwd: string, script: string): Promise<Run> =>
    gpuSetup(['run', name, '--', 'sh', '-ec', script], { env: where.env, cwd });

  describe.each(RELEASES)('CUDA $cuda', ({ name, says }) => {
    it.each(WAYS)('is built against with $title', async ({ files, script }) => {
      const folder = work(files);
      const built = await inPrefix(name, folder, script);
      expect(built.status, built.stdout + built.stderr).toBe(0);
      expect((await inPrefix(name, folder, './all')).stdout.trim()).toBe(says);
    });
  });

  it.each(RELEASES)(
    'no library or header of CUDA $cuda needs a part that does not come with its own',
    async ({ name }) => {
      expect(await unmetNeeds(prefixOf(name), where.env)).toEqual([]);
    },
  );

  it('none finds anything of another, also where that one was entered before', async () => {
    const [first, , last] = RELEASES as [Release, Release, Release];
    const entered = { LD_LIBRARY_PATH: `${prefixOf(first.name)}/lib64`, CUDA_HOME: prefixOf(first.name) };
    const said = await gpuSetup(['run', last.name, '--', 'sh', '-c', 'env; nvcc --version'], {
      env: { ...where.env, ...entered },
    });
    expect(said.stdout).not.toContain(first.name);
    expect(said.stdout).toContain(`release ${last.cuda}`);
  });

  describe.each(RELEASES)('CUDA $cuda, put elsewhere', ({ name, says }) => {
    /** Nothing but what a user would set by hand; the paths are quoted as a careful Makefile does. */
    const SCRIPT = `nvcc -o all all.cu ${LINKED} && ./all
"$CUDA_HOME/host/bin/g++" -o all all.cpp -I"$CUDA_HOME/include" -L"$CUDA_HOME/lib64" -lcudart ${LINKED} && ./all
cmake -B b -DCMAKE_CXX_COMPILER="$CUDA_HOME/host/bin/g++" . >/dev/null && cmake --build b >/dev/null && b/program
pkg-config --cflags --libs cuda`;
    const CMAKE = WAYS.find(({ title }) => title.startsWith('CMake'))!.files;

    async function builds(
      root: string,
      wrap: (script: string) => string = (script) => script,
    ): Promise<void> {
      const folder = work(CMAKE);
      const env = {
        ...where.env,
        CUDA_HOME: root,
        CUDACXX: `${root}/bin/nvcc`,
        PATH: `${root}/bin:${where.env['PATH']}`,
        LD_LIBRARY_PATH: `${root}/lib64`,
        PKG_CONFIG_PATH: `${root}/lib64/pkgconfig`,
      };
      const done = await run(['sh', '-ec', wrap(SCRIPT)], { env, cwd: folder });
      expect(done.status, done.stdout + done.stderr).toBe(0);
      const lines = done.stdout.trim().split('\n');
      expect(lines.slice(0, 3)).toEqual([says, says, says]);
      // pkg-config writes a space of a path as the shell reads it.
      expect(lines[3]!.replaceAll('\\', '')).toContain(root);
    }
    /** A copy of the whole prefix, of links to its files. */
    async function copyTo(root: string): Promise<string> {
      mkdirSync(dirname(root), { recursive: true });
      const copied = await run(['cp', '-al', `${prefixOf(name)}/.`, root], { env: where.env });
      expect(copied.status, copied.stderr).toBe(0);
      return root;
    }

    it('builds in another folder, with a space in its path', async () => {
      await builds(await copyTo(join(where.folder, 'some where', name)));
    });

    it('builds through links, to the prefix and to a folder above it', async () => {
      const link = join(where.folder, `${name}-link`);
      symlinkSync(prefixOf(name), link);
      await builds(link);
      const above = join(where.folder, `${name}-above`);
      symlinkSync(dirname(prefixOf(name)), above);
      await builds(join(above, name));
    });

    it('builds on a mount that nobody can write to', async () => {
      const root = await copyTo(join(where.folder, 'mounted', name));
      const mounted = (script: string): string =>
        `mount --bind "$CUDA_HOME" "$CUDA_HOME"; mount -o remount,bind,ro "$CUDA_HOME"\n` +
        `! touch "$CUDA_HOME/x" 2>/dev/null\n${script}`;
      await builds(root, (script) => `unshare -m sh -ec '${mounted(script).replaceAll("'", `'\\''`)}'`);
    });
  });
});
