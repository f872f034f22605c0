/** Where a recipe's cuDNN can come from when the source that it was installed from has none. */
import { architectureNamed } from '../../compat/architectures.ts';
import { releasesFor } from '../../compat/releases.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import type { FixStep, Needs } from '../types.ts';
import { command } from './steps.ts';

/** The same recipe from a source that holds cuDNN beside the toolkit, under another name; none where no table knows one. */
export function recipeWithCudnn({ recipe, prefix, cuda }: Needs, facts: Facts): FixStep[] {
  const machine = valueOf(facts.platform.architecture);
  const architecture = machine === undefined ? 'amd64' : architectureNamed(machine)?.debian;
  const source = releasesFor(cuda)
    .filter(({ lacks }) => !lacks.includes('cudnn'))
    .flatMap(({ groups }) => Object.entries(groups))
    .find(([served]) => served === architecture)?.[1][0]?.[0];
  if (source === undefined || prefix === null) return [];
  return [
    command(
      'recipe-with-cudnn',
      `Where a program needs cuDNN: the same from ${source}, which has it, beside this one`,
      ['gpu-setup', 'install', recipe, '--source', source, '--name', `${prefix}-cudnn`],
      { root: false },
    ),
  ];
}
