import { addNvidiaRepository } from '../../fix/nvidia-repository.ts';
import { command, inPlaceOf, retitled, script } from '../../fix/steps.ts';
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
