/** What diagnoses make of errors by number, by name, or by whose matter they are. */
import { errorOf } from '../../compat/cuda-errors.ts';
import type { Heard } from '../types.ts';
import type { TestimonyOf } from './testimony.ts';

/**
 * "cuda 802", "nvml 18", "cudnn CUDNN_STATUS_NOT_INITIALIZED": by number where the table has one. "cuda program", "any mps":
 * every error of this category in data/cuda-errors.json that is not named itself.
 */
export type HeardErrors = Readonly<Record<string, Heard | null>>;

export function heardError(
  { library, number, name }: TestimonyOf<'error-code'>,
  errors: HeardErrors,
): Heard | null {
  for (const key of [`${library} ${number}`, `${library} ${name}`]) {
    const heard = errors[key];
    if (heard !== undefined) return heard;
  }
  const category = errorOf(library, number, name)?.category ?? null;
  return errors[`${library} ${category}`] ?? errors[`any ${category}`] ?? null;
}
