/**
 * CMake of all ages: its own languages and checks of compilers, FindCUDA, FindCUDAToolkit, and what Caffe2's modules add.
 *
 *     -- The CUDA compiler identification is NVIDIA 11.5.119 with host compiler GNU 11.4.0
 *     CMake Error at CMakeLists.txt:28 (project):  No CMAKE_CUDA_COMPILER could be found.
 *     Could NOT find CUDA: Found unsuitable version "10.1", but required is at least "11.0" (found /usr)
 *     CUDA_TOOLKIT_ROOT_DIR not found or specified
 */
import { familyOf, type Sentence } from '../family.ts';
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
    ],
    pattern:
      /No CMAKE_CUDA_COMPILER could be found|CMAKE_CUDA_COMPILER-NOTFOUND|CUDA compiler - NOTFOUND|No CUDA compiler found|Failed to find nvcc|Could not find (?:nvcc|`nvcc` executable)|Failed to find a working CUDA architecture|setting either the environment variable "CUDACXX"/i,
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
const missingTarget = (name: string): TestimonyKind =>
  name === 'nvToolsExt'
    ? { kind: 'missing-library', soname: 'libnvToolsExt.so', asker: 'torch', by: 'linker' }
    : missingLibrary(`lib${name.replace(/_static$/, '')}.so`);

function compiler(name: string, version: string): TestimonyKind {
  const of = COMPILERS[name.toLowerCase() as keyof typeof COMPILERS];
  return { kind: 'version', of, version };
}

export const family = familyOf('CMake', SENTENCES, [
  {
    literal: ['cmake_cuda_architectures', 'the cmake_cuda_compiler', 'the cuda compiler'],
    pattern:
      /CMAKE_CUDA_ARCHITECTURES:? .{0,40}(?:not|invalid)|The CMAKE_CUDA_COMPILER:|The CUDA compiler\s{0,4}$/i,
  },
]);
