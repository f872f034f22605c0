/**
 * Julia's CUDA.jl (CUDAnative, CuArrays before it): driver, runtime and GPU, as it asks for them when it starts. Errors of CUDA it gives
 * by their numbers.
 *
 *     ERROR: CUDA driver not found
 *     Error: This version of CUDA.jl requires an NVIDIA driver for CUDA 12.x or higher (yours only supports up to CUDA 11.4.0)
 *     Error: CUDA.jl could not find an appropriate CUDA runtime to use.
 *     Warning: Your NVIDIA GeForce RTX 5090 GPU (compute capability 12.0) is not fully supported by CUDA 12.6.
 *     Error: Your Quadro K620 GPU (compute capability 5.0) is not supported by CUDA toolkit 13+.
 */
import { familyOf, type Sentence } from '../family.ts';
import { mismatch, troubled } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  troubled(
    'driver-library-not-found',
    'cuda driver not found',
    /(?:ERROR|Error|error\w{0,20})\W{1,4}(?:\w{2,30}: )?CUDA driver not found/,
  ),
  troubled('driver-not-running', 'cuda driver not functional', /CUDA driver not functional/),
  {
    literal: ['requires an nvidia driver for cuda ', 'only supports cuda drivers for cuda '],
    pattern:
      /(?:requires an NVIDIA driver for CUDA|only supports CUDA drivers for CUDA) (\d{1,2})(?:\.(\d|x))? or higher(?: \((?:yours only supports up to CUDA|your driver provides) (\d{1,2}\.\d))?/,
    says: ([, major, minor, found]) =>
      mismatch(
        'cuda-of-driver',
        found ?? null,
        `${major}.${minor === undefined || minor === 'x' ? '0' : minor}`,
        true,
        'CUDA.jl',
      ),
  },
  troubled(
    'driver-interface-too-old',
    'nvidia driver too old',
    /ERROR: NVIDIA driver too old/,
    () => 'what CUDA.jl needs',
  ),
  {
    literal: [
      'appropriate cuda runtime',
      'cuda runtime not found',
      'no cuda runtime library found',
      'cuda runtime api library cannot be found',
    ],
    pattern:
      /CUDA\.jl could not find an appropriate CUDA runtime|ERROR: CUDA runtime not found|No CUDA Runtime library found|CUDA runtime API library cannot be found/,
    says: () => ({ kind: 'missing-toolkit', asker: 'CUDA.jl', path: null }),
  },
  {
    literal: ' is not available on your system (looked in ',
    pattern: /\b(cu[A-Z]\w{2,10}) is not available on your system \(looked in /,
    says: ([, name]) => ({
      kind: 'missing-library',
      soname: `lib${name!.toLowerCase()}.so`,
      asker: 'CUDA.jl',
      by: 'dlopen',
    }),
  },
  {
    // "not fully": the driver compiles for it what the toolkit cannot, and the work goes on.
    literal: ['is not fully supported by cuda', 'is not supported by cuda'],
    pattern:
      /Your (\S.{2,60}?) GPU (?:\(compute|with) capability v?(\d{1,2}\.\d)[\d.]{0,4}\)? is not (fully )?supported by CUDA(?:\.jl| toolkit)? ?(\d{1,2}(?:\.\d)?)?/,
    says: ([, name, here, fully, cuda]) => [
      { kind: 'gpu', name: name!, computeCapability: here! },
      ...(cuda?.includes('.') ? [{ kind: 'version' as const, of: 'cuda' as const, version: cuda }] : []),
      {
        kind: 'architectures',
        wanted: [here!],
        there: null,
        speaker: 'CUDA.jl',
        outcome: fully === undefined ? 'unsupported' : 'deprecated',
      },
    ],
  },
];

export const family = familyOf('CUDA.jl', SENTENCES);
