/** gpu-setup remove NAME */
import { ExitCode } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import { findOwnPrefix } from '../../prefix/home/prefixes.ts';
import { removePrefix } from '../../prefix/home/remove.ts';
import { bytesText } from '../../report/units.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'remove a prefix';

export const command: CommandDefinition = {
  arguments: [{ syntax: '<name>', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' }],
  examples: [['gpu-setup remove cuda10', 'take the prefix away; its packages stay in the store until prune']],
  async run([name], _options, context) {
    const place = await findOwnPrefix(context.folders(), name!);
    const removed = await removePrefix(place, { emit: context.emit, signal: context.signal });
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/remove@1', ...removed },
      text: () => `Removed ${escapeLine(removed.name)}; ${bytesText(removed.bytesFreed)} came free.\n`,
      hints: ['gpu-setup prune deletes what the store still holds for it'],
    };
  },
};
