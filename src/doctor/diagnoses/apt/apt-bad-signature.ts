import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt finds a signature invalid',
  causes: [{ code: 'apt-version-not-found' }],
  related: ['apt-key-missing', 'apt-hash-mismatch', 'apt-index-stale'],
  hears: hearing(['package'], ({ reason, repository }) => {
    if (reason !== 'bad-signature' && reason !== 'expired-key') return null;
    const where = repository === undefined ? 'of a repository' : `of ${repository}`;
    return {
      confidence: 'certain',
      namesCause: true,
      summary:
        reason === 'expired-key'
          ? `The key that signs the index ${where} has expired, as far as apt knows it`
          : `The signature does not fit the index ${where}`,
    };
  }),
  remedy: () => [
    script(
      'refetch',
      'Drop the cached lists and fetch anew (a proxy or captive portal may have changed them)',
      'rm -rf /var/lib/apt/lists/*\napt update',
    ),
    byHand('renew-key', "An expired key: install NVIDIA's cuda-keyring anew", { root: true }),
  ],
};
