/**
 * xFormers: the torch that it was built for, and for each operator why it cannot be had.
 *
 *     WARNING[XFORMERS]: xFormers can't load C++/CUDA extensions. xFormers was built for:
 *         PyTorch 2.2.0+cu121 with CUDA 1201 (you have 2.3.0+cu121)
 *     NotImplementedError: No operator found for `memory_efficient_attention_forward` with inputs:
 *         xFormers wasn't build with CUDA support
 *         requires device with capability > (8, 0) but your GPU has capability (7, 5) (too old)
 */
import { familyOf, type Family, type Sentence } from '../family.ts';
import { mismatch } from '../said.ts';
import type { TestimonyKind } from '../testimony.ts';
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

/** Reasons that are none of what the program hands over: the GPU's, the build's. */
const OF_THE_INSTALLATION =
  /requires device with capability|wasn't build? |operator wasn't built|is not available/i;

/** Of several operators each has reasons of its own: where one takes GPU and build, and not the input, the input is why. */
function refusals(lines: readonly string[]): TestimonyKind[] {
  const blocks: string[][] = [];
  for (const line of lines.slice(1, MOST_LINES)) {
    if (/`\S{2,40}` is not supported because:/.test(line)) blocks.push([]);
    else if (/ {4}\S/.test(line)) blocks.at(-1)?.push(line);
    else if (blocks.length > 0) break;
  }
  const ofInput = blocks.some(
    (reasons) => reasons.length > 0 && !reasons.some((one) => OF_THE_INSTALLATION.test(one)),
  );
  return ofInput ? [{ kind: 'trouble', what: 'input-fits-no-operator', detail: null }] : [];
}

const MOST_LINES = 200;

const HEADER = /No operator found for `memory_efficient_attention/i;

export const family: Family = {
  ...familyOf('xFormers', SENTENCES, [{ literal: 'no operator found for', pattern: HEADER }]),
  passages: { literal: ['no operator found for'], pattern: HEADER, begins: HEADER, says: refusals },
};
