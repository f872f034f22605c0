/** `--only`, which is the same wherever it is asked for what a prefix is to hold. */
import type { OptionDefinition } from './command.ts';

export const ONLY = {
  flags: '--only <parts>',
  description: 'of the toolkit only these, and what they need: nvcc,cudart,cublas (search lists them)',
  repeatable: true,
  completes: 'part',
} as const satisfies OptionDefinition;
