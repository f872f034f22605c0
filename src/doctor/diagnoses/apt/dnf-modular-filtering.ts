import { command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: "dnf hides NVIDIA's packages behind a module",
  causes: [{ code: 'apt-unmet-dependencies' }, { code: 'apt-version-not-found' }],
  related: ['apt-unmet-dependencies', 'driver-not-installed'],
  textSummary: "A module of NVIDIA's driver is on, or none is, and dnf hides the packages of the others",
  hears: hearing(['package'], ({ reason, name }) =>
    reason === 'modular-filtering'
      ? {
          confidence: 'certain',
          namesCause: true,
          ...(name === null
            ? {}
            : {
                summary: `dnf hides ${name}: the stream of the module nvidia-driver that is on does not hold it`,
              }),
        }
      : null,
  ),
  remedy: () => [
    command('see-streams', 'See which streams there are, and which one is on', [
      'dnf',
      'module',
      'list',
      'nvidia-driver',
    ]),
    command('reset', 'Switch the stream off that is on; then install again', [
      'dnf',
      'module',
      'reset',
      'nvidia-driver',
    ]),
    script(
      'disable',
      "Where the driver comes from elsewhere (RPM Fusion), or from NVIDIA's packages without modules: switch the module off for good",
      'dnf module disable nvidia-driver',
      { alternativeTo: 'reset' },
    ),
    command('refresh', 'Fetch the lists anew', ['dnf', 'clean', 'all']),
  ],
};
