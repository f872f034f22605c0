/** gpu-setup env NAME */
import { ExitCode } from '../../base/errors.ts';
import { environmentOf } from '../../prefix/use/environment.ts';
import { findPrefix, homesOf } from '../../prefix/home/prefixes.ts';
import { fishEnvironment, shEnvironment } from '../../report/environment.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'print the environment that makes a shell use a prefix';

export const command: CommandDefinition = {
  arguments: [{ syntax: '<name>', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' }],
  options: [
    {
      flags: '--format <format>',
      description: 'sh (default; also bash and zsh), fish or json',
      choices: ['sh', 'fish', 'json'],
    },
  ],
  examples: [
    ['eval "$(gpu-setup env cuda10)"', 'use a prefix in this shell'],
    ['gpu-setup env cuda10 --format fish | source', 'the same in fish'],
    ['gpu-setup env cuda10 --json', 'the variables as JSON; null takes one away'],
  ],
  async run([name], options, context) {
    const folders = context.folders();
    const place = await findPrefix(folders, name!);
    const variables = await environmentOf(place.path, context.env, homesOf(folders));
    const document = { schema: 'gpu-setup/env@1', name: place.name, path: place.path, variables };
    const format = options['format'] ?? 'sh';
    return {
      exitCode: ExitCode.ok,
      json: document,
      text: () =>
        format === 'json'
          ? `${JSON.stringify(document, null, 2)}\n`
          : (format === 'fish' ? fishEnvironment : shEnvironment)(variables),
    };
  },
};
