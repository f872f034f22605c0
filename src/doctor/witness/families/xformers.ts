/**
 * xFormers: the torch that it was built for, and for each operator why it cannot be had.
 *
 *     WARNING[XFORMERS]: xFormers can't load C++/CUDA extensions. xFormers was built for:
 *         PyTorch 2.2.0+cu121 with CUDA 1201 (you have 2.3.0+cu121)
 *     NotImplementedError: No operator found for `memory_efficient_attention_forward` with inputs:
 *         xFormers wasn't build with CUDA support
 *         requires device with capability > (8, 0) but your GPU has capability (7, 5) (too old)
 */
import { familyOf, type Sentence } from '../family.ts';
import { mismatch } from '../said.ts';
import { capabilityOfPair } from '../versions.ts';

const SENTENCES: readonly Sentence[] = [
  {
    // xFormers was built for:\n    PyTorch 2.2.0+cu121 with CUDA 1201 (you have 2.3.0+cu121)
    literal: ' (you have ',
    pattern:
      /PyTorch (\d[\d.]{2,10}(?:\+\w{1,12})?) with CUDA (?:\d{3,5}|None) \(you have (\d[\d.]{2,10})(?:\+(\w{1,12}))?\)/i,
    says: ([, expected, found, build]) =>
      build === 'cpu'
        ? { kind: 'framework', name: 'torch', version: found!, build }
        : mismatch('torch', build === undefined ? found! : `${found}+${build}`, expected!, false, 'xformers'),
  },
  {
    // Its own compiled part is not there, or was not loaded: nothing that it needs the GPU for can be had.
    literal: ["xformers can't load", "xformers wasn't build with cuda support"],
    pattern: /xFormers can't load C\+\+\/CUDA extensions|xFormers wasn't build with CUDA support/i,
    says: () => mismatch('torch', null, null, false, 'xformers'),
  },
  {
    literal: 'requires device with capability',
    pattern:
      /requires device with capability ([<>])=? \((\d{1,2}, \d)\) but your GPU has capability \((\d{1,2}, \d)\)/i,
    says: ([, bound, limit, own]) => [
      { kind: 'gpu', name: null, computeCapability: capabilityOfPair(own!) },
      {
        kind: 'architectures',
        wanted: [capabilityOfPair(own!)],
        there: bound === '>' ? [capabilityOfPair(limit!)] : null,
        speaker: 'xformers',
        outcome: 'unsupported',
      },
    ],
  },
];

export const family = familyOf('xFormers', SENTENCES, [
  { literal: 'no operator found for', pattern: /No operator found for `memory_efficient_attention/i },
]);
