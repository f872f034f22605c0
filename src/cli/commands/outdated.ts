/** gpu-setup outdated [NAME] */
import { resolve } from 'node:path';
import { ExitCode, usageError } from '../../base/errors.ts';
import { shellLine } from '../../base/processes/shell-line.ts';
import { findOutdated, type Outdated } from '../../recipe/lock/outdated.ts';
import { renderOutdated } from '../../report/lock.ts';
import { textOf } from '../call/parse-arguments.ts';
import type { CommandDefinition, Context } from '../command.ts';
import { mirrorsOf } from '../configured.ts';
import { lockOption } from '../lock-options.ts';

export const summary = 'which prefixes the sources have newer packages for';

export const command: CommandDefinition = {
  arguments: [
    { syntax: '[name]', description: 'a prefix, as gpu-setup list names it; else all', completes: 'prefix' },
  ],
  options: [
    { flags: '--lock <file>', description: 'ask about a lock file, not about prefixes', completes: 'file' },
  ],
  examples: [
    ['gpu-setup outdated', 'every prefix, against what the sources have today'],
    ['gpu-setup outdated cuda12', 'one of them'],
    ['gpu-setup outdated --lock gpu-setup.lock', 'a lock file: whether lock --upgrade would change it'],
  ],
  async run([name], options, context) {
    const lock = textOf(options, 'lock');
    if (name !== undefined && lock !== undefined)
      throw usageError('options-conflict', `${name} and --lock exclude each other`);
    const found = await findOutdated(
      lock !== undefined
        ? { lock: resolve(context.cwd, lock) }
        : name === undefined
          ? null
          : { prefix: name },
      {
        folders: context.folders(),
        emit: context.emit,
        signal: context.signal,
        mirrors: mirrorsOf(context),
      },
    );
    return {
      exitCode: found.some(({ state }) => state === 'unknown') ? ExitCode.unverified : ExitCode.ok,
      json: { schema: 'gpu-setup/outdated@1', outdated: found },
      text: (terminal) => renderOutdated(found, terminal),
      hints: hintsOf(found, context),
    };
  },
};

function hintsOf(found: readonly Outdated[], context: Context): readonly string[] {
  const first = found.find(({ state }) => state === 'outdated');
  const unknown = found.flatMap(({ error }) => error?.hint ?? []);
  return [...(first === undefined ? [] : [upgradeOf(first, context)]), ...new Set(unknown)];
}

/** Under sudo a name is that of root's prefix. */
function upgradeOf({ kind, name, place }: Outdated, context: Context): string {
  if (kind === 'lock') return shellLine(['gpu-setup', 'lock', '--upgrade', ...lockOption(name, context)]);
  return `${place?.own === false ? 'sudo ' : ''}gpu-setup upgrade ${name}`;
}
