/** gpu-setup man */
import { ExitCode } from '../../base/errors.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'print the manual page';

export const command: CommandDefinition = {
  examples: [
    ['gpu-setup man | man -l -', 'read it now; gpu-setup self install puts it where man finds it'],
    ['gpu-setup man > gpu-setup.1', 'for a package'],
  ],
  toleratesBadConfiguration: true,
  async run() {
    const { ownManualPage } = await import('../manual/own-page.ts');
    const page = await ownManualPage();
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/man@1', page },
      text: () => page,
      isData: true,
    };
  },
};
