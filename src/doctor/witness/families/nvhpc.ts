/**
 * NVIDIA's HPC SDK (nvc, nvc++, nvfortran; PGI's before) and the runtime of its OpenACC: which CUDA it has beside it, for which GPUs it
 * compiled. Calls of the driver that failed, by number: cuda-errors.ts.
 *
 *     nvfortran-Error-A CUDA toolkit matching the current driver version (12.2) or a supported older version (11.0 or 11.8) was not installed
 *     nvc-Error-CUDA version 11.0 is not available in this installation.
 *     nvc++-Error-Switch -gpu with unknown keyword cc120
 *     Rebuild this file with -gpu=cc75 to use NVIDIA Tesla GPU 0
 */
import { capabilityOfArchitecture } from '../architecture-number.ts';
import { familyOf, type Sentence } from '../family.ts';
import { architectureUnknownTo, numbered } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    // Where no driver runs, its version is 0.
    literal: 'toolkit matching the current driver version',
    pattern: /A CUDA toolkit matching the current driver version \((\d{1,2}(?:\.\d)?)\)/i,
    says: ([, served]) =>
      served === '0'
        ? { kind: 'trouble', what: 'driver-not-found', detail: 'nvhpc' }
        : [
            { kind: 'version', of: 'cuda-of-driver', version: served! },
            { kind: 'missing-toolkit', asker: 'nvhpc', path: null },
          ],
  },
  {
    literal: 'is not available in this installation',
    pattern: /-Error-CUDA version \d{1,2}\.\d is not available in this installation/i,
    says: () => ({ kind: 'missing-toolkit', asker: 'nvhpc', path: null }),
  },
  {
    literal: ['unknown keyword cc', 'unknown switch: -gpu=cc'],
    pattern: /-Error-(?:Switch -\w{1,8} with unknown keyword |Unknown switch: -gpu=)cc(\d{2,3})/i,
    says: ([, number]) => architectureUnknownTo('nvhpc', number!),
  },
  {
    literal: 'rebuild this file with -',
    pattern: /Rebuild this file with -(?:gpu|ta)=(?:tesla:)?cc(\d{2,3})/i,
    says: ([, number]) => {
      const wanted = capabilityOfArchitecture(number!);
      return wanted === null
        ? null
        : { kind: 'architectures', wanted: [wanted], there: null, speaker: 'nvhpc', outcome: 'no-kernel' };
    },
  },
  {
    literal: 'no cuda device code available',
    pattern: /No CUDA device code available/i,
    says: () => numbered('cuda', 209),
  },
];

export const family = familyOf('HPC SDK', SENTENCES, [
  {
    literal: ['-error-', '-fatal-'],
    pattern: /^(?:nvc|nvc\+\+|nvfortran|pgc\+\+|pgcc|pgfortran)-(?:Error|Fatal)-/i,
  },
  { literal: 'accelerator fatal error', pattern: /Accelerator Fatal Error/i },
]);
