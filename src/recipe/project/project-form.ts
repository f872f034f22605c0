/** The text of a project file, gpu-setup.yaml: one key, which names a prefix, or what one was made from. */
import { z } from 'zod';
import { GpuSetupError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import { readYaml } from '../../formats/structured-text.ts';

/** Which form it has; may be left out. */
const SCHEMA = 'gpu-setup/project@1';

/**
 *     prefix: cuda10                    as gpu-setup list names it
 *     recipe: cuda10                    or ./recipes/own: the prefix that was installed from it
 *     lock: gpu-setup.lock              the prefix that has this lock
 */
export interface ProjectNames {
  kind: 'prefix' | 'recipe' | 'lock';
  /** A name, or a path below the folder of the project file. */
  word: string;
}

const KEYS: readonly ProjectNames['kind'][] = ['prefix', 'recipe', 'lock'];

/** More than any name or path needs. */
const LONGEST = 200;

const word = (what: string) =>
  z
    .string({ error: `expected ${what}` })
    .min(1, { error: `expected ${what}` })
    .max(LONGEST, { error: `expected ${what}, of at most ${LONGEST} characters` })
    .refine((text) => !/[\u0000-\u001f\u007f-\u009f]/.test(text), {
      error: `expected ${what}, without control characters`,
    });

const path = (what: string) =>
  word(what).refine((text) => isBelow(text), {
    error: 'expected a path below the folder of this file: not absolute, and without ".."',
  });

const FORM = z
  .looseObject(
    {
      schema: z.literal(SCHEMA, { error: `expected ${SCHEMA}, or no schema at all` }).optional(),
      prefix: word('the name of a prefix, as gpu-setup list shows it')
        .refine((text) => !text.includes('/'), { error: 'expected the name of a prefix, not a path' })
        .optional(),
      recipe: path('the name of a recipe, or the path of its folder, as in ./recipes/own').optional(),
      lock: path('the path of a lock').optional(),
    },
    { error: `expected one of ${KEYS.join(', ')} and its value, as in "prefix: cuda10"` },
  )
  .superRefine((value, context) => {
    const given = Object.keys(value).filter((key) => key !== 'schema');
    for (const key of given) {
      if (KEYS.some((known) => known === key)) continue;
      const near = nearest(key, KEYS, 1)[0];
      const known = near === undefined ? `known are ${KEYS.join(', ')}` : `did you mean ${near}?`;
      context.addIssue({ code: 'custom', path: [key], message: `there is no such key; ${known}` });
    }
    if (given.length === 1) return;
    const what = given.length === 0 ? 'there is none' : `there are ${given.length}`;
    context.addIssue({ code: 'custom', message: `expected one of ${KEYS.join(', ')}; ${what}` });
  });

/** @throws GpuSetupError `bad-project` with file, line and what was expected */
export function parseProject(text: string, file: string): ProjectNames {
  const { value, line, what } = read(text);
  if (value === null) throw badProject(file, what, line);
  const kind = KEYS.find((key) => value[key] !== undefined)!;
  return { kind, word: value[kind]! };
}

type Value = z.infer<typeof FORM>;

function read(
  text: string,
): { value: Value; line: null; what: '' } | { value: null; line: number | null; what: string } {
  const reading = readYaml(text, FORM);
  if (reading.ok) return { value: reading.value, line: null, what: '' };
  const { line, path: keys, what } = reading.trouble;
  return { value: null, line, what: keys.length === 0 ? what : `${keys.join('.')}: ${what}` };
}

function isBelow(path: string): boolean {
  return !path.startsWith('/') && !path.startsWith('~') && !path.split('/').includes('..');
}

export function badProject(file: string, what: string, line: number | null = null): GpuSetupError {
  return new GpuSetupError('bad-project', `${file}${line === null ? '' : `:${line}`}: ${what}`, {
    details: { file, line },
  });
}
