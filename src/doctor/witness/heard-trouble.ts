/** What diagnoses make of programs in trouble. */
import type { Heard } from '../types.ts';
import type { TestimonyOf, Trouble } from './testimony.ts';

export const heardTrouble = (
  { what }: TestimonyOf<'trouble'>,
  troubles: Partial<Readonly<Record<Trouble, Heard>>>,
): Heard | null => troubles[what] ?? null;
