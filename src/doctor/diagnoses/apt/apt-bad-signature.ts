import { byHand, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt finds a signature invalid',
  causes: [{ code: 'apt-version-not-found' }],
  related: ['apt-key-missing', 'apt-hash-mismatch', 'apt-index-stale'],
  text: [
    { literal: 'badsig', pattern: /\bBADSIG [0-9A-F]{8,40}/, confidence: 'certain', namesCause: true },
    {
      literal: 'signatures were invalid',
      pattern: /The following signatures were invalid/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'clearsigned file',
      pattern: /Clearsigned file isn't valid, got 'NOSPLIT'/i,
      confidence: 'likely',
      namesCause: true,
    },
    { literal: 'expkeysig', pattern: /\bEXPKEYSIG [0-9A-F]{8,40}/, confidence: 'certain', namesCause: true },
    {
      literal: ['policy rejected', 'sha1 is not considered secure'],
      pattern: /Policy rejected .{0,80}signature|SHA1 is not considered secure/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  remedy: () => [
    script(
      'refetch',
      'Drop the cached lists and fetch anew (a proxy or captive portal may have changed them)',
      'rm -rf /var/lib/apt/lists/*\napt update',
    ),
    byHand('renew-key', "An expired key: install NVIDIA's cuda-keyring anew", { root: true }),
  ],
};
