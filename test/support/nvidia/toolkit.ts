/**
 * What the stand-ins for CUDA 9.0 and 10.0 hold: names, versions, dependencies and file places as NVIDIA's packages have
 * them (package lists of NVIDIA's own image recipes and of apt outputs in public threads); contents are ours and tiny.
 */

/** One CUDA release of the fake repository. */
export interface FakeRelease {
  /** "9.0" */
  cuda: string;
  /** "9.0.176" */
  version: string;
  /** Folder of the repository on NVIDIA's server. */
  distro: 'ubuntu1604' | 'ubuntu1804';
  /** What nvcc and cudart report: 9000. */
  runtimeNumber: number;
  /** Newest gcc that host_config.h accepts. */
  maxGcc: number;
  /** Driver that the runtime metapackage asks for. */
  driver: string;
  /** Patched packages: name without the release suffix -> versions, oldest first. */
  patches: Readonly<Record<string, readonly string[]>>;
}

export const CUDA_9_0: FakeRelease = {
  cuda: '9.0',
  version: '9.0.176',
  distro: 'ubuntu1604',
  runtimeNumber: 9000,
  maxGcc: 6,
  driver: '384.81',
  patches: {
    'cuda-cublas': ['9.0.176.1', '9.0.176.2', '9.0.176.4'],
    'cuda-cublas-dev': ['9.0.176.4'],
    'cuda-core': ['9.0.176.3'],
  },
};

export const CUDA_10_0: FakeRelease = {
  cuda: '10.0',
  version: '10.0.130',
  distro: 'ubuntu1804',
  runtimeNumber: 10000,
  maxGcc: 7,
  driver: '410.48',
  patches: {},
};

export interface FakeCudnn {
  /** "7.0.5.15-1+cuda9.0" */
  version: string;
  cuda: string;
  distro: 'ubuntu1604' | 'ubuntu1804';
}

export const CUDNNS: readonly FakeCudnn[] = [
  { version: '7.0.3.11-1+cuda8.0', cuda: '8.0', distro: 'ubuntu1604' },
  { version: '7.0.5.15-1+cuda9.0', cuda: '9.0', distro: 'ubuntu1604' },
  { version: '7.6.5.32-1+cuda9.0', cuda: '9.0', distro: 'ubuntu1604' },
  { version: '7.4.2.24-1+cuda10.0', cuda: '10.0', distro: 'ubuntu1804' },
  { version: '7.5.0.56-1+cuda10.0', cuda: '10.0', distro: 'ubuntu1804' },
  { version: '7.6.5.32-1+cuda10.0', cuda: '10.0', distro: 'ubuntu1804' },
  { version: '7.6.5.32-1+cuda10.1', cuda: '10.1', distro: 'ubuntu1804' },
];

/** Libraries of a toolkit that consist of a runtime package and a -dev package. */
export const MATH = ['cublas', 'cufft', 'curand', 'cusolver', 'cusparse', 'npp', 'nvgraph', 'nvrtc'] as const;

/** "cublas" -> the libraries in its package. */
export function librariesOf(name: (typeof MATH)[number]): readonly string[] {
  switch (name) {
    case 'cublas':
      return ['libcublas', 'libnvblas'];
    case 'cufft':
      return ['libcufft', 'libcufftw'];
    case 'npp':
      return ['libnppc', 'libnppial'];
    case 'nvrtc':
      return ['libnvrtc', 'libnvrtc-builtins'];
    default:
      return [`lib${name}`];
  }
}

/** C source of a library that answers with its version, under the name of the real function. */
export function libraryCode(library: string, release: FakeRelease, version: string): string {
  const [major = '0', minor = '0', patch = '0'] = version.split('.');
  switch (library) {
    case 'libcudart':
      return `int cudaRuntimeGetVersion(int *v) { *v = ${release.runtimeNumber}; return 35; }
const char *gpuSetupFakeBuild(void) { return "${version}"; }\n`;
    case 'libcublas':
      return `int cublasGetProperty(int type, int *v) { *v = type == 0 ? ${major} : type == 1 ? ${minor} : ${patch}; return 0; }
const char *cublasFakeBuild(void) { return "${version}"; }\n`;
    default:
      return `const char *${library.replaceAll('-', '_')}FakeBuild(void) { return "${version}"; }\n`;
  }
}

export const RUNTIME_HEADER = (release: FakeRelease): string => `#ifndef CUDA_RUNTIME_API_H
#define CUDA_RUNTIME_API_H
#include "crt/host_config.h"
#define CUDART_VERSION ${release.runtimeNumber}
#ifdef __cplusplus
extern "C" {
#endif
int cudaRuntimeGetVersion(int *runtimeVersion);
#ifdef __cplusplus
}
#endif
#endif
`;

export const HOST_CONFIG = (release: FakeRelease): string => `#if !defined(__HOST_CONFIG_H__)
#define __HOST_CONFIG_H__
#if defined(__GNUC__) && defined(__CUDACC__)
#if __GNUC__ > ${release.maxGcc}
#error -- unsupported GNU version! gcc versions later than ${release.maxGcc} are not supported!
#endif
#endif
#endif
`;

/**
 * A stand-in for nvcc with what matters of the real one: it finds itself by argv[0], reads nvcc.profile beside it, takes
 * -ccbin, hands the rest to the host compiler, and links the runtime.
 */
export const NVCC = (release: FakeRelease): string => `#!/bin/sh
here=$(dirname "$0")
profile=$here/nvcc.profile
ccbin=g++
out=
args=
for arg; do
  if [ "$arg" = --version ] || [ "$arg" = -V ]; then
    echo 'nvcc: NVIDIA (R) Cuda compiler driver'
    echo 'Cuda compilation tools, release ${release.cuda}, V${release.version}'
    exit 0
  fi
done
[ -r "$profile" ] || { echo "nvcc fatal   : Could not open input file nvcc.profile" >&2; exit 1; }
top=$(sed -n 's/^TOP *= *//p' "$profile" | tr -d '"' | sed "s|\\$(_HERE_)|$here|")
[ -d "$top/include" ] || { echo "nvcc fatal   : no include folder in $top" >&2; exit 1; }
set -- "$@" --end-of-arguments
while [ "$1" != --end-of-arguments ]; do
  arg=$1
  shift
  case $arg in
    -ccbin|--compiler-bindir) ccbin=$1; shift; continue ;;
    -ccbin=*|--compiler-bindir=*) ccbin=\${arg#*=}; continue ;;
    *.cu) set -- "$@" -x c++ "$arg" -x none; continue ;;
  esac
  set -- "$@" "$arg"
done
shift
[ -d "$ccbin" ] && ccbin=$ccbin/g++
exec "$ccbin" -D__CUDACC__ -include cuda_runtime_api.h "-I$top/include" "$@" "-L$top/lib64/stubs" "-L$top/lib64" -lcudart
`;

export const NVCC_PROFILE = `TOP              = $(_HERE_)/..
NVVMIR_LIBRARY_DIR = $(TOP)/$(_NVVM_BRANCH_)/libdevice
LD_LIBRARY_PATH += $(TOP)/lib:
PATH            += $(TOP)/$(_NVVM_BRANCH_)/bin:$(_HERE_):
INCLUDES        +=  "-I$(TOP)/$(_TARGET_DIR_)/include" $(_SPACE_)
LIBRARIES        =+ $(_SPACE_) "-L$(TOP)/$(_TARGET_DIR_)/lib$(_TARGET_SIZE_)/stubs" "-L$(TOP)/$(_TARGET_DIR_)/lib$(_TARGET_SIZE_)"
CUDAFE_FLAGS    +=
PTXAS_FLAGS     +=
`;
