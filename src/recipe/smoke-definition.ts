/** Which recipes prove that a network learns, and how: recipes/<name>/smoke.yaml beside the networks. */
import builtIn from 'assets:recipes';
import { z } from 'zod';
import { TARGETS } from '../compat/targets.ts';
import type { SmokeDefinition } from '../smoke/definition.ts';
import { parseYaml } from './yaml-file.ts';

const FILE = '/smoke.yaml';

const count = z.number().int().min(1).max(100_000);

const DEFINITION = z.strictObject({
  training: z.strictObject({
    network: z.string(),
    iterations: count,
    rounds: count,
    leastMap50: z.number().min(0).max(1),
  }),
  inference: z.strictObject({
    network: z.string(),
    target: z.string().refine((id) => TARGETS.some((target) => target.id === id), 'no such target'),
  }),
});

/** Names of the recipes that have one. */
export const SMOKE_RECIPES: readonly string[] = Object.keys(builtIn)
  .filter((path) => path.endsWith(FILE))
  .map((path) => path.slice(0, -FILE.length));

/** Null where the recipe trains nothing. @throws GpuSetupError `bad-recipe` */
export function smokeDefinition(recipe: string): SmokeDefinition | null {
  const path = `${recipe}${FILE}`;
  if (!Object.hasOwn(builtIn, path)) return null;
  const { training, inference } = parseYaml(builtIn[path]!, `recipes/${path}`, DEFINITION);
  const network = (file: string): string => builtIn[`${recipe}/${file}`]!;
  return {
    training: { ...training, network: network(training.network) },
    inference: { file: inference.network, network: network(inference.network), target: inference.target },
  };
}
