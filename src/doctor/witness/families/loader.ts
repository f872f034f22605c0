/**
 * The dynamic loader (glibc's and musl's), ldd, the linkers, and the wordings in which programs pass on what dlopen said: a library
 * or a symbol that was not found, and who asked for it.
 *
 *     ./darknet: error while loading shared libraries: libcudart.so.10.0: cannot open shared object file: No such file or directory
 *     ImportError: /lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.29' not found (required by .../_C.so)
 *     /usr/bin/ld: cannot find -lcudnn: No such file or directory
 */
import { posix } from 'node:path';
import { familyOf, type Sentence } from '../family.ts';
import { troubled } from '../said.ts';
import type { TestimonyKind } from '../testimony.ts';

type MissingLibrary = Extract<TestimonyKind, { kind: 'missing-library' }>;

/** A shared library as its file is called, with or without versions: libcudart.so.11.0, libnvrtc-builtins.so.12.4 */
const SONAME = String.raw`lib[\w+-]{1,60}\.so(?:\.\d[\w.]{0,19})?(?![\w.]*\.py)`;

/**
 * In English what it says is told from what else it can say of a file. In other languages it is told by its form: of a name without a
 * folder it says two things, of which the second is the system's word for why, only where the file was not found, or (rare) not mapped.
 */
const CANNOT_OPEN = 'cannot open shared object file';

/** A word of its messages in English: what it says of a file that it has found, and of symbols. */
const OF_ANOTHER_KIND =
  '(?!.{0,120}\\b(?:cannot|failed|error|invalid|wrong|undefined|symbol|version|not|only|no)\\b)';

/** What NVIDIA's libraries export, by how it begins. */
const OF_CUDA =
  /^(?:__cuda|__fatbinwrap_|cu[A-Z][a-z]|cu(?:da|dnn|blas|fft|rand|solver|sparse)\w|nv(?:ml|rtc|jpeg)[A-Z]|npp\w|nccl[A-Z])/;

const missing = (soname: string, by: MissingLibrary['by'], asker: string | null = null): TestimonyKind => ({
  kind: 'missing-library',
  soname,
  asker,
  by,
});

const SENTENCES: readonly Sentence[] = [
  {
    // libcudart.so.10.0: cannot open shared object file: No such file or directory. By whom: said before it, if at all.
    literal: CANNOT_OPEN,
    pattern: new RegExp(
      `(?<![\\w/.-])(${SONAME}): ${CANNOT_OPEN}(?!: (?:Permission denied|Too many open|Operation not permitted))`,
      'i',
    ),
    says: (match) => {
      const before = match.input.slice(0, match.index);
      const program = /(?<!\S)(\S{1,200}): error while loading shared libraries: $/.exec(before)?.[1];
      if (program !== undefined) return missing(match[1]!, 'loader', posix.basename(program));
      return missing(match[1]!, 'dlopen', askerIn(before));
    },
  },
  {
    // In any language: libcudart.so.11.0: kann die Shared-Object-Datei nicht öffnen: Datei oder Verzeichnis nicht gefunden
    literal: '.so',
    pattern: new RegExp(
      `(?:^|[:：] |Error\\W{1,3})(${SONAME}): (?!${CANNOT_OPEN})${OF_ANOTHER_KIND}([^:：=\\d/]{6,80}): ([^:：=\\d/]{4,80})$`,
    ),
    says: (match) => {
      const before = match.input.slice(0, match.index);
      const program = /^(\S{1,200}): [^:]{4,100}$/.exec(before)?.[1];
      return program === undefined || /Error$/.test(program)
        ? missing(match[1]!, 'dlopen', askerIn(match.input.slice(0, match.index + 2)))
        : missing(match[1]!, 'loader', posix.basename(program));
    },
  },
  {
    // The same of a file that was named by its path: only what tells that it is looked for in a place that is not there.
    literal: CANNOT_OPEN,
    pattern: new RegExp(`[\\w.-]/(${SONAME}): ${CANNOT_OPEN}(?=: No such file|$)`, 'i'),
    says: (match) => missing(match[1]!, 'dlopen', askerIn(match.input.slice(0, match.index))),
  },
  {
    // ERROR: ld.so: object 'libcudart.so.12' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.
    literal: 'cannot be preloaded',
    pattern: new RegExp(`ld\\.so: object '(?:\\S{0,200}/)?(${SONAME})' from LD_PRELOAD cannot be preloaded`),
    says: ([, soname]) => missing(soname!, 'loader', 'LD_PRELOAD'),
  },
  {
    // What is there under the name, and is no library, or not one for this program: libcuda.so.1: file too short
    literal: ['file too short', 'invalid elf header', 'wrong elf class'],
    pattern: new RegExp(
      `(?<![\\w.-])(${SONAME}): (file too short|invalid ELF header|wrong ELF class: \\w{3,12})`,
    ),
    says: ([, soname, flaw]) => ({
      kind: 'missing-library',
      soname: soname!,
      asker: null,
      by: 'loader',
      flaw: flaw!,
    }),
  },
  {
    // musl: Error loading shared library libcuda.so.1: No such file or directory (needed by /usr/bin/x)
    literal: 'error loading shared library',
    pattern: new RegExp(
      `Error loading shared library (${SONAME}): No such file or directory(?: \\(needed by ([^)]{1,200})\\))?`,
      'i',
    ),
    says: ([, soname, asker]) =>
      missing(soname!, 'loader', asker === undefined ? null : posix.basename(asker)),
  },
  {
    // ldd; and the linkers' warning: libcublasLt.so.11, needed by x.so, not found (try using -rpath or -rpath-link)
    literal: 'not found',
    pattern: new RegExp(`(${SONAME}) (?:\\(\\S{1,40}\\) )?=> not found`, 'i'),
    says: ([, soname]) => missing(soname!, 'ldd'),
  },
  {
    literal: ', needed by ',
    pattern: new RegExp(`(${SONAME}), needed by (\\S{1,200}), not found`, 'i'),
    says: ([, soname, asker]) => missing(soname!, 'linker', posix.basename(asker!)),
  },
  {
    // What container images put where the host's is to be: libcuda.so.1: file too short
    literal: ': file too short',
    pattern: new RegExp(`(${SONAME}): file too short`, 'i'),
    says: ([, soname]) => missing(soname!, 'dlopen'),
  },
  {
    // ld, gold, lld: undefined reference to `cudaMalloc'; undefined symbol: cudaMalloc, and who asked on the line after
    literal: ['undefined reference to ', 'error: undefined symbol: '],
    pattern:
      /(?:undefined reference to [`'"‘]?|error: undefined symbol: )((?:__)?[A-Za-z]\w{1,120})(?:@{1,2}([\w.]{1,60}))?(?![\w(:])/i,
    says: ([, symbol, versionNode]) =>
      OF_CUDA.test(symbol!)
        ? {
            kind: 'missing-symbol',
            symbol: symbol!,
            file: null,
            versionNode: versionNode ?? null,
            by: 'linker',
          }
        : null,
  },
  {
    // GNU ld, gold, lld, mold
    literal: ['cannot find -l', 'unable to find library -l', 'library not found: '],
    pattern: /(?:cannot find -l|unable to find library -l|library not found: )([\w+-]{1,60})/i,
    says: ([, name]) => missing(`lib${name}.so`, 'linker'),
  },
  {
    // TensorFlow 1 and 2: Couldn't open CUDA library libcudnn.so.5; Could not load dynamic library 'libcudnn.so.8'
    literal: ["couldn't open cuda library", 'could not load dynamic library'],
    pattern: new RegExp(
      `(?:Couldn't open CUDA library|Could not load dynamic library) '?(${SONAME})(?!.{0,300}cannot open)`,
      'i',
    ),
    says: ([, soname]) => missing(soname!, 'dlopen', 'tensorflow'),
  },
  {
    // cuDNN 8 and 9 of their own parts: Could not load library libcudnn_cnn_infer.so.8. Error: ...
    // Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9.1, libcudnn_ops.so.9, libcudnn_ops.so}
    literal: ['could not load library lib', 'unable to load any of {lib'],
    pattern: new RegExp(`(?:Could not load library |Unable to load any of \\{)(${SONAME})`, 'i'),
    says: ([, soname]) => missing(shortened(soname!), 'dlopen', 'cudnn'),
  },
  {
    // CTranslate2, Triton, CuPy, NVML's clients, numba, cuda-python: failed to load libnvrtc.so.12; Failure finding "libnvrtc.so"
    literal: '.so',
    pattern: new RegExp(
      `(?:not|n't|unable to|failed to|failure) (?:load|find|finding|open|dlopen)(?: the)?(?: (?:dynamic|shared|NVML|CUDA|driver))?(?: library)?:? ['"\`]?(${SONAME})(?!.{0,300}cannot open)`,
      'i',
    ),
    says: (match) => missing(shortened(match[1]!), 'dlopen', askerIn(match.input)),
  },
  {
    literal: '.so',
    pattern: new RegExp(
      `(?<!=> |, |/)(${SONAME})['"\`]? (?:is |was |could )?(?:not found|cannot found|cannot be found|not be found|cannot be loaded|is missing)`,
      'i',
    ),
    says: (match) => missing(match[1]!, 'dlopen', askerIn(match.input)),
  },
  {
    // Paddle: Cannot load cudnn shared library. Cannot invoke method cudnnGetVersion.
    literal: ' shared library. cannot invoke method',
    pattern: /Cannot load (\w{3,12}) shared library\. Cannot invoke method/i,
    says: ([, name]) => missing(`lib${name!}.so`, 'dlopen', 'paddle'),
  },
  {
    // JAX: Unable to load cuPTI. Is it installed?  The cuSPARSE library was not found.
    literal: ['is it installed?', 'library was not found', 'unable to load cu'],
    pattern:
      /Unable to load (cuDNN|cuBLAS|cuFFT|cuSPARSE|cuSOLVER|cuPTI|CUPTI|cuda)(?:\. Is it installed\?|\. \(Set TF_CPP)|The (cuDNN|cuBLAS|cuFFT|cuSPARSE|cuSOLVER|cuPTI|CUPTI|cuda) library was not found/i,
    // What it calls CUDA is the runtime: of the driver other lines speak.
    says: ([, unloaded, absent]) =>
      missing(`lib${(unloaded ?? absent)!.toLowerCase().replace(/^cuda$/, 'cudart')}.so`, 'dlopen', 'jax'),
  },
  {
    // PyTorch before it brought one: cuDNN library not found. Check your LD_LIBRARY_PATH
    literal: 'cudnn library not found. check your',
    pattern: /cuDNN library not found\. Check your/i,
    says: () => missing('libcudnn.so', 'dlopen', 'torch'),
  },
  {
    // NVRTC loads its own other half: nvrtc: error: failed to open libnvrtc-builtins.so.12.4.
    literal: 'failed to open libnvrtc',
    pattern: /failed to open (libnvrtc[\w-]{0,30}\.so(?:\.\d[\w.]{0,19})?)/i,
    says: ([, soname]) => missing(shortened(soname!), 'dlopen', 'nvrtc'),
  },
  {
    // /lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.29' not found (required by ./x)
    literal: ' not found',
    pattern:
      /(?<![^\s:])([^\s:]{1,200}): version [`'"‘“]([\w.]{1,60})['"’”] not found(?: \(required by ([^)]{1,300})\))?/i,
    says: ([, file, versionNode, asker]) => ({
      kind: 'missing-symbol',
      symbol: versionNode!,
      file: asker ?? file!,
      versionNode: versionNode!,
    }),
  },
  {
    // The same in another language: /lib64/libc.so.6: Version »GLIBC_2.34« nicht gefunden (benötigt von ./x)
    literal: ['glibc_', 'glibcxx_', 'cxxabi_'],
    pattern:
      /(?<![^\s:])([^\s:]{1,200}): [^\s:\d`'"‘“»„«]{1,12} ?[`'"‘“»„«]((?:GLIBC|GLIBCXX|CXXABI)_\d[\d.]{0,11})['"’”«“»](?! ?not found) ?[^(（]{2,40}(?:[(（]\D{0,30}?([./][^\s)）]{1,300}))?/,
    says: ([, file, versionNode, asker]) => ({
      kind: 'missing-symbol',
      symbol: versionNode!,
      file: asker ?? file!,
      versionNode: versionNode!,
    }),
  },
  {
    // libcusparse.so.12: undefined symbol: __nvJitLinkAddData_12_1, version libnvJitLink.so.12
    literal: 'undefined symbol',
    pattern: /(?<![^\s:])([^\s:]{1,300}): undefined symbol: ([\w.$@]{1,400})(?:, version ([\w.]{1,60}))?/i,
    // lld: error: undefined symbol: cudaMalloc
    says: ([, file, symbol, versionNode]) =>
      file === 'error'
        ? null
        : {
            kind: 'missing-symbol',
            symbol: symbol!,
            file: file!,
            versionNode: versionNode ?? null,
          },
  },
  {
    // glibc, where it knows which file should have it: symbol x, version V not defined in file libcublasLt.so.11 with link time reference
    literal: ' not defined in file ',
    pattern:
      /(?<![^\s:])([^\s:]{1,300}): symbol ([\w.$@]{1,400}),? version ([\w.]{1,60}) not defined in file /i,
    says: ([, file, symbol, versionNode]) => ({
      kind: 'missing-symbol',
      symbol: symbol!,
      file: file!,
      versionNode: versionNode!,
    }),
  },
  {
    // musl
    literal: ': symbol not found',
    pattern: /Error relocating ([^\s:]{1,300}): ([\w.$@]{1,400}): symbol not found/i,
    says: ([, file, symbol]) => ({ kind: 'missing-symbol', symbol: symbol!, file: file!, versionNode: null }),
  },
  // What ldd and LD_DEBUG say; a build that links against the stub, as it should, says the same path in other words.
  troubled(
    'stub-loaded',
    'stubs/libcuda',
    /(?:=> |\bfrom |calling init: |^\s{4,})\S{0,200}stubs\/libcuda\.so(?:\.1)?(?=\s|$)/i,
  ),
];

/** libcudnn_ops.so.9.1.0: the name with its whole version; what others ask for, and tables know, is that of the major. */
function shortened(soname: string): string {
  return soname.replace(/\.$/, '').replace(/(\.so\.\d{1,3})\.\d[\d.]*$/, '$1');
}

/** Who speaks, by what stands before the library: "ImportError: ", dso_loader.cc, libonnxruntime_providers_cuda.so with error */
function askerIn(before: string): string | null {
  const own = new RegExp(`(?:load library |loading |by )['"\`]?(?:\\S{0,200}/)?(${SONAME})`, 'i').exec(
    before,
  )?.[1];
  if (own !== undefined) return own;
  return SPEAKERS.find(([, speaks]) => speaks.test(before))?.[0] ?? null;
}

const SPEAKERS: readonly (readonly [string, RegExp])[] = [
  ['tensorflow', /dso_loader|dynamic library '|tensorflow/i],
  ['onnxruntime', /onnxruntime/i],
  ['jax', /jax/i],
  ['torch', /torch/i],
  ['cupy', /cupy/i],
  ['bitsandbytes', /bitsandbytes/i],
  ['python', /(?:ImportError|OSError|ModuleNotFoundError|RuntimeError): $/],
];

export const family = familyOf('dynamic loader', SENTENCES, [
  {
    literal: 'error while loading shared libraries',
    pattern: /error while loading shared libraries: lib(?:cu|nv|nccl)/i,
  },
]);
