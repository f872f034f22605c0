/**
 * A small program with the Makefile variables of darknet, and a small toolkit to build it against: an nvcc that leaves
 * what the real one leaves (fat binaries for the architectures it was asked for), and libraries to link.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installFake, TOOLKIT } from './prefix.ts';
import { tempDir } from './temp-dir.ts';

/** As in AlexeyAB's: += on variables that the command line takes the place of, /usr/local/cuda, commas in ARCH. */
const MAKEFILE = `GPU=0
CUDNN=0
CUDNN_HALF=0
AVX=0
OPENMP=0
ARCH= -gencode arch=compute_30,code=sm_30
CC=gcc
CPP=g++ -std=c++11
NVCC=nvcc
OPTS=-O1
LDFLAGS= -lm
COMMON= -Iinclude/
CFLAGS=-Wall $(OPTS)
ifeq ($(AVX), 1)
CFLAGS+= -mavx -mavx2 -msse4a
endif
ifeq ($(GPU), 1)
COMMON+= -DGPU -I/usr/local/cuda/include/
CFLAGS+= -DGPU
LDFLAGS+= -L/usr/local/cuda/lib64 -lcuda -lcudart
OBJ=obj/kernels.o
endif
ifeq ($(CUDNN), 1)
COMMON+= -DCUDNN
LDFLAGS+= -L/usr/local/cudnn/lib64 -lcudnn
endif

darknet: obj/main.o $(OBJ)
\t$(CPP) $(COMMON) $(CFLAGS) $^ -o $@ $(LDFLAGS)
obj/main.o: src/main.c
\tmkdir -p obj
\t$(CC) $(COMMON) $(CFLAGS) -c $< -o $@
obj/kernels.o: src/kernels.cu
\t$(NVCC) $(ARCH) $(COMMON) --compiler-options "$(CFLAGS)" -c $< -o $@
clean:
\trm -rf obj darknet
`;

const MAIN = `#include <stdio.h>
#ifdef GPU
#include <cuda_runtime.h>
#endif
int main(void) {
#ifdef GPU
  printf("GPU %d\\n", cudart_version());
#else
  printf("CPU\\n");
#endif
#ifdef BROKEN
#error broken on purpose
#endif
  return 0;
}
`;

/** Bytes of a fat binary header and one entry per architecture, as C. */
const NVCC = `#!/bin/sh
out=; archs=
while [ $# -gt 0 ]; do
  case $1 in
    -o) out=$2; shift ;;
    --help) echo 'allowed: compute_61 compute_75 compute_86 sm_61'; exit ;;
    arch=*code=*) archs="$archs $(echo "$1" | sed 's/.*sm_\\([0-9]*\\).*/\\1/')" ;;
  esac
  shift
done
for arch in $archs; do
  case $arch in 61|75|86) ;; *) echo "nvcc fatal   : Unsupported gpu architecture 'compute_$arch'" >&2; exit 1 ;; esac
done
size=0; body=
for arch in $archs; do
  body="$body 2,0,1,1, 48,0,0,0, 0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0, 0,0,0,0, $arch,0,0,0, 0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,"
  size=$((size + 48))
done
echo "__attribute__((used, section(\\".nv_fatbin\\"))) const unsigned char fatbin[] = {0x50,0xed,0x55,0xba, 1,0, 16,0, $size,0,0,0,0,0,0,0, $body};" |
  gcc -x c -c - -o "\${out:-a.o}"
`;

export function fakeDarknet(changes: { broken?: boolean } = {}): string {
  const dir = tempDir();
  for (const folder of ['src', 'include', 'cfg']) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, 'Makefile'), MAKEFILE);
  writeFileSync(join(dir, 'src/main.c'), (changes.broken ? '#define BROKEN\n' : '') + MAIN);
  writeFileSync(join(dir, 'src/kernels.cu'), '');
  writeFileSync(join(dir, 'cfg/net.cfg'), '[net]\n');
  return dir;
}

/** @returns path of the prefix */
export async function fakeToolkit(home: string, name: string): Promise<string> {
  const prefix = await installFake(home, name, {
    tree: {
      ...TOOLKIT,
      'bin/nvcc': NVCC,
      'include/crt/host_config.h': '#if __GNUC__ > 99\n#error -- unsupported GNU version!\n#endif\n',
      'include/cuda_runtime.h': 'int cudart_version(void);\n',
    },
  });
  const folder = join(prefix, 'lib64');
  chmodSync(folder, 0o755);
  library(join(folder, 'libcudart.so.10.0'), 'int cudart_version(void) { return 10000; }');
  execFileSync('ln', ['-s', 'libcudart.so.10.0', join(folder, 'libcudart.so')]);
  execFileSync('rm', ['-f', join(folder, 'stubs/libcuda.so')]);
  library(join(folder, 'stubs/libcuda.so'), 'int cuInit(void) { return 34; }', 'libcuda.so.1');
  return prefix;
}

function library(path: string, code: string, soname = path.slice(path.lastIndexOf('/') + 1)): void {
  execFileSync('gcc', ['-shared', '-fPIC', '-x', 'c', '-', '-o', path, `-Wl,-soname,${soname}`], {
    input: code,
  });
}
