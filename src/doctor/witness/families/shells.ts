/**
 * Shells, of a program that the kernel ended.
 *
 *     Illegal instruction (core dumped)
 */
import { familyOf } from '../family.ts';
import { troubled } from '../said.ts';

export const family = familyOf('shells', [
  // CUDA's own error, and its words for an address, are others.
  troubled(
    'cpu-instruction',
    'illegal instruction',
    /\bIllegal instruction\b(?! *(?:address|was encountered))/i,
  ),
]);
