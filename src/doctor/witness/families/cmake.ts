/**
 * CMake of all ages: its own languages and checks of compilers, FindCUDA, FindCUDAToolkit, and what Caffe2's modules add.
 *
 *     -- The CUDA compiler identification is NVIDIA 11.5.119 with host compiler GNU 11.4.0
 *     CMake Error at CMakeLists.txt:28 (project):  No CMAKE_CUDA_COMPILER could be found.
 *     Could NOT find CUDA: Found unsuitable version "10.1", but required is at least "11.0" (found /usr)
 *     CUDA_TOOLKIT_ROOT_DIR not found or specified
 */
import { familyOf, type Sentence } from '../family.ts';
import { cudaKnowingOption } from '../../../compat/nvcc-options.ts';
import { capabilityOfArchitecture } from '../architecture-number.ts';
import { troubled } from '../said.ts';
import type { TestimonyKind } from '../testimony.ts';

/** What CMake calls the compilers that CUDA goes with. */
const COMPILERS = { gnu: 'gcc', clang: 'clang' } as const;

const noToolkit = (path: string | null = null): TestimonyKind => ({
  kind: 'missing-toolkit',
  asker: 'cmake',
  path,
});

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'cuda compiler identification is nvidia',
    pattern:
      /CUDA compiler identification is NVIDIA (\d{1,2}\.\d[\d.]{0,5})(?: with host compiler (GNU|Clang) (\d[\d.]{0,8}))?/i,
    says: ([, cuda, host, version]) => [
      { kind: 'version', of: 'cuda', version: cuda! },
      ...(host === undefined ? [] : [compiler(host, version!)]),
    ],
  },
  {
    literal: 'compiler identification is ',
    pattern: /\bC(?:XX)? compiler identification is (GNU|Clang) (\d[\d.]{0,8})/i,
    says: ([, name, version]) => compiler(name!, version!),
  },
  {
    // -- Found CUDA: /usr/local/cuda (found suitable version "10.2", ...)   -- CUDA detected: 10.1
    literal: ['found cuda: ', 'found cudatoolkit: ', 'cuda detected: ', 'cuda version: '],
    pattern:
      /(?:Found CUDA(?:Toolkit)?: \S{1,200} \(found (?:suitable )?(?:exact )?version "|CUDA (?:detected|version): )(\d{1,2}\.\d[\d.]{0,5})/i,
    says: ({ 1: version, input }) =>
      /nvidia-smi|driver/i.test(input) ? null : { kind: 'version', of: 'cuda', version: version! },
  },
  {
    literal: 'found unsuitable ',
    pattern:
      /Could NOT find CUDA(?:Toolkit)?: Found unsuitable (?:exact )?version "(\d[\d.]{0,9})", but required is (?:at least |exact version )?"(\d[\d.]{0,9})"/i,
    says: ([, found, atLeast]) => ({
      kind: 'missing-toolkit',
      asker: 'cmake',
      path: null,
      found: found!,
      atLeast: atLeast!,
    }),
  },
  {
    literal: 'cuda_toolkit_root_dir',
    pattern: /CUDA_TOOLKIT_ROOT_DIR(?: not found or specified|-NOTFOUND)|Specify CUDA_TOOLKIT_ROOT_DIR/i,
    says: () => noToolkit(),
  },
  {
    literal: 'could not find cuda',
    pattern: /Could NOT find CUDA(?:Toolkit)?(?: \(missing:|:(?! Found unsuitable)|\.)/i,
    says: () => noToolkit(),
  },
  {
    // Caffe2 and libtorch; CMake itself
    literal: [
      'caffe2: cuda cannot be found',
      'pytorch: cuda cannot be found',
      'but i cannot find the cuda libraries',
      "couldn't find cuda library root",
      'does not find the cuda sdk',
    ],
    pattern:
      /(?:Caffe2|PyTorch): CUDA cannot be found|but I cannot find the CUDA libraries|Couldn't find CUDA library root|does not find the CUDA SDK/i,
    says: () => noToolkit(),
  },
  {
    // Of another compiler than nvcc: Compiler Clang requires the CUDA toolkit. Of its targets: CUDA::toolkit, which is all of it.
    literal: [
      'requires the cuda toolkit',
      'cuda::toolkit',
      'find _cuda_library_dir',
      'find cuda_runtime.h in',
    ],
    pattern:
      /Compiler \w{0,20} ?requires the CUDA toolkit|"CUDA::toolkit" but the target was not found|Unable to find (?:_CUDA_LIBRARY_DIR|cuda_runtime\.h in)/i,
    says: () => noToolkit(),
  },
  {
    // The CMAKE_CUDA_ARCHITECTURES:  61  do not all work with this compiler.  Try:
    literal: 'do not all work with this compiler',
    pattern: /^\s{0,12}do not all work with this compiler/i,
    says: (_match, before) => {
      const list = before.find((line) => /^\s{0,12}"?\d{2,3}/.test(line)) ?? '';
      const wanted = [...list.matchAll(/(\d{2,3}[af]?)(?:-real|-virtual)?/g)]
        .map(([, number]) => capabilityOfArchitecture(number!))
        .filter((one) => one !== null);
      return wanted.length === 0
        ? null
        : wanted.map((one): TestimonyKind => ({
            kind: 'architectures',
            wanted: [one],
            there: null,
            speaker: 'nvcc',
            outcome: 'unknown-to-compiler',
          }));
    },
  },
  {
    // Target "foo" requires the language dialect "CUDA17" (with compiler extensions), but CMake does not know the compile flags
    literal: 'requires the language dialect "cuda',
    pattern: /requires the language dialect "CUDA(\d\d)"/i,
    says: ([, standard]) => {
      const since = cudaKnowingOption(`std=c++${standard}`);
      return since === null ? null : { kind: 'missing-toolkit', asker: 'cmake', path: null, atLeast: since };
    },
  },
  {
    // Caffe2's: FindCUDA says CUDA version is 11.5 (usually determined by nvcc), but the CUDA headers say the version is 12.1.
    literal: ['but the cuda headers say the version is', 'found two conflicting cuda installs'],
    pattern:
      /says CUDA version is (\d{1,2}\.\d).{0,60}but the CUDA headers say the version is (\d{1,2}\.\d)|Found two conflicting CUDA installs/i,
    says: ([, nvcc, headers]) => ({
      kind: 'trouble',
      what: 'toolkit-mixed',
      detail: nvcc === undefined ? null : `nvcc of CUDA ${nvcc}, headers of CUDA ${headers}`,
    }),
  },
  {
    literal: [
      'specified in the environment variable cudahostcxx',
      'specified in the variable cmake_cuda_host_compiler',
    ],
    pattern:
      /Could not find the compiler specified in the (?:environment variable CUDAHOSTCXX|variable CMAKE_CUDA_HOST_COMPILER)/i,
    says: () => ({ kind: 'missing-program', program: 'c++' }),
  },
  {
    literal: 'could not find nccl',
    pattern: /Could NOT find NCCL (?:\(missing|$)/i,
    says: () => missingLibrary('libnccl.so'),
  },
  {
    // An nvcc that is not there, and one that could not compile, end in the same words.
    literal: ['cuda compiler identification is unknown', 'failed to detect a default cuda architecture'],
    pattern: /CUDA compiler identification is unknown|Failed to detect a default CUDA architecture/i,
    says: () => noToolkit(),
  },
  {
    literal: [
      'no cmake_cuda_compiler could be found',
      'cmake_cuda_compiler-notfound',
      'cuda compiler - notfound',
      'cuda compiler found',
      'failed to find nvcc',
      'could not find nvcc',
      'could not find `nvcc` executable',
      'failed to find a working cuda architecture',
      'environment variable "cudacxx"',
      'environment variable cudacxx',
      'cmake_cuda_compiler not set',
      'variable is: cmake_cuda_compile',
    ],
    pattern:
      /No CMAKE_CUDA_COMPILER could be found|CMAKE_CUDA_COMPILER-NOTFOUND|CUDA compiler - NOTFOUND|No CUDA compiler found|Failed to find nvcc|Could not find (?:nvcc|`nvcc` executable)|Failed to find a working CUDA architecture|setting either the environment variable "CUDACXX"|compiler (?:specified|set) in (?:the )?environment variable CUDACXX|CMAKE_CUDA_COMPILER not set, after EnableLanguage|Missing variable is: CMAKE_CUDA_COMPILE/i,
    says: () => ({ kind: 'missing-program', program: 'nvcc' }),
  },
  {
    // -- Unable to find CUDA... : CMAKE_CUDA_COMPILER:= /usr/local/cuda/bin/nvcc ... is not a full path to an existing compiler tool
    literal: 'is not a full path',
    pattern: /(\/\S{0,200}nvcc)\W{0,40}is not a full path/i,
    says: ([, program]) => ({ kind: 'missing-program', program: program! }),
  },
  // FindCUDNN of several projects; PyTorch's own
  troubled(
    'cudnn-not-found',
    ['could not find cudnn', 'cannot find cudnn library'],
    /Could NOT find CUDNN|Cannot find cuDNN library/i,
    () => 'cmake',
  ),
  {
    // Of variables that are "set to NOTFOUND", one a line: CUDA_cublas_LIBRARY (ADVANCED); CUDA_CUDA_LIBRARY is the driver's
    literal: '_library',
    pattern: /^\s{0,12}CUDA_(\w{2,30}?)_(?:STATIC_)?LIBRARY(?: \(ADVANCED\))?\s{0,4}$/,
    says: ([, name]) => missingLibrary(`lib${name!.toLowerCase()}.so`),
  },
  {
    // Its targets of FindCUDAToolkit, on the line of the sentence (links to: CUDA::cublas but the target was not found) or between its halves
    literal: 'cuda::',
    pattern: /^(.{0,200})\bCUDA::(\w{2,40})["']?(\s{0,4}$|,? but the target was not found)/i,
    says: ([, , name, rest], before) =>
      rest!.trim() !== '' || before.some((line) => /\b(?:contains|links to):?\s{0,4}$/i.test(line))
        ? missingTarget(name!)
        : null,
  },
  {
    // In the order of its releases: 3.18 (a policy), 3.23, 3.24
    literal: 'cuda_architectures ',
    pattern:
      /CUDA_ARCHITECTURES (?:must be (?:non-empty|valid) if set|is empty for target|is set to "native", but no NVIDIA GPU)/i,
    says: () => ({ kind: 'trouble', what: 'no-architecture-asked', detail: 'cmake' }),
  },
  {
    literal: [
      'no cmake_cxx_compiler could be found',
      'no cmake_c_compiler could be found',
      'cmake_cxx_compiler not set',
    ],
    pattern:
      /No CMAKE_CXX_COMPILER could be found|No CMAKE_C_COMPILER could be found|CMAKE_CXX_COMPILER not set, after EnableLanguage/i,
    says: ({ input }) => ({ kind: 'missing-program', program: /_CXX_/i.test(input) ? 'c++' : 'cc' }),
  },
];

const missingLibrary = (soname: string): TestimonyKind => ({
  kind: 'missing-library',
  soname,
  asker: 'cmake',
  by: 'linker',
});

/** nvToolsExt is what newer toolkits leave out (NVTX is headers alone since): a torch that asks for it was built with an older one. */
const missingTarget = (name: string): TestimonyKind | null =>
  name === 'toolkit'
    ? null
    : name === 'nvToolsExt'
      ? { kind: 'missing-library', soname: 'libnvToolsExt.so', asker: 'torch', by: 'linker' }
      : missingLibrary(`lib${name.replace(/_static$/, '')}.so`);

function compiler(name: string, version: string): TestimonyKind {
  const of = COMPILERS[name.toLowerCase() as keyof typeof COMPILERS];
  return { kind: 'version', of, version };
}

export const family = familyOf('CMake', SENTENCES, [
  {
    literal: 'set to notfound',
    pattern: /variables are used in this project, but they are set to NOTFOUND/i,
  },
  {
    literal: [
      'compiler abi info - failed',
      'for working cuda compiler',
      'to compile a simple test program',
      '"cmakecudacompilerid.cu" failed',
    ],
    pattern:
      /"CMakeCUDACompilerId\.cu" failed|Detecting CUDA compiler ABI info - failed|Check for working CUDA compiler: .{1,200} --? broken|is not able to compile a simple test program/i,
  },
  {
    literal: ['is required.  you are running version', 'findcudatoolkit.cmake'],
    pattern:
      /CMake \d[\d.]{0,8} or higher is required\.  You are running version|"FindCUDAToolkit\.cmake" in/i,
  },
  {
    literal: ['cmake_cuda_architectures', 'the cmake_cuda_compiler', 'the cuda compiler'],
    pattern:
      /CMAKE_CUDA_ARCHITECTURES:? .{0,40}(?:not|invalid)|The CMAKE_CUDA_COMPILER:|The CUDA compiler\s{0,4}$/i,
  },
]);
