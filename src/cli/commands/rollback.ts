/** gpu-setup rollback NAME */
import { ExitCode } from '../../base/errors.ts';
import { rollback } from '../../prefix/home/rollback.ts';
import { renderRollback } from '../../report/lock.ts';
import { textOf } from '../call/parse-arguments.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'give a prefix the generation back that it had before an upgrade';

export const command: CommandDefinition = {
  arguments: [{ syntax: '<name>', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' }],
  options: [{ flags: '--to <generation>', description: 'this one, by name or number, older or newer' }],
  examples: [
    ['gpu-setup rollback cuda12', 'the generation that the last upgrade took the place of'],
    ['gpu-setup rollback cuda12 --to cuda12-3', 'one that gpu-setup list shows'],
  ],
  async run([name], options, context) {
    const { emit, signal } = context;
    const done = await rollback(
      context.folders(),
      { name: name!, to: textOf(options, 'to') },
      { emit, signal },
    );
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/rollback@1', ...done },
      text: (terminal) => renderRollback(done, terminal),
      hints:
        done.from === done.to
          ? []
          : ['what runs keeps its files; gpu-setup prune deletes generations that nothing uses'],
    };
  },
};
