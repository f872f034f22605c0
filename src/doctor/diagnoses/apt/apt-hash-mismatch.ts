import { command, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'What apt fetched is not what the index says',
  related: ['apt-index-stale', 'apt-bad-signature', 'disk-full'],
  text: [
    { literal: 'hash sum mismatch', pattern: /Hash Sum mismatch/i, confidence: 'certain', namesCause: true },
    {
      literal: 'file has unexpected size',
      pattern: /File has unexpected size \(\d{1,15} != \d{1,15}\)/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: () => [
    script(
      'drop-lists',
      "Drop the cached lists: NVIDIA's servers hold old and new side by side for a while",
      'rm -rf /var/lib/apt/lists/*',
    ),
    command('drop-packages', 'Drop half-fetched packages', ['apt', 'clean']),
    command('refetch', 'Fetch the lists anew', ['apt', 'update']),
    command(
      'no-proxy',
      'Or, behind a proxy, ask it not to cache',
      ['apt', '-o', 'Acquire::http::No-Cache=true', 'update'],
      { alternativeTo: 'refetch' },
    ),
  ],
};
