import { installDriver } from '../../fix/driver.ts';
import { command } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: '.run installer and packages are mixed',
  causes: [{ code: 'driver-library-mismatch' }],
  related: ['driver-library-mismatch', 'dpkg-overwrite-conflict'],
  textSummary: "An installation by .run file and packages of the same thing stand in each other's way",
  text: [
    {
      literal: 'alternate method of installation was detected',
      pattern: /alternate method of installation was detected/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'existing package manager installation of the driver',
      pattern: /Existing package manager installation of the driver found/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: (facts) => [
    command('one-way', 'Keep one of them: remove the .run installation', ['/usr/bin/nvidia-uninstall']),
    ...installDriver(facts),
  ],
};
