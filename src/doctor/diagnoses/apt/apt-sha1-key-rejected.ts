import { command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt refuses a key that is bound by SHA-1',
  causes: [{ code: 'apt-version-not-found' }, { code: 'apt-unmet-dependencies' }],
  related: ['apt-key-missing', 'apt-bad-signature'],
  textSummary: 'apt refuses the key of a repository: its own signature is made with SHA-1',
  hears: hearing(['package'], ({ reason, key, repository }) =>
    reason === 'sha1-rejected'
      ? {
          confidence: 'certain',
          namesCause: true,
          ...(key === undefined
            ? {}
            : {
                summary: `apt refuses key ${key}${repository === undefined ? '' : ` of ${repository}`}: its own signature is made with SHA-1`,
              }),
        }
      : null,
  ),
  remedy: () => [
    command('see', 'See which key it is, and what is wrong with it', ['apt', '--audit', 'update']),
    script(
      'policy',
      'Where the publisher has no newer key: allow SHA-1 in signatures of keys again, for a while (the date is yours to choose)',
      [
        'mkdir -p /etc/crypto-policies/back-ends',
        "sed 's/^sha1.second_preimage_resistance *=.*/sha1.second_preimage_resistance = '\"$(date -d '+6 months' +%F)\"'/' /usr/share/apt/default-sequoia.config > /etc/crypto-policies/back-ends/apt-sequoia.config",
        'apt update',
      ].join(' && '),
    ),
  ],
};
