/**
 * What NVML answers, as its clients pass it on: nvidia-smi, DCGM, Go's and Python's bindings, monitors, schedulers. The words are
 * nvmlErrorString's; before them stands who was called. A binding that has no library yet knows the names of errors alone.
 *
 *     Failed to initialize NVML: Driver/library version mismatch
 *     nvmlInit_v2() failed: RM has detected an NVML/RM version mismatch.
 *     NVML init failed: ERROR_DRIVER_NOT_LOADED
 *     pynvml.nvml.NVMLError_GpuIsLost: GPU is lost
 *     error getting device handle for index '1': Unknown Error
 */
import { familyOf, type Sentence } from '../family.ts';
import { named, numbered } from '../said.ts';

/** Whatever is said before them: nobody else has these words. */
const OWN_WORDS: readonly (readonly [
  number: number,
  literal: string | readonly string[],
  pattern: RegExp,
])[] = [
  [12, 'nvml shared library not found', /NVML Shared Library Not Found/i],
  [12, 'could not load nvml library', /could not load NVML library/i],
  [15, 'gpu is lost', /GPU is lost/i],
  [16, 'requires reset', /GPU requires reset/i],
  [
    17,
    ['blocked by the operating system', 'the operating system has blocked the request'],
    /GPU access blocked by the operating system|The operating system has blocked the request/i,
  ],
  [
    18,
    ['driver/library version mismatch', 'nvml/rm version mismatch'],
    /Driver\/library version mismatch|RM has detected an NVML\/RM version mismatch/i,
  ],
];

/** Others have these too: NVML, or a function of its, stands before them. */
const WORDS_OF_NVML: readonly (readonly [number: number, words: string])[] = [
  [4, 'Insufficient Permissions'],
  [8, 'Insufficient External Power'],
  [9, 'Driver Not Loaded'],
  [11, 'Interrupt Request Issue'],
  [13, 'Function Not Found'],
  [19, 'In use by another client'],
  [25, 'Argument version mismatch'],
  [27, 'System is not in ready state'],
  [28, 'No supported GPUs were found'],
];

const SENTENCES: readonly Sentence[] = [
  ...OWN_WORDS.map(([number, literal, pattern]): Sentence => ({
    literal,
    pattern,
    says: () => numbered('nvml', number),
  })),
  ...WORDS_OF_NVML.map(([number, words]): Sentence => ({
    literal: words.toLowerCase(),
    pattern: new RegExp(`\\bNVML[\\w() ]{0,60}: .{0,20}?${words}`, 'i'),
    says: () => numbered('nvml', number),
  })),
  {
    // Of other calls it says nothing of why.
    literal: 'unknown error',
    pattern: /(?:initialize NVML|NVML init\w{0,12}|nvmlInit\w{0,12}(?:\(\))?)(?: failed)?: Unknown Error/i,
    says: () => numbered('nvml', 999),
  },
  {
    literal: 'error_',
    pattern: /\bNVML[\w() ]{0,60}: (ERROR_[A-Z][A-Z_]{2,40})\b/i,
    says: ([, name]) => named('nvml', `NVML_${name!.toUpperCase()}`),
  },
  {
    // Python's binding makes a class of each error: NVML_ERROR_GPU_IS_LOST is raised as NVMLError_GpuIsLost.
    literal: 'nvmlerror_',
    pattern: /\bNVMLError_([A-Z][A-Za-z]{2,50})\b/,
    says: ([, words]) =>
      named('nvml', `NVML_ERROR${words!.replace(/[A-Z]/g, (first) => `_${first}`).toUpperCase()}`),
  },
  {
    // Who counted a GPU and cannot open it: the device plugin, slurmd, monitors
    literal: 'device handle for',
    pattern:
      /(?:get|getting) (?:the )?device handle for (?:index|UUID|GPU|bus id)\b[^:]{0,60}: (?:ERROR_UNKNOWN|Unknown Error|Not Found)/i,
    says: () => ({ kind: 'hardware', what: 'fell-off-bus', pci: null, detail: 'no handle' }),
  },
];

export const family = familyOf('NVML', SENTENCES);
