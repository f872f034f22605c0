import { reconcile } from '../../fix/package-manager.ts';
import { byHand, command, script } from '../../fix/steps.ts';
import { type DiagnosisDefinition, type FixStep, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'Two packages claim the same file',
  causes: [{ code: 'apt-unmet-dependencies' }],
  related: ['apt-unmet-dependencies', 'runfile-and-apt-mixed'],
  hears: hearing(['package'], ({ manager, reason, name, other }) =>
    reason === 'overwrite'
      ? {
          confidence: 'certain',
          namesCause: true,
          rank: 3,
          summary: `${other} belongs to ${name ?? 'another package'} already: the package manager refuses to overwrite it`,
          ...(manager === 'dnf' || manager === 'zypper' || manager === 'pacman'
            ? { fix: reconcile(manager) }
            : {}),
        }
      : null,
  ),
  remedy: () => steps(null),
};

/** @param owner package that holds the file; null: not known */
function steps(owner: string | null): FixStep[] {
  return [
    script(
      'force',
      'Let the new package overwrite it (the other loses the file; libglx-mesa0 and the like do not miss it)',
      'apt -o Dpkg::Options::=--force-overwrite --fix-broken install',
    ),
    owner === null
      ? byHand(
          'remove-other',
          'Or, where the package that holds it belongs to another driver, remove that one',
          {
            root: true,
            alternativeTo: 'force',
          },
        )
      : command(
          'remove-other',
          `Or, where ${owner} belongs to another driver, remove it`,
          ['apt', 'remove', owner],
          {
            alternativeTo: 'force',
          },
        ),
    command('fix-broken', 'Then finish', ['apt', '--fix-broken', 'install']),
  ];
}
