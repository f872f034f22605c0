import { dropFetched, hasDropFetched, hasLists, refreshLists } from '../../fix/package-manager.ts';
import { command, script } from '../../fix/steps.ts';
import { type DiagnosisDefinition, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'What was fetched is not what the index says',
  related: ['apt-index-stale', 'apt-bad-signature', 'disk-full'],
  hears: hearing(['package'], ({ manager, reason, repository, name }) => {
    if (reason !== 'hash-mismatch' || (manager !== 'apt' && !hasDropFetched(manager))) return null;
    const which = repository === undefined ? name : `What ${manager} fetched from ${repository}`;
    return {
      confidence: 'certain',
      namesCause: true,
      ...(which === null ? {} : { summary: `${which} is not what the index says` }),
      ...(manager === 'apt'
        ? {}
        : { fix: [dropFetched(manager), ...(hasLists(manager) ? [refreshLists(manager)] : [])] }),
    };
  }),
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
