/** gpu-setup completions SHELL */
import { ExitCode } from '../../base/errors.ts';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts';
import { commandTable } from '../completion/table.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'print the completion script of a shell';

export const command: CommandDefinition = {
  arguments: [{ syntax: '<shell>', description: 'bash, zsh or fish', choices: SHELLS }],
  examples: [
    ['eval "$(gpu-setup completions bash)"', 'in this shell; gpu-setup self install puts it where it lasts'],
    ['gpu-setup completions zsh > ~/.zfunc/_gpu-setup', 'for zsh: into a folder of $fpath'],
    ['gpu-setup completions fish | source', 'in this fish'],
  ],
  toleratesBadConfiguration: true,
  async run([shell]) {
    const { COMMANDS } = await import('../all-commands.ts');
    const script = completionScript(shell as Shell, await commandTable(COMMANDS));
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/completions@1', shell, script },
      text: () => script,
      isData: true,
    };
  },
};
