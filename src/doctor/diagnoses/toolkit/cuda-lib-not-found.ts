import { kindOfLibrary } from '../../library-kind.ts';
import { flawed, replaceFlawed } from '../../library-flaw.ts';
import { buildFor } from '../../fix/framework.ts';
import { look, supplyLibrary } from '../../fix/library.ts';
import { ask, byHand, command } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { missingFinding, missingLibraries } from '../../question/needed-libraries.ts';
import type { Facts } from '../../../machine/facts.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'A CUDA library is not found',
  related: ['cuda-lib-wrong-version', 'cublas-moved-10.1', 'tf-built-for-other-cuda'],
  textSummary: 'A program needs a CUDA library that the loader does not find',
  hears: hearing(['missing-library', 'missing-symbol', 'trouble'], (one, _all, facts) => {
    if (one.kind === 'trouble')
      return heardTrouble(one, { 'provider-not-loaded': { confidence: 'possible', rank: 3 } });
    if (one.kind === 'missing-symbol') return notLinked(one);
    const kind = kindOfLibrary(one.soname);
    if (kind === 'tensorrt') return ofTensorrt(one, facts);
    if (kind !== 'cuda' && kind !== 'nccl' && !(kind === 'cudnn' && one.flaw !== undefined)) return null;
    if (one.flaw !== undefined)
      return {
        confidence: 'certain',
        namesCause: true,
        rank: 6,
        summary: flawed(one.soname, one.flaw),
        fix: [replaceFlawed(one.soname, one.flaw), ...supplyLibrary(one.soname, facts, 'program')],
      };
    if (GONE.test(one.soname))
      return {
        confidence: 'likely',
        namesCause: true,
        rank: 5,
        summary: `The build looks for ${one.soname}, which newer toolkits no longer have: ${one.asker ?? 'it'} is older than the toolkit`,
        fix: newerCMake(),
      };
    return {
      confidence: 'likely',
      namesCause: true,
      rank: 1,
      summary: summaryOf(one),
      fix: supplyLibrary(one.soname, facts, 'program'),
    };
  }),
  next: [
    ask(
      'Is the library there, in which version?',
      'sh',
      '-c',
      'ls /usr/local/cuda*/lib64/libcudart.so*; ldconfig -p | grep -E "cudart|cublas"',
    ),
  ],
  judge: (facts, question) =>
    missingLibraries(facts, question, 'cuda')
      .filter(({ others }) => others.length === 0)
      .map((missing) => missingFinding(missing, facts)),
  remedy: (facts) => [look('libcudart'), ...supplyCuda({ cuda: null }, facts)],
};

/** TensorFlow does without it, and ONNX Runtime goes on with CUDA alone: both say so of a machine that works. */
function ofTensorrt(one: TestimonyOf<'missing-library'>, facts: Facts): Heard | null {
  const { soname, asker } = one;
  if (asker === 'tensorflow') return null;
  const goesOn = asker === null ? false : /onnxruntime/.test(asker);
  const major = /\.so\.(\d{1,2})/.exec(soname)?.[1];
  return {
    confidence: 'likely',
    namesCause: true,
    ...(goesOn ? { severity: 'warning' as const } : {}),
    summary: `${summaryOf(one)}: it is TensorRT's${major === undefined ? '' : `, of release ${major}`}`,
    fix: [
      look(soname),
      ...buildFor('tensorrt', { version: major ?? null }, facts),
      byHand(
        'tensorrt-folder',
        'Where TensorRT was unpacked from an archive: put its lib folder into LD_LIBRARY_PATH',
      ),
    ],
  };
}

/** cudaMalloc and what nvcc writes into each object are libcudart's, cublasCreate_v2 libcublas's, cuInit libcuda's. */
const OWNERS: readonly (readonly [RegExp, library: string])[] = [
  [/^(?:cuda[A-Z]|__cuda(?:Register|Unregister|PushCall|PopCall|InitModule))/, 'cudart'],
  [/^(cublasLt|cublas|cudnn|cufft|curand|cusolver|cusparse|nvrtc|nvjpeg|nccl|npp[a-z]{0,3})[A-Z]/, '$1'],
  [/^nvml[A-Z]/, 'nvidia-ml'],
  [/^cu[A-Z][a-z]/, 'cuda'],
];

/** nvcc writes these for code that is linked on the GPU: what is missing is that step, and no library. */
const OF_DEVICE_LINK = /^__(?:cudaRegisterLinkedBinary|fatbinwrap)_/;

function notLinked({ symbol, by, versionNode }: TestimonyOf<'missing-symbol'>): Heard | null {
  if (by !== 'linker' || versionNode !== null || OF_DEVICE_LINK.test(symbol)) return null;
  const owner = OWNERS.find(([names]) => names.test(symbol));
  if (owner === undefined) return null;
  const library = owner[1].replace('$1', owner[0].exec(symbol)![1] ?? '');
  return {
    confidence: 'likely',
    namesCause: true,
    summary: `The linker finds ${symbol} in none of the libraries that it was given: lib${library} is not among them, or one of another release is`,
    fix: [
      byHand(
        'link-library',
        `Link with it, after the objects that use it, and say where it is: -L/usr/local/cuda/lib64 -l${library} (of libcuda the folder lib64/stubs will do); with CMake link to its target of CUDA`,
      ),
      look(`lib${library}`),
    ],
  };
}

/** A part of cuBLAS for kernels that call it themselves: FindCUDA of an older CMake asks for it, whatever the toolkit. */
const GONE = /^libcublas_device\.so/;

const newerCMake = (): FixStep[] => [
  command('see-cmake', 'See which CMake it is', ['cmake', '--version'], { root: false }),
  command(
    'newer-cmake',
    'Take a newer CMake, which knows this toolkit',
    ['pip', 'install', '--upgrade', 'cmake'],
    {
      root: false,
    },
  ),
  byHand(
    'fresh-build-folder',
    'Configure again in an empty build folder: the old one remembers what was not found',
  ),
];

function summaryOf({ soname, asker, by }: TestimonyOf<'missing-library'>): string {
  if (by === 'linker')
    return `The linker does not find ${soname}: the folder of that library is not on its path`;
  const whose = asker === null ? '' : `, which ${asker} asks for`;
  return `The loader does not find ${soname}${whose}`;
}
