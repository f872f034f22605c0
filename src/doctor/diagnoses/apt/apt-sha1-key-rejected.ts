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
    command(
      'policy-folder',
      'Where the publisher has no newer key, SHA-1 can be allowed in signatures of keys again, for a while: make the folder of the policy',
      ['mkdir', '-p', POLICY_FOLDER],
    ),
    script(
      'policy',
      "Take apt's own policy, with a later date",
      `sed "s/^sha1.second_preimage_resistance *=.*/sha1.second_preimage_resistance = $(date -d '+6 months' +%F)/" /usr/share/apt/default-sequoia.config > ${POLICY_FOLDER}/apt-sequoia.config`,
    ),
    command('refetch', 'Fetch the lists anew', ['apt', 'update']),
  ],
};

/** Where Sequoia looks for what apt shall believe, before apt's own file. */
const POLICY_FOLDER = '/etc/crypto-policies/back-ends';
