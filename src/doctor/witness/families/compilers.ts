/**
 * Host compilers and what calls them: gcc and clang, cudafe++ on their headers, host_config.h, make and shells that find no
 * compiler, setuptools and ninja, PyTorch's builder of extensions, NVIDIA's runfile.
 *
 *     #error -- unsupported GNU version! gcc versions later than 8 are not supported!
 *     /usr/include/c++/11/bits/std_function.h:435:145: error: parameter packs not expanded with '...'
 *     /usr/include/bits/mathcalls.h(79): error: exception specification is incompatible with that of previous function "cospi"
 *     darknet.h:14:30: fatal error: cuda_runtime.h: No such file or directory
 */
import { glibcBreakingOn } from '../../../compat/glibc.ts';
import { distributionInVersion } from '../distribution-names.ts';
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind, Versioned } from '../testimony.ts';

/** What may not be found: the compiler by all names that Makefiles, CMake and Python have for it, its helpers, the driver's tools. */
const TOOL =
  /^(?:nvcc|nvidia-smi|nvidia-modprobe|nvidia-settings|(?:[\w.-]{1,40}-)?(?:g\+\+|gcc|c\+\+|cc|clang\+\+|clang|cc1plus|cc1)(?:-\d{1,2}(?:\.\d)?)?|make|cmake|ninja)$/i;

type MissingProgram = Extract<TestimonyKind, { kind: 'missing-program' }>;

/** Null where it is no tool that a build runs. */
function missingTool(program: string, underSudo = false): MissingProgram | null {
  if (!TOOL.test(program.slice(program.lastIndexOf('/') + 1))) return null;
  return { kind: 'missing-program', program, ...(underSudo ? { under: 'sudo' } : {}) };
}

const QUOTED = String.raw`['"‘’“”\x60]`;

function newest(of: Versioned, expected: string, found: string | null = null): TestimonyKind {
  return { kind: 'version-mismatch', of, found, expected, atLeast: false, atMost: true };
}

/** Its own headers are beyond what this nvcc can read: the version is in their path. */
function tooNew(of: Versioned, found: string | null): TestimonyKind {
  return { kind: 'version-mismatch', of, found, expected: null, atLeast: false };
}

const familyOfCompiler = (name: string): Versioned => (name.includes('clang') ? 'clang' : 'gcc');

const SENTENCES: readonly Sentence[] = [
  {
    // host_config.h from CUDA 7 on: "later than 4.9", "later than 8"
    literal: 'unsupported gnu version! gcc versions later than',
    pattern: /unsupported GNU version! gcc versions later than (\d{1,2}(?:\.\d)?)/i,
    says: ([, last]) => newest('gcc', last!),
  },
  {
    // before: "gcc 4.7 and up are not supported!"
    literal: 'unsupported gnu version! gcc',
    pattern: /unsupported GNU version! gcc (\d{1,2})\.(\d{1,2}) and up are not supported/i,
    says: ([, major, minor]) => newest('gcc', `${major}.${Number(minor) - 1}`),
  },
  {
    literal: 'clang version must be less than',
    pattern: /unsupported clang version! clang version must be less than (\d{1,2})/i,
    says: ([, first]) => newest('clang', String(Number(first) - 1)),
  },
  {
    // PyTorch: The current installed version of g++ (11.3.0) is greater than the maximum required version by CUDA 10.2 (8.0.0)
    literal: 'greater than the maximum required version by cuda',
    pattern:
      /version of ([\w+.-]{1,60}) \((\d[\d.]{0,11})\) is greater than the maximum required version by CUDA (\d{1,2}\.\d)(?: \((\d{1,2})[\d.]{0,8}\))?/i,
    says: ([, compiler, found, cuda, last]) => [
      { kind: 'version', of: 'cuda', version: cuda! },
      last === undefined
        ? tooNew(familyOfCompiler(compiler!), found!)
        : newest(familyOfCompiler(compiler!), last, found!),
    ],
  },
  {
    literal: 'less than the minimum required version by cuda',
    pattern:
      /version of ([\w+.-]{1,60}) \((\d[\d.]{0,11})\) is less than the minimum required version by CUDA (\d{1,2}\.\d)(?: \((\d{1,2})[\d.]{0,8}\))?/i,
    says: ([, compiler, found, cuda, first]) => [
      { kind: 'version', of: 'cuda', version: cuda! },
      {
        kind: 'version-mismatch',
        of: familyOfCompiler(compiler!),
        found: found!,
        expected: first ?? null,
        atLeast: true,
      },
    ],
  },
  {
    // NVIDIA's runfile
    literal: 'unsupported compiler version:',
    pattern: /unsupported compiler version: (\d[\d.]{0,10}\d|\d)/i,
    says: ([, found]) => tooNew('gcc', found!),
  },
  {
    // nvcc compiles twice, and gcc rejects what cudafe++ made of its own templates
    literal: 'parameter packs not expanded with',
    pattern: /\/c\+\+\/(\d{1,2})(?:\.[\d.]{1,5})?\/.{1,80}error: parameter packs not expanded with/i,
    says: ([, found]) => tooNew('gcc', found!),
  },
  {
    // gcc 10 breaks at its own header, as nvcc hands it on
    literal: ': internal compiler error',
    pattern:
      /\/c\+\+\/(\d{1,2})(?:\.[\d.]{1,5})?\/[\w./+-]{1,80}:\d{1,6}:\d{1,5}: internal compiler error: Seg/i,
    says: ([, found]) => tooNew('gcc', found!),
  },
  {
    // cudafe++ writes "file(line): error:". Where it cannot parse gcc's own headers, their words are newer than it; what fits badly
    // together there (no instance, static assertion) may be the program's fault.
    literal: '): error: ',
    pattern:
      /\/c\+\+\/(\d{1,2})(?:\.[\d.]{1,5})?\/[\w./+-]{1,160}\(\d{1,6}\): error: (?:identifier "|type name is not allowed|user-defined literal operator|name followed by "::"|expected an? |.{0,60} is not a template|this declaration has no storage class)/i,
    says: ([, found]) => tooNew('gcc', found!),
  },
  {
    // Of its intrinsics nothing is the program's.
    literal: 'intrin.h(',
    pattern: /\/gcc\/[\w.-]{3,40}\/(\d{1,2})(?:\.[\d.]{1,5})?\/include\/\w{2,40}intrin\.h\(\d{1,6}\): error/i,
    says: ([, found]) => tooNew('gcc', found!),
  },
  {
    // The same, cut before its path
    literal: '__builtin_ia32_',
    pattern: /identifier "__builtin_ia32_\w{3,60}" is undefined/i,
    says: ({ input }) => (/\/gcc\/|\/c\+\+\//.test(input) ? null : tooNew('gcc', null)),
  },
  {
    // mathcalls.h(79): error: exception specification is incompatible with that of previous function "cospi"
    literal: 'specification is incompatible with that of previous function',
    pattern: /specification is incompatible with that of previous function "(\w{1,40})"/i,
    says: ([, name]) => tooNew('glibc', glibcBreakingOn(name!) ?? glibcBreakingOn('exception')),
  },
  {
    // gcc of the same: declaration of 'double cospi(double) noexcept' has a different exception specifier
    literal: ' has a different exception specifier',
    pattern:
      /\b((?:a?(?:sin|cos|tan|sincos)|atan2)pi[fl]?|rsqrt[fl]?)\(.{0,200} has a different exception specifier/i,
    says: ([, name]) => tooNew('glibc', glibcBreakingOn(name!) ?? glibcBreakingOn('exception')),
  },
  {
    literal: 'math_functions.h',
    pattern: /math_functions\.hp{0,2}[^\w].{0,200}\b(cospi|sinpi|rsqrt)f?\b/i,
    says: ([, name]) => tooNew('glibc', glibcBreakingOn(name!.toLowerCase())),
  },
  {
    // CUDA 9.0 and older with glibc 2.26 and newer
    literal: 'floatn',
    pattern:
      /floatn(?:-common)?\.h.{0,20}error: (?:invalid argument to attribute|invalid combination of type specifiers|identifier)/i,
    says: () => tooNew('glibc', glibcBreakingOn('_Float128')),
  },
  {
    literal: '" is undefined',
    pattern: /identifier "(?:_Float(?:32|64|128)x?|__ieee128|__float128)" is undefined/i,
    // In headers of gcc's it is gcc that is too new.
    says: ({ input }) => (input.includes('/c++/') ? null : tooNew('glibc', glibcBreakingOn('_Float128'))),
  },
  {
    // string.h: In function 'void* __mempcpy_inline(...)': CUDA 7.5 and older with glibc 2.23
    literal: '__mempcpy_inline',
    pattern: /string\.h.{0,40}__mempcpy_inline/i,
    says: () => tooNew('glibc', glibcBreakingOn('__mempcpy_inline')),
  },
  {
    // gcc 4 to 15; clang: 'cuda.h' file not found; cudafe++: cannot open source file "cuda.h"
    literal: ': no such file or directory',
    pattern: new RegExp(
      `(?<![\\w./+-])([\\w./+-]{1,200}):\\d{1,6}:(?:\\d{1,5}:)? (?:fatal )?error: ([\\w./+-]{1,120}\\.(?:h|hpp|hh|cuh)|[a-z_]{2,24}): No such file or directory`,
      'i',
    ),
    says: ([, asker, header]) => ({ kind: 'missing-header', header: header!, asker: asker! }),
  },
  {
    // gcc in another language, told by its form: the place, a word for the severity, the header, the system's word for why.
    //     darknet.h:14:10: schwerwiegender Fehler: cuda_runtime.h: Datei oder Verzeichnis nicht gefunden
    literal: ['.h', '.cuh'],
    pattern:
      /^([^\s:]{1,200}):\d{1,6}:\d{1,5}:? ?(?!(?:warning|note|fatal error|error): )[^\d:：]{3,40}[:：] ?([\w./+-]{1,120}\.(?:h|hpp|hh|cuh)) ?[:：] ?[^\d:：]{4,80}$/,
    says: ([, asker, header]) => ({ kind: 'missing-header', header: header!, asker: asker! }),
  },
  {
    literal: ['file not found', 'cannot open source file'],
    pattern: new RegExp(
      `(?:error: ${QUOTED}([\\w./+-]{1,120})${QUOTED} file not found|cannot open source file ${QUOTED}([\\w./+-]{1,120})${QUOTED})`,
      'i',
    ),
    says: ([, byClang, byCudafe]) => ({
      kind: 'missing-header',
      header: byClang ?? byCudafe!,
      asker: null,
    }),
  },
  {
    // The same line cut to its end, as people paste it.
    literal: ': no such file or directory',
    pattern:
      /(?:^\s{0,12}|<command-line>: |<built-in>: )(?:fatal )?error: ([\w./+-]{1,120}\.(?:h|hpp|cuh)): No such file or directory/i,
    says: ([, header]) => ({ kind: 'missing-header', header: header!, asker: null }),
  },
  {
    // sh, bash, make of all ages: /bin/sh: 1: g++: not found, make: g++: No such file or directory, g++-8: command not found
    literal: ['not found', 'no such file or directory'],
    pattern: /(?:^|\s)([\w/.+:-]{1,200}): (?:not found|command not found|No such file or directory)/i,
    says: ({ 1: program, input, index }) => missingTool(program!, /\bsudo:$/.test(input.slice(0, index))),
  },
  {
    // zsh: command not found: nvcc; fish: Unknown command: nvcc (before 3.2 in quotes)
    literal: ['zsh: ', 'unknown command'],
    pattern: /(?:zsh: (?:\d{1,5}: )?command not found: |fish: Unknown command:? ['"]?)([\w+.-]{1,40})/i,
    says: ([, program]) => missingTool(program!),
  },
  {
    // bash in whatever language: of a name without a path there is nothing else that it complains of. bash: nvidia-smi: commande introuvable
    literal: 'bash: ',
    pattern: /(?:^|\s)-?bash: (?:[^\s:]{1,12} {1,2}\d{1,5}: {1,2})?([\w+.-]{1,40}) ?: \S/i,
    says: ([, program]) => missingTool(program!),
  },
  {
    // Python: [Errno 2] No such file or directory: '/usr/local/cuda/bin/nvcc'
    literal: 'no such file or directory: ',
    pattern: /No such file or directory: ['"]([^'"\s]{1,200})['"]/i,
    says: ([, program]) => {
      const said = missingTool(program!);
      return said === null ? null : { ...said, asker: 'python' };
    },
  },
  {
    // setuptools: unable to execute 'gcc': No such file or directory; error: command 'gcc' failed: No such file or directory
    literal: ['unable to execute ', "error: command '"],
    pattern:
      /(?:unable to execute '?|error: command ')([^'"\s]{1,200}?)'?(?: failed)?: No such file or directory/i,
    says: ([, program]) => missingTool(program!),
  },
  {
    // CUDA_HOME made like PATH, or with /bin at its end: no such file can be, whatever was said of it.
    literal: ['/bin/bin/nvcc', "':/"],
    pattern: /(\/[^'"\s:]{0,200}\/bin\/bin\/nvcc)|':(\/[^'":]{1,200}\/bin\/nvcc)/i,
    says: ([, withBin, likePath]) => ({ kind: 'missing-program', program: withBin ?? `:${likePath}` }),
  },
  {
    // Ubuntu's and Fedora's helpers of the shell, which, env
    literal: ["' not found", '’: no such file', "': no such file", "' is currently not installed", ' in (/'],
    pattern:
      /Command '([\w+.-]{1,40})' not found|program '([\w+.-]{1,40})' is currently not installed|\bno ([\w+.-]{1,40}) in \(\/|(?:env|sudo|time|exec|xargs|failed to run command):? (?:'|‘)([\w+.-]{1,40})(?:'|’): No such file/i,
    says: ([, ...names]) => missingTool(names.find((name) => name !== undefined)!),
  },
  {
    // Programs of their own: flash-attention, PyCUDA, CuPy, Fast R-CNN's setup.py and its many children
    literal: 'nvcc',
    pattern:
      /(?:Cannot|Could not|Can't|Unable to|Failed to) (?:find|locate) (?:the )?nvcc\b(?!\.)|\bnvcc(?: compiler)? (?:was |is )?not found\b|\bnvcc\b.{0,20} (?:not in|not be located in|not be found in|not found in|is not on|not on) (?:your |the )?\$?path\b/i,
    says: () => ({ kind: 'missing-program', program: 'nvcc' }),
  },
  {
    // Rust's Command, Node's spawn, Go's exec
    literal: ['nvcc', 'enoent'],
    pattern:
      /[`"']nvcc[`"'](?:\)|:| failed:?).{0,40}(?:kind: NotFound|executable file not found|program not found)|spawn nvcc ENOENT/i,
    says: () => ({ kind: 'missing-program', program: 'nvcc' }),
  },
  {
    // In the quotes of every locale
    literal: 'cc1plus',
    pattern: /(?:error trying to exec|cannot execute) ['"‘“`]cc1plus['"’”]/i,
    says: () => ({ kind: 'missing-program', program: 'cc1plus' }),
  },
  {
    literal: ['failed to find c compiler', 'no working c++ compiler found', 'no acceptable c compiler'],
    pattern: /Failed to find C compiler|No working C\+\+ compiler found|no acceptable C compiler found/i,
    says: () => ({ kind: 'missing-program', program: 'c++' }),
  },
  {
    literal: 'ninja is required to load c++ extensions',
    pattern: /Ninja is required to load C\+\+ extensions/i,
    says: () => ({ kind: 'missing-program', program: 'ninja' }),
  },
  {
    // PyTorch, DeepSpeed, vLLM, flash-attention, apex
    literal: 'cuda_home',
    pattern:
      /CUDA_HOME (?:environment variable is not set|is not set|does not exist)|(?:Cannot|Could not|Failed to|Unable to) find CUDA_HOME/i,
    says: () => ({ kind: 'missing-toolkit', asker: 'torch', path: null }),
  },
  {
    // Bazel, cudarc, bindgen_cuda
    // gsplat and nerfacc, Transformer Engine
    literal: [
      'cuda configuration error: ',
      'include/cuda.h',
      'failed to find cuda',
      'no cuda toolkit found',
      'neither find nvcc executable',
    ],
    pattern:
      /No CUDA toolkit found\. \w|Could neither find NVCC executable|Cuda Configuration Error: (?:Cannot find cuda\.h|Could not find any cuda\.h|No library found|Inconsistent)|Unable to find `include\/cuda\.h`|Failed to find CUDA\b/i,
    says: () => ({ kind: 'missing-toolkit', asker: null, path: null }),
  },
  {
    // Somebody looked where NVIDIA's packages put it.
    literal: '/usr/local/cuda',
    pattern:
      /(?:ls|cd|stat|readlink)\b.{0,30}(\/usr\/local\/cuda(?:-[\d.]{1,8})?\*?)\/?'?: No such file or directory/i,
    says: ([, path]) => ({ kind: 'missing-toolkit', asker: null, path: path! }),
  },
  {
    // Thrust looks whether the CUB beside it is its own, libcu++ whether nvcc is of its toolkit.
    literal: ['not compatible with this release of thrust', 'cuda toolkit headers are incompatible'],
    pattern:
      /version of (CUB) in your include path is not compatible with this release of Thrust|(CUDA compiler) and CUDA toolkit headers are incompatible/i,
    says: ([, cub]) => ({
      kind: 'trouble',
      what: 'toolkit-mixed',
      detail: cub === undefined ? 'nvcc of one, headers of another' : 'CUB of one, Thrust of another',
    }),
  },
  {
    literal: ['killed signal terminated program', 'internal compiler error: killed'],
    pattern:
      /Killed signal terminated program ([\w+.-]{2,40})|internal compiler error: Killed(?: \(program ([\w+.-]{2,40})\))?/i,
    says: ([, one, other]) => ({ kind: 'out-of-host-memory', program: one ?? other ?? null }),
  },
  {
    literal: ['out of memory allocating', 'virtual memory exhausted'],
    pattern:
      /\b([\w+]{2,20}): out of memory allocating \d{1,15} bytes|virtual memory exhausted: Cannot allocate/i,
    says: ([, program]) => ({ kind: 'out-of-host-memory', program: program ?? null }),
  },
  {
    // gcc version 11.3.0 (Ubuntu 11.3.0-1ubuntu1~22.04)   g++ (Debian 12.2.0-14) 12.2.0
    literal: ['gcc version ', 'g++ (', 'gcc (', 'g++-', 'gcc-'],
    pattern:
      /(?:gcc version (\d{1,2}\.\d{1,2}\.\d{1,2})|\b(?:g\+\+|gcc)(?:-\d{1,2})? \([^()]{1,80}\) (\d{1,2}\.\d{1,2}\.\d{1,2}))/i,
    says: ([, banner, versionLine]) => ({ kind: 'version', of: 'gcc', version: banner ?? versionLine! }),
  },
  {
    // 535.183.01-0ubuntu0.22.04.1, 12.2.0-14+deb12u1: what a release's updates are called
    literal: ['ubuntu0.', 'ubuntu1.', 'deb1'],
    pattern: /\b\d[\w.+-]{1,40}(?:ubuntu0\.|ubuntu1\.|deb1\d)[\w.]{0,20}/i,
    says: ([version]) => distributionInVersion(version),
  },
];

export const family = familyOf('compilers', SENTENCES, [
  // What a program of another age than the toolkit, or flags of its build, end in.
  {
    literal: '#error',
    pattern:
      /#error.{0,40}(?:Thrust|CUB|libcu\+\+|CUDA|C\+\+\d\d or later compatible compiler|You need C\+\+\d\d to compile)/i,
  },
  {
    literal: ['__cudacc_ver__ is no longer supported', 'cudadeviceprop'],
    pattern: /__CUDACC_VER__ is no longer supported|cudaDeviceProp\W.{0,60}has no member/i,
  },
  {
    literal: ["/nvcc' failed", "command 'nvcc' failed"],
    pattern: /command '(?:[^']{0,200}\/)?nvcc' failed with exit/i,
  },
  {
    literal: '#error -- unsupported',
    pattern: /#error -- unsupported/i,
  },
]);
