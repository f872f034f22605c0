import { byHand, command, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'Another program holds the package lock',
  related: ['dpkg-overwrite-conflict'],
  text: [
    {
      literal: 'could not get lock',
      pattern: /Could not get lock \/var\/(?:lib|cache)\/(?:dpkg|apt)/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'unable to acquire the dpkg',
      pattern: /Unable to acquire the dpkg (?:frontend )?lock/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'waiting for cache lock',
      pattern: /Waiting for cache lock: Could not get lock/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'unable to lock',
      pattern: /Unable to lock (?:the administration directory|directory \/var\/lib\/apt)/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
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
