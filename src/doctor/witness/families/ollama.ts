/**
 * ollama, which looks at each GPU before it takes it. What it passes on of the driver's library is read by cuda-errors.ts.
 *
 *     msg="[0] CUDA GPU is too old. Compute Capability detected: 3.7"
 *     msg="NVIDIA driver too old" device="NVIDIA GeForce GTX 1080" compute=6.1 driver=535.183 required_driver="570 or newer"
 *     msg="skipping CUDA device - compute capability not in compiled architectures" device="Tesla K80" cc=370 archs="[500 610]"
 */
import { familyOf, type Sentence } from '../family.ts';
import { mismatch } from '../said.ts';
import { dottedCapability } from '../versions.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'cuda gpu is too old',
    pattern: /CUDA GPU is too old\..{0,40}Compute Capability detected: (\d{1,2}\.\d)/i,
    says: ([, own]) => [
      { kind: 'gpu', name: null, computeCapability: own! },
      { kind: 'architectures', wanted: [own!], there: null, speaker: 'ollama', outcome: 'unsupported' },
    ],
  },
  {
    literal: 'compute capability not in compiled architectures',
    pattern: /compute capability not in compiled architectures".{0,120}?\bcc=(\d{3,4})/i,
    says: ([, own]) => ({
      kind: 'architectures',
      // As llama.cpp counts them: ten times CUDA's own number
      wanted: [dottedCapability(own!.slice(0, -1))],
      there: null,
      speaker: 'ollama',
      outcome: 'no-kernel',
    }),
  },
  {
    literal: '"nvidia driver too old"',
    pattern: /"NVIDIA driver too old".{0,160}?\bdriver=(\d{3}[\d.]{0,12}) required_driver="?(\d{3})/i,
    says: ([, found, least]) => mismatch('driver', found!, least!, true, 'ollama'),
  },
];

export const family = familyOf('ollama', SENTENCES);
