/** gpu-setup remove NAME... */
import { ExitCode } from '../../base/errors.ts';
import { planRemoval, remove } from '../../prefix/home/remove.ts';
import { bytesOf, removalLines, renderRemoved } from '../../report/removal.ts';
import { bytesText } from '../../report/units.ts';
import type { CommandDefinition, Outcome } from '../command.ts';
import { confirm } from '../confirm.ts';

export const summary = 'remove prefixes and builds';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '<name...>',
      description: 'prefixes and builds, as gpu-setup list names them',
      completes: ['prefix', 'built'],
    },
  ],
  examples: [
    ['gpu-setup remove cuda10', 'take the prefix away; its packages stay in the store until prune'],
    ['gpu-setup remove cuda9 darknet-1 -y', 'a prefix and a build, without a question'],
  ],
  async run(names, _options, context) {
    const { emit, signal } = context;
    const plan = await planRemoval(context.folders(), names);
    if (context.mayAsk && !context.yes) {
      const question = [
        'What goes:',
        ...removalLines(plan).map((line) => `  ${line}`),
        `Remove ${plan.doomed.length > 1 ? 'them' : 'it'}?`,
      ];
      if (!(await confirm(question.join('\n'), signal))) return nothingRemoved();
    }
    const removed = await remove(plan, { emit, signal });
    const [{ name, path, generations }] = removed as [(typeof removed)[number]];
    const { bytesInStore } = plan;
    return {
      exitCode: ExitCode.ok,
      json: {
        schema: 'gpu-setup/remove@1',
        name,
        path,
        generations,
        removed,
        bytesFreed: bytesOf(removed),
        bytesInStore,
      },
      text: (terminal) => renderRemoved(removed, terminal),
      hints:
        bytesInStore === 0
          ? []
          : [`gpu-setup prune frees ${bytesText(bytesInStore)} that the store still holds for it`],
    };
  },
};

function nothingRemoved(): Outcome {
  return { exitCode: ExitCode.failed, text: () => 'Nothing was removed.\n' };
}
