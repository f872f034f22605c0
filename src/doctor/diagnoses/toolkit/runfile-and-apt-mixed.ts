import { installDriver } from '../../fix/driver.ts';
import { command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: '.run installer and packages are mixed',
  causes: [{ code: 'driver-library-mismatch' }],
  related: ['driver-library-mismatch', 'dpkg-overwrite-conflict'],
  textSummary: "An installation by .run file and packages of the same thing stand in each other's way",
  hears: hearing(['trouble'], (one, _all, facts) =>
    one.detail === 'available'
      ? heardTrouble(one, {
          'installed-otherwise': {
            severity: 'warning',
            confidence: 'likely',
            namesCause: true,
            summary:
              "The distribution packages NVIDIA's driver: its packages follow updates of the kernel, a .run file does not",
            fix: installDriver(facts),
          },
        })
      : heardTrouble(one, { 'installed-otherwise': { confidence: 'certain', namesCause: true } }),
  ),
  remedy: (facts) => [
    command('one-way', 'Keep one of them: remove the .run installation', ['/usr/bin/nvidia-uninstall']),
    ...installDriver(facts),
  ],
};
