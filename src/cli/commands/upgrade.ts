/** gpu-setup upgrade NAME */
import { ExitCode } from '../../base/errors.ts';
import { upgrade, type UpgradeResult } from '../../recipe/lock/upgrade.ts';
import { renderInstalled, renderPlan } from '../../report/install.ts';
import { changeTable } from '../../report/lock.ts';
import type { CommandDefinition, Outcome } from '../command.ts';
import { ALLOW_OLDER, FROM_LOCK, lockToInstall } from '../lock-options.ts';
import { compilerHints, folders, FROM_FOLDERS, installContext, installDocument } from './install.ts';

export const summary = 'make a prefix anew from the newest packages, or from a lock';

export const command: CommandDefinition = {
  arguments: [{ syntax: '<name>', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' }],
  options: [
    { flags: '--locked', description: 'make it what ./gpu-setup.lock names' },
    ...FROM_LOCK,
    ALLOW_OLDER,
    FROM_FOLDERS,
    { flags: '--dry-run', description: 'print the plan, and change nothing' },
    { flags: '--accept-license', description: 'accept the terms of what is downloaded' },
  ],
  examples: [
    ['gpu-setup upgrade cuda12', 'the newest that its request means; what runs in it keeps its files'],
    ['gpu-setup upgrade cuda12 --dry-run', 'what that would change'],
    [
      'gpu-setup upgrade cuda12 --from /media/stick/debs',
      'packages that were brought along; the rest is fetched',
    ],
    ['gpu-setup upgrade cuda12 --locked', 'exactly what ./gpu-setup.lock names'],
  ],
  async run([name], options, context) {
    const result = await upgrade(
      {
        name: name!,
        lock: lockToInstall(options, context),
        from: folders(options, context),
        allowOlder: options['allowOlder'] === true,
        dryRun: options['dryRun'] === true,
      },
      installContext(options, context),
    );
    return outcomeOf(result);
  },
};

function outcomeOf(result: UpgradeResult): Outcome {
  const { plan, prefix, hostCompiler, spent, lockDigest, from, changes, status } = result;
  return {
    exitCode: ExitCode.ok,
    json: { ...installDocument(result), replaced: status === 'unchanged' ? null : from, changes },
    text: (terminal) => {
      const changed = changes.length === 0 ? '' : `\n${changeTable(changes, terminal)}`;
      if (prefix === null || hostCompiler === null) return `${renderPlan(plan, terminal)}${changed}`;
      const done = status === 'unchanged' ? 'Nothing is newer' : 'Upgraded';
      return `${renderInstalled(prefix, hostCompiler, spent, lockDigest, terminal, done)}${changed}`;
    },
    hints: [
      ...(hostCompiler === null ? [] : compilerHints(hostCompiler)),
      ...(status === 'installed' ? [`gpu-setup rollback ${plan.request.name} --to ${from} goes back`] : []),
    ],
  };
}
