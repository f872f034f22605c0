/** Which recipes prepare data, and how: recipes/<name>/prepare.yaml. */
import builtIn from 'assets:recipes';
import { z } from 'zod';
import { usageError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { parseYaml } from './yaml-file.ts';
import type { PrepareDefinition } from '../darknet/data/prepare.ts';

const FILE = '/prepare.yaml';

const DEFINITION: z.ZodType<PrepareDefinition> = z.strictObject({
  classes: z.array(z.string().min(1)).min(1),
  expected: z.array(
    z.strictObject({
      file: z.string(),
      images: z.number().int(),
      classes: z.record(z.string(), z.number().int()),
      source: z.string().min(1),
    }),
  ),
});

/** @throws GpuSetupError (exit code 2) `nothing-to-prepare` */
export function prepareDefinition(recipe: string): PrepareDefinition {
  const path = `${recipe}${FILE}`;
  if (Object.hasOwn(builtIn, path)) return parseYaml(builtIn[path]!, `recipes/${path}`, DEFINITION);
  const names = Object.keys(builtIn)
    .filter((name) => name.endsWith(FILE))
    .map((name) => name.slice(0, -FILE.length));
  const near = nearest(recipe, names, 1)[0];
  throw usageError('nothing-to-prepare', `there is no recipe "${recipe.slice(0, 80)}" that prepares data`, {
    hint: near === undefined ? `those that do: ${names.join(', ')}` : `did you mean ${near}?`,
    details: { recipe, recipes: names },
  });
}
