import { byHand, command, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'Two packages claim the same file',
  causes: [{ code: 'apt-unmet-dependencies' }],
  related: ['apt-unmet-dependencies', 'runfile-and-apt-mixed'],
  text: [
    {
      literal: 'trying to overwrite',
      pattern: /trying to overwrite '([^']{1,200})', which is also in package (\S{1,100})/i,
      confidence: 'certain',
      namesCause: true,
      rank: 3,
      detail: ([, file, other]) => ({
        summary: `${file} belongs to ${other} already: dpkg refuses to overwrite it`,
      }),
    },
  ],
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
