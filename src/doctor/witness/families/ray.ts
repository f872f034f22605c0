/**
 * Ray, and what is put on it: its cluster has no GPU for what asks for one.
 *
 *     (autoscaler +8s) Error: No available node types can fulfill resource request {'GPU': 1.0}.
 *     Warning: The following resource request cannot be scheduled right now: {'CPU': 1.0, 'GPU': 1.0}.
 *     ValueError: The number of required GPUs exceeds the total number of available GPUs in the placement group.
 */
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: ['fulfill resource request', 'resource request cannot be scheduled'],
    pattern:
      /(?:can fulfill resource requests? |resource request cannot be scheduled right now: )\{[^}]{0,120}'GPU'/i,
    says: () => ({ kind: 'gpu-not-lent', by: 'ray', reason: 'none-free', detail: null }),
  },
  {
    // vLLM, where it starts its workers through Ray
    literal: [
      'the number of required gpus exceeds the total number of available gpus',
      'does not allocate any gpus on the driver node',
      'current node has no gpu available',
      'cannot provide a placement group of',
    ],
    pattern:
      /The number of required GPUs exceeds the total number of available GPUs|Ray does not allocate any GPUs on the driver node|Current node has no GPU available|Cannot provide a placement group of .{0,80}'GPU'/i,
    says: () => ({ kind: 'gpu-not-lent', by: 'ray', reason: 'none-free', detail: null }),
  },
];

export const family = familyOf('Ray', SENTENCES);
