/**
 * SGLang, as it starts: memory that is left, and its compiled kernels. What it demands of a GPU is read by gpu-demands.ts.
 *
 *     RuntimeError: Not enough memory. Please try to increase --mem-fraction-static.
 *     ValueError: The memory capacity is unbalanced. Some GPUs may be occupied by other processes.
 */
import { familyOf, type Sentence } from '../family.ts';
import { outOfMemory } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: ['--mem-fraction-static', 'the memory capacity is unbalanced'],
    pattern:
      /Not enough memory[.;:].{0,40}--mem-fraction-static|The memory capacity is unbalanced\. Some GPUs may be occupied/i,
    says: () => outOfMemory(),
  },
];

export const family = familyOf('SGLang', SENTENCES, [
  { literal: '[sgl_kernel] critical', pattern: /\[sgl_kernel\] CRITICAL/i },
]);
