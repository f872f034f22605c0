/** gpu-setup env NAME | --off */
import { ExitCode, usageError } from '../../base/errors.ts';
import { environmentOf, type EnvironmentChange } from '../../prefix/use/environment.ts';
import { enter, leave } from '../../prefix/use/environment-undo.ts';
import { findPrefix, homesOf } from '../../prefix/home/prefixes.ts';
import { fishEnvironment, shEnvironment } from '../../report/environment.ts';
import { textOf } from '../call/parse-arguments.ts';
import type { CommandDefinition, Context } from '../command.ts';

export const summary = 'print what makes a shell use a prefix, or leave it again';

const SHELLS = { sh: shEnvironment, bash: shEnvironment, zsh: shEnvironment, fish: fishEnvironment };

/** gpu-setup/env@1 (docs/schema/env.json) */
interface EnvironmentDocument {
  schema: 'gpu-setup/env@1';
  /** Null for --off. */
  name: string | null;
  path: string | null;
  variables: EnvironmentChange;
}

export const command: CommandDefinition = {
  arguments: [{ syntax: '[name]', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' }],
  options: [
    { flags: '--off', description: 'put back what the shell had before it used a prefix' },
    {
      flags: '--format <format>',
      description: 'what is to read it; sh unless named',
      choices: [...Object.keys(SHELLS), 'json'],
    },
  ],
  examples: [
    ['eval "$(gpu-setup env cuda10)"', 'use a prefix in this shell'],
    ['eval "$(gpu-setup env --off)"', 'leave it again'],
    ['gpu-setup env cuda10 --format fish | source', 'the same in fish'],
    ['gpu-setup env cuda10 --json', 'the variables as JSON; null takes one away'],
  ],
  async run([name], options, context) {
    const isOff = options['off'] === true;
    if (isOff && name !== undefined) {
      throw usageError('options-conflict', '--off takes no name: it leaves whatever prefix the shell uses');
    }
    if (!isOff && name === undefined) {
      throw usageError('missing-argument', '"gpu-setup env" needs the name of a prefix, or --off', {
        hint: 'gpu-setup list names the prefixes',
      });
    }
    const document = name === undefined ? left(context) : await entered(name, context);
    const format = textOf(options, 'format') ?? 'sh';
    const nothing = Object.keys(document.variables).length === 0;
    return {
      exitCode: ExitCode.ok,
      json: document,
      text: () =>
        format === 'json'
          ? `${JSON.stringify(document, null, 2)}\n`
          : SHELLS[format as keyof typeof SHELLS](document.variables),
      hints: nothing ? ['this shell uses no prefix: there is nothing to undo'] : [],
    };
  },
};

async function entered(name: string, context: Context): Promise<EnvironmentDocument> {
  const folders = context.folders();
  const place = await findPrefix(folders, name);
  const variables = await enter(context.env, (env) => environmentOf(place.path, env, homesOf(folders)));
  return { schema: 'gpu-setup/env@1', name: place.name, path: place.path, variables };
}

function left({ env }: Context): EnvironmentDocument {
  return { schema: 'gpu-setup/env@1', name: null, path: null, variables: leave(env) ?? {} };
}
