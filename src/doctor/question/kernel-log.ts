/** What settles why a GPU does not answer. */
import type { NextQuestion } from '../types.ts';

export const KERNEL_LOG: readonly NextQuestion[] = [
  { ask: 'What does the kernel say?', argv: ['sh', '-c', 'dmesg | grep -iE "nvrm|xid"'] },
];
