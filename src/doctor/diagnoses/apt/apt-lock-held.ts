import { byHand, command, script } from '../../fix/steps.ts';
import { type DiagnosisDefinition, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'Another program holds the package lock',
  related: ['dpkg-overwrite-conflict'],
  hears: hearing(['package'], ({ manager, reason, other }) =>
    reason === 'locked'
      ? {
          confidence: 'certain',
          namesCause: true,
          ...(other === undefined ? {} : { summary: `Another program holds the package lock: ${other}` }),
          ...(manager === 'pacman'
            ? {
                fix: [
                  command('who', 'See whether a pacman still runs', ['pgrep', '-a', 'pacman'], {
                    root: false,
                  }),
                  command('drop-lock', 'Where none does: remove what it left', [
                    'rm',
                    '/var/lib/pacman/db.lck',
                  ]),
                ],
              }
            : {}),
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
    byHand(
      'wait',
      'Or give the same command the option -o DPkg::Lock::Timeout=600: apt then waits by itself',
      {
        root: true,
        alternativeTo: 'who',
      },
    ),
    command('finish', 'After a crash: finish what was begun', ['dpkg', '--configure', '-a']),
  ],
};
