/** gpu-setup version, and gpu-setup --version with other options beside it */
import { ExitCode, GpuSetupError } from '../../base/errors.ts';
import type { Folders } from '../../base/folders.ts';
import { systemSummary } from '../../machine/system-summary.ts';
import { renderVersion, type VersionDetails } from '../../report/version.ts';
import type { CommandDefinition, Context } from '../command.ts';
import { version } from '../version.ts';

export const summary = 'which gpu-setup this is; with -v, its runtime and folders too';

export const command: CommandDefinition = {
  examples: [
    ['gpu-setup version', 'the version, as gpu-setup --version prints it'],
    ['gpu-setup version -v', 'commit, runtime, folders and system too: what a report of a bug needs'],
    ['gpu-setup version -v --json', 'the same as one JSON document'],
  ],
  async run(_args, _options, context) {
    if (context.stdout.verbose !== true) {
      return {
        exitCode: ExitCode.ok,
        json: { schema: 'gpu-setup/version@1', version },
        text: () => `${version}\n`,
      };
    }
    const details: VersionDetails = {
      version,
      commit: __COMMIT__,
      runtime: runtime(),
      folders: foldersOf(context),
      system: await systemSummary(context.signal),
    };
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/version@1', ...details },
      text: (terminal) => renderVersion(details, terminal),
    };
  },
};

function runtime(): VersionDetails['runtime'] {
  const { bun, node } = process.versions;
  const path = process.execPath;
  return bun === undefined ? { name: 'Node.js', version: node, path } : { name: 'Bun', version: bun, path };
}

/** A report of a bug is wanted from a machine without a home, too. */
function foldersOf(context: Context): Folders | null {
  try {
    return context.folders();
  } catch (error) {
    if (error instanceof GpuSetupError) return null;
    throw error;
  }
}
