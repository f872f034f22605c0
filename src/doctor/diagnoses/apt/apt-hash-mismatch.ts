import { refreshLists } from '../../fix/package-manager.ts';
import { command, script } from '../../fix/steps.ts';
import { type DiagnosisDefinition, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'What apt fetched is not what the index says',
  related: ['apt-index-stale', 'apt-bad-signature', 'disk-full'],
  hears: hearing(['package'], ({ manager, reason, repository, name }) =>
    reason === 'hash-mismatch' && (manager === 'apt' || manager === 'zypper')
      ? {
          confidence: 'certain',
          namesCause: true,
          ...(repository === undefined
            ? {}
            : { summary: `What apt fetched from ${repository} is not what the index says` }),
          ...(manager === 'zypper'
            ? {
                summary: `${name} is not what the index of its repository says`,
                fix: [
                  command('drop-packages', 'Drop what is half-fetched', ['zypper', 'clean', '--all']),
                  refreshLists(manager),
                ],
              }
            : {}),
        }
      : null,
  ),
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
