import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'Another program holds the package lock',
  related: ['dpkg-overwrite-conflict'],
  hears: hearing(['package'], ({ reason, other }) =>
    reason === 'locked'
      ? {
          confidence: 'certain',
          namesCause: true,
          ...(other === undefined ? {} : { summary: `Another program holds the package lock: ${other}` }),
        }
      : null,
  ),
  remedy: () => [
    script(
      'who',
      'See who holds it, and wait: on a fresh machine unattended-upgrades runs for some minutes',
      'ps aux | grep -E "[a]pt|[d]pkg|[u]nattended"',
      { root: false },
    ),
    script('wait', 'Let apt wait by itself', 'apt -o DPkg::Lock::Timeout=600 install PACKAGE'),
    script('finish', 'After a crash: finish what was begun', 'dpkg --configure -a'),
  ],
};
