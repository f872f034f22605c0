import { addNvidiaRepository } from '../../fix/nvidia-repository.ts';
import { refreshLists } from '../../fix/package-manager.ts';
import { command, inPlaceOf, retitled, script } from '../../fix/steps.ts';
import { type DiagnosisDefinition, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt finds a signature invalid',
  causes: [{ code: 'apt-version-not-found' }],
  related: ['apt-key-missing', 'apt-hash-mismatch', 'apt-index-stale'],
  hears: hearing(['package'], ({ manager, reason, repository, name }) => {
    if (reason !== 'bad-signature' && reason !== 'expired-key') return null;
    const whose = repository ?? (manager === 'apt' ? null : name);
    const where = whose === null ? 'of a repository' : `of ${whose}`;
    return {
      confidence: 'certain',
      namesCause: true,
      summary:
        reason === 'expired-key'
          ? `The key that signs the index ${where} has expired, as far as apt knows it`
          : `The signature does not fit the index ${where}`,
      ...(manager === 'zypper' || manager === 'pacman' || manager === 'dnf'
        ? { fix: [refreshLists(manager)] }
        : {}),
    };
  }),
  remedy: (facts) => [
    script(
      'drop-lists',
      'Drop the cached lists (a proxy or captive portal may have changed them)',
      'rm -rf /var/lib/apt/lists/*',
    ),
    command('refetch', 'Fetch them anew', ['apt', 'update']),
    ...inPlaceOf(
      'refetch',
      retitled(addNvidiaRepository(facts), () => "Or, where a key has expired, fetch NVIDIA's anew"),
    ),
  ],
};
