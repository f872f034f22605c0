/**
 * clang as a compiler of CUDA and of OpenMP for GPUs: the installation that it looks for, and what it knows of GPUs.
 *
 *     clang: error: cannot find CUDA installation; provide its path via '--cuda-path', or pass '-nocudainc' to build without CUDA includes
 *     clang: error: cannot find libdevice for sm_35; provide path to different CUDA installation via '--cuda-path', or pass '-nocudalib'
 *     clang: error: GPU arch sm_35 is supported by CUDA versions between 7.0 and 11.8 (inclusive), but installation at /usr/local/cuda is 12.1; use
 *     clang: error: unsupported CUDA gpu architecture: sm_120
 */
import { capabilityOfArchitecture } from '../architecture-number.ts';
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

function unknownArchitecture(number: string, speaker: string): TestimonyKind | null {
  const wanted = capabilityOfArchitecture(number);
  return wanted === null
    ? null
    : { kind: 'architectures', wanted: [wanted], there: null, speaker, outcome: 'unknown-to-compiler' };
}

const SENTENCES: readonly Sentence[] = [
  {
    literal: ['cannot find cuda installation', 'cannot find libdevice for sm_'],
    pattern: /error: cannot find (?:CUDA installation|libdevice for sm_\d)/i,
    says: () => ({ kind: 'missing-toolkit', asker: 'clang', path: null }),
  },
  {
    literal: 'is supported by cuda versions between',
    pattern:
      /GPU arch sm_(\d{2,3}[af]?) is supported by CUDA versions between .{0,60}installation at \S{1,200} is (\d{1,2}\.\d)/i,
    says: ([, number, cuda]) => {
      const unknown = unknownArchitecture(number!, 'nvcc');
      const version: TestimonyKind = { kind: 'version', of: 'cuda', version: cuda! };
      return unknown === null ? version : [version, unknown];
    },
  },
  {
    literal: 'unsupported cuda gpu architecture',
    pattern: /unsupported CUDA gpu architecture:? ['‘]?sm_(\d{2,3}[af]?)/i,
    says: ([, number]) => unknownArchitecture(number!, 'clang'),
  },
  {
    // cannot determine nvptx64 architecture: No NVIDIA GPU detected in the system; consider passing it via '-march'
    literal: 'cannot determine ',
    pattern: /error: cannot determine (?:nvptx\w{0,4}|cuda|CUDA) architecture/i,
    says: () => ({ kind: 'trouble', what: 'no-architecture-asked', detail: 'clang' }),
  },
];

export const family = familyOf('clang for CUDA', SENTENCES);
