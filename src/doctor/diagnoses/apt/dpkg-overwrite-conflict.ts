import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'Two packages claim the same file',
  causes: [{ code: 'apt-unmet-dependencies' }],
  related: ['apt-unmet-dependencies', 'runfile-and-apt-mixed'],
  hears: hearing(['package'], ({ reason, name, other }) =>
    reason === 'overwrite'
      ? {
          confidence: 'certain',
          namesCause: true,
          rank: 3,
          summary: `${other} belongs to ${name} already: the package manager refuses to overwrite it`,
        }
      : null,
  ),
  remedy: () => [
    byHand('remove-other', 'Remove the package that holds the file, if it belongs to another driver', {
      root: true,
    }),
    script(
      'force',
      'Or let this one package overwrite it (the other loses the file; libglx-mesa0 and the like do not miss it)',
      'dpkg -i --force-overwrite /var/cache/apt/archives/PACKAGE.deb',
    ),
    command('fix-broken', 'Then finish', ['apt', '--fix-broken', 'install']),
  ],
};
