/** A YAML file of a known form: read strictly, and what is wrong is said with file, line and what was expected. */
import type { z } from 'zod';
import { GpuSetupError } from '../base/errors.ts';
import { readYaml } from '../formats/structured-text.ts';

/**
 * @param file for messages
 * @throws GpuSetupError `bad-recipe`
 */
export function parseYaml<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const reading = readYaml(text, schema);
  if (reading.ok) return reading.value;
  const { kind, line, path, what } = reading.trouble;
  throw badRecipe(file, line ?? 1, kind === 'syntax' ? what : `${path.join('.') || 'the file'}: ${what}`);
}

export function badRecipe(file: string, line: number, what: string): GpuSetupError {
  return new GpuSetupError('bad-recipe', `${file}:${line}: ${what}`, {
    hint: 'correct the file; the built-in recipes show the form',
    details: { file, line },
  });
}
