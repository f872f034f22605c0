/**
 * Simulations of molecules and what they are built on, in their own words: GROMACS, LAMMPS, NAMD, OpenMM, Kokkos. Errors of CUDA that
 * they pass on: cuda-errors.ts.
 *
 *     Cannot run short-ranged nonbonded interactions on a GPU because no GPU is detected.
 *     #0: NVIDIA GeForce GT 710, compute cap.: 3.5, ECC:  no, stat: incompatible
 *     ERROR: GPU library not compiled for this accelerator
 *     FATAL ERROR: No CUDA devices found.
 *     Kokkos::Cuda::initialize ERROR: running kernels compiled for compute capability 8.0 on device with compute capability 7.5 , this will
 */
import { familyOf, type Sentence } from '../family.ts';
import { numbered } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: [
      'on a gpu because no gpu is detected',
      'fatal error: no cuda devices found',
      'no usable cuda devices found',
      'no compatible cuda device is available',
      'could not find/initialize a specified accelerator',
    ],
    pattern:
      /on a GPU because no GPU is detected|FATAL ERROR: No CUDA devices found|No usable CUDA devices found|No compatible CUDA device is available|Could not find\/initialize a specified accelerator/i,
    says: () => numbered('cuda', 100),
  },
  {
    // GROMACS; "unavailable": another process has it for itself
    literal: 'compute cap.: ',
    pattern: /compute cap\.: (\d{1,2}\.\d), ECC: {1,2}\w{1,5}, stat: (incompatible|unavailable)/i,
    says: ([, capability, status]) =>
      status!.toLowerCase() === 'unavailable'
        ? numbered('cuda', 46)
        : {
            kind: 'architectures',
            wanted: [capability!],
            there: null,
            speaker: 'gromacs',
            outcome: 'no-kernel',
          },
  },
  {
    literal: 'gpu library not compiled for this accelerator',
    pattern: /GPU library not compiled for this accelerator/i,
    says: () => ({
      kind: 'architectures',
      wanted: [],
      there: null,
      speaker: 'lammps',
      outcome: 'no-kernel',
    }),
  },
  {
    // Its WARNING in the same words is of code that runs, only slower.
    literal: 'error: running kernels compiled for compute capability',
    pattern:
      /ERROR: running kernels compiled for compute capability (\d{1,2}\.\d) on device with compute capability (\d{1,2}\.\d)/i,
    says: ([, there, wanted]) => ({
      kind: 'architectures',
      wanted: [wanted!],
      there: [there!],
      speaker: 'kokkos',
      outcome: 'no-kernel',
    }),
  },
  {
    // OpenMM starts nvcc through a shell, which ends with 127 (times 256) where there is none.
    literal: 'error launching cuda compiler: 32512',
    pattern: /Error launching CUDA compiler: 32512/i,
    says: () => ({ kind: 'missing-program', program: 'nvcc' }),
  },
];

export const family = familyOf('simulations', SENTENCES, [
  { literal: 'detection of gpus failed', pattern: /Detection of GPUs failed/i },
]);
