/** gpu-setup shell [NAME] */
import { applyEnvironment } from '../../prefix/use/environment.ts';
import { requireRunsHere } from '../../prefix/use/foreign.ts';
import { shellOf, shellStart, withShellFiles } from '../../prefix/use/shell.ts';
import { runProgram } from '../../prefix/use/run.ts';
import { selfArgv } from '../../base/processes/own-program.ts';
import type { CommandDefinition } from '../command.ts';
import { asOwnFailure, enterPrefix, meantPrefix, TRUST_PROJECT } from '../use-prefix.ts';

export const summary = 'start a shell in the environment of a prefix';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[name]',
      description: 'a prefix, as gpu-setup list names it; else the one in use here',
      completes: 'prefix',
    },
  ],
  options: [TRUST_PROJECT],
  examples: [
    ['gpu-setup shell cuda10', 'your own shell ($SHELL); its prompt begins with the name of the prefix'],
    ['gpu-setup shell', 'with the prefix that gpu-setup.yaml or `gpu-setup use` names'],
  ],
  passThrough: true,
  async run([word], options, context) {
    const name = word === '' ? undefined : word;
    try {
      const place = await meantPrefix(name, options, context, ['gpu-setup', 'shell']);
      await requireRunsHere(place, context.env);
      const env = applyEnvironment(context.env, await enterPrefix(place, context));
      const request = {
        shell: shellOf(context.env),
        name: place.name,
        enter: [...selfArgv(), 'env', place.name],
        env: context.env,
      };
      context.leaveToChild();
      const exitCode = await withShellFiles(
        (folder) => shellStart({ ...request, folder }),
        (start) => {
          if (!start.marked)
            context.emit({ type: 'notice', level: 'info', text: unmarked(request.shell, place.name) });
          return runProgram({ argv: start.argv, env: { ...env, ...start.env }, cwd: context.cwd });
        },
      );
      return { exitCode };
    } catch (error) {
      throw asOwnFailure(error);
    }
  },
};

function unmarked(shell: string, name: string): string {
  return `${shell} uses ${name}; its prompt does not say so, since gpu-setup does not know this kind of shell`;
}
