/** What diagnoses make of errors by number or name. */
import type { Heard } from '../types.ts';
import type { TestimonyOf } from './testimony.ts';

/** "cuda 802", "nvml 18", "cudnn CUDNN_STATUS_NOT_INITIALIZED": by number where the table has one. */
export type HeardErrors = Readonly<Record<string, Heard>>;

export function heardError(
  { library, number, name }: TestimonyOf<'error-code'>,
  errors: HeardErrors,
): Heard | null {
  return errors[`${library} ${number}`] ?? errors[`${library} ${name}`] ?? null;
}
