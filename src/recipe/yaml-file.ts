/** A YAML file of a known form: read strictly, and what is wrong is said with file, line and what was expected. */
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { GpuSetupError } from '../base/errors.ts';

/**
 * @param file for messages
 * @throws GpuSetupError `bad-recipe`
 */
export function parseYaml<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  // Aliases are not needed here, and a few lines of them can grow to gigabytes.
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw badRecipe(
      file,
      lines.linePos(broken.pos[0]).line,
      broken.message.split('\n')[0]!.replace(/ at line .*$/, ''),
    );
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw badRecipe(file, 1, 'aliases (*name) are not allowed');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw badRecipe(
    file,
    lineOf(document, lines, issue.path),
    `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  );
}

export function badRecipe(file: string, line: number, what: string): GpuSetupError {
  return new GpuSetupError('bad-recipe', `${file}:${line}: ${what}`, {
    hint: 'correct the file; the built-in recipes show the form',
    details: { file, line },
  });
}

/** The line of the value at a path, or of the nearest thing around it that exists. */
function lineOf(
  document: ReturnType<typeof parseDocument>,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
    if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
  }
  return 1;
}
