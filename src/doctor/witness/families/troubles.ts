/**
 * What programs say of their trouble in words that hold neither a number nor a version:
 *
 *     UNKNOWN: Failed to get convolution algorithm. This is probably because cuDNN failed to initialize, ...
 *     ptxas application ptx input, line 9; fatal : Unsupported .version 7.4; current version is '7.2'
 *     Cuda Configuration Error: Cannot find cuda library libcublas.so.10.1
 */
import { familyOf, type Sentence } from '../family.ts';
import type { Trouble } from '../testimony.ts';

const words = (
  what: Trouble,
  literal: string | readonly string[],
  pattern: RegExp,
  detailOf: (match: RegExpExecArray) => string | null = () => null,
): Sentence => ({
  literal,
  pattern,
  says: (match) => ({ kind: 'trouble', what, detail: detailOf(match) }),
});

const first = (match: RegExpExecArray): string | null => match[1] ?? null;

export const family = familyOf('programs in trouble', [
  // TensorFlow 1.13 to 2.x; XLA from 2.4 on
  words(
    'cudnn-did-not-start',
    'failed to get convolution algorithm',
    /Failed to get convolution algorithm\. This is probably because cuDNN failed to initialize/i,
  ),
  words('dnn-did-not-start', 'dnn library initialization failed', /DNN library initialization failed/i),
  words(
    'no-algorithm',
    ['no algorithm worked', 'unable to find a valid cudnn algorithm'],
    /No algorithm worked!|Unable to find a valid cuDNN algorithm/i,
  ),
  // TensorFlow's configure, and CMake's FindCUDNN of several projects
  words(
    'cudnn-not-found',
    ['could not find any cudnn', 'cannot find cudnn library'],
    /Could not find any cudnn(?:_version)?\.h matching|Cannot find cuDNN library/i,
    () => 'bazel',
  ),
  words('cudnn-not-found', 'could not find cudnn', /Could NOT find CUDNN/i, () => 'cmake'),
  words(
    'library-not-in-toolkit',
    'cannot find cuda library',
    /Cannot find cuda library ([\w.+-]{3,60})/i,
    first,
  ),
  words(
    'ptx-too-new',
    'unsupported .version',
    /Unsupported \.version ([\d.]{1,5}); current version is/i,
    first,
  ),
  words('libraries-not-opened', 'cannot dlopen some gpu libraries', /Cannot dlopen some GPU libraries/i),
  // XLA from 2024 on: Failed call to cudaGetRuntimeVersion: Error loading CUDA libraries. GPU will not be used.
  words(
    'libraries-not-opened',
    'error loading cuda libraries',
    /Error loading CUDA libraries\. GPU will not be used/i,
  ),
  words(
    'cpu-instruction',
    'was compiled to use avx',
    /was compiled to use AVX instructions, but these aren't available/i,
    () => 'AVX',
  ),
  words(
    'cpu-instruction',
    'illegal instruction',
    /\bIllegal instruction\b(?! *(?:address|was encountered))/i,
  ),
  // nv-fabricmanager's own log, its start script, and what systemd says of the service
  words(
    'fabric-manager-idle',
    'nv_warn_nothing_to_do',
    /NVSwitch driver failed with error:.{0,40}NV_WARN_NOTHING_TO_DO/i,
  ),
  words(
    'fabric-manager-stopped',
    ['aborting fabric manager', 'fabricmanager', 'fabric manager'],
    /((?:[^\]:]{5,160}, )?aborting fabric manager)|fabric ?manager.{0,60}(?:not running|failed)|nvidia-fabricmanager.{0,60}(?:inactive|not found)/i,
    (match) => match[1]?.trim() ?? null,
  ),
  words(
    'fabric-manager-version',
    'interface version',
    /fabric manager.{0,80}interface version (\d[\d.]{2,16}) do(?:es)?n't match.{0,40}version (\d[\d.]{2,16})/i,
    (match) => `${match[1]!.replace(/\.$/, '')}, the driver ${match[2]!.replace(/\.$/, '')}`,
  ),
  // systemctl status: the unit's name stands two lines above
  {
    literal: 'active: ',
    pattern: /^\s{0,12}Active: (?:inactive|failed)\b/,
    says: (_, before) =>
      before.some((line) => line.includes('nvidia-fabricmanager.service - '))
        ? { kind: 'trouble', what: 'fabric-manager-stopped', detail: null }
        : null,
  },
  // nvidia-smi, NVML
  words('inforom-corrupt', 'inforom is corrupted', /infoROM is corrupted/i),
  // nvidia-smi, numba, TensorFlow
  words('cuda-version-not-available', 'cuda version: n/a', /CUDA Version: N\/A/i),
  words(
    'driver-library-not-found',
    ['cuda driver library cannot be found', 'unable to find libcuda'],
    /CUDA driver library cannot be found|Unable to find libcuda\.so/i,
  ),
  words(
    'driver-library-not-reported',
    'libcuda reported version is: not found',
    /libcuda reported version is: Not found/i,
  ),
  words(
    'no-cuda-drivers',
    'could not find cuda drivers on your machine',
    /Could not find cuda drivers on your machine/i,
  ),
  // What ldd and the loader say; a build that links against the stub, as it should, says the same path in other words.
  words(
    'stub-loaded',
    'stubs/libcuda',
    /(?:=> |\bfrom |calling init: |^\s{4,})\S{0,200}stubs\/libcuda\.so(?:\.1)?(?=\s|$)/i,
  ),
]);
