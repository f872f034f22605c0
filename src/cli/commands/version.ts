/** gpu-setup version, and gpu-setup --version with other options beside it */
import { ExitCode } from '../../base/errors.ts';
import type { CommandDefinition } from '../command.ts';
import { version } from '../version.ts';

export const summary = 'which version of gpu-setup this is';

export const command: CommandDefinition = {
  examples: [
    ['gpu-setup version', 'the version, as gpu-setup --version prints it'],
    ['gpu-setup version --json', 'the same as one JSON document'],
  ],
  async run() {
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/version@1', version },
      text: () => `${version}\n`,
    };
  },
};
