import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'What apt fetched is not what the index says',
  related: ['apt-index-stale', 'apt-bad-signature', 'disk-full'],
  hears: hearing(['package'], ({ manager, reason, repository }) =>
    reason === 'hash-mismatch' && manager === 'apt'
      ? {
          confidence: 'certain',
          namesCause: true,
          ...(repository === undefined
            ? {}
            : { summary: `What apt fetched from ${repository} is not what the index says` }),
        }
      : null,
  ),
  remedy: () => [
    script(
      'refetch',
      "Drop the cached lists and fetch anew; NVIDIA's servers hold old and new side by side for a while",
      'rm -rf /var/lib/apt/lists/*\napt clean\napt update',
    ),
    script('no-proxy', 'Behind a proxy: ask it not to cache', 'apt -o Acquire::http::No-Cache=true update'),
  ],
};
