/** Who judged, when, and under which label: the head of what doctor and explain hand on. */
import type { Provenance } from '../doctor/types.ts';
import { textOf } from './call/parse-arguments.ts';
import type { Context, OptionDefinition, OptionValues } from './command.ts';
import { version } from './version.ts';

/** @param what "the machine", "the log" */
export const labelled = (what: string): OptionDefinition => ({
  flags: '--label <name>',
  description: `what to call ${what} in the result; without it no name is`,
});

/** The result with its provenance behind its schema. What the result makes on demand it still does. */
export function withProvenance<T extends { schema: string }>(
  result: T,
  options: OptionValues,
  { now }: Pick<Context, 'now'>,
): T & Provenance {
  const provenance = { version, at: now().toISOString(), label: textOf(options, 'label') ?? null };
  const { schema: _, ...fields } = Object.getOwnPropertyDescriptors(result);
  const head = { schema: result.schema, ...provenance };
  return Object.defineProperties(head, fields as PropertyDescriptorMap) as unknown as T & Provenance;
}
