/** What pip installs, from which index, into an environment of a Python that it has wheels for. */
import { basename } from 'node:path';
import { majorMinor } from '../../compat/dotted-version.ts';
import { titleOf } from '../published.ts';
import type { PlanCommand, PlanMachine, PlanStack } from '../types.ts';
import { buildOf } from './build-of.ts';
import { environmentFor } from './python.ts';

type Framework = NonNullable<PlanStack['framework']>;

/** After what is in it: "torch2.4-env"; of a file with several frameworks after the file: "requirements-env". */
function environmentName({ environment }: PlanStack, { name, version }: Framework): string {
  const file = environment === null ? '' : (/^[\w-]+/.exec(basename(environment))?.[0] ?? '');
  return `${file === '' ? `${name}${majorMinor(version) ?? version}` : file.toLowerCase()}-env`;
}

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
  const environment = environmentFor(
    environmentName(stack, framework),
    stack.python ?? build.python,
    machine,
  );
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
