import { finishHalfDone } from '../../fix/package-manager.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'An installation was cut short',
  causes: [{ code: 'apt-unmet-dependencies' }, { code: 'apt-lock-held' }],
  related: ['apt-lock-held', 'apt-unmet-dependencies', 'disk-full', 'module-build-failed'],
  textSummary: 'dpkg was interrupted: until what was begun is finished, nothing else is installed',
  hears: hearing(['package'], ({ reason }) =>
    reason === 'interrupted' ? { confidence: 'certain', namesCause: true } : null,
  ),
  remedy: () => finishHalfDone('dpkg'),
};
