/** What pip installs, from which index, into an environment of a Python that it has wheels for. */
import { majorMinor } from '../../compat/dotted-version.ts';
import { titleOf } from '../published.ts';
import type { PlanCommand, PlanMachine, PlanStack } from '../types.ts';
import { buildOf } from './build-of.ts';
import { environmentFor } from './python.ts';

/** @param prefix name of the prefix that it loads its CUDA from; null: none is needed */
export function frameworkCommands(
  stack: PlanStack,
  prefix: string | null,
  machine: PlanMachine,
): readonly PlanCommand[] {
  const { framework } = stack;
  const build = buildOf(stack);
  if (framework === null || build === null) return [];
  // Where its packages are has not been seen.
  if (!build.onPyPI && build.index === null) return [];
  const name = `${framework.name}${majorMinor(framework.version) ?? framework.version}`;
  const environment = environmentFor(`${name}-env`, stack.python ?? build.python, machine);
  const index = build.index === null || build.indexFlag === null ? [] : [build.indexFlag, build.index];
  const title = `${titleOf(framework.name)} ${framework.version}`;
  return [
    ...environment.commands,
    {
      id: 'install-framework',
      title: `Install ${title}`,
      argv: [...environment.pip, build.requirement, ...stack.pins, ...index],
      needsRoot: false,
      alternativeTo: null,
    },
    ...(prefix === null
      ? []
      : [
          {
            id: 'run',
            title: 'Run Python with the CUDA of the prefix',
            argv: ['gpu-setup', 'run', prefix, '--', ...environment.python],
            needsRoot: false,
            alternativeTo: null,
          },
        ]),
  ];
}
