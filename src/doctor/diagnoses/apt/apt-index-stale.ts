import { byHand, command } from '../../fix/steps.ts';
import { hearing, type Confidence, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: "apt's list is older than the repository",
  causes: [{ code: 'apt-version-not-found' }],
  related: ['apt-hash-mismatch', 'apt-version-not-found'],
  textSummary: "apt's lists are older than the repository, or its files are gone",
  hears: hearing(['package'], ({ reason, repository }) => {
    const says = SENTENCES[reason];
    if (says === undefined) return null;
    const [confidence, sentence] = says;
    return {
      confidence,
      namesCause: true,
      ...(repository === undefined ? {} : { summary: `${repository}: ${sentence}` }),
    };
  }),
  remedy: () => [
    command('update', 'Fetch the lists anew', ['apt', 'update']),
    command(
      'accept-change',
      'A repository that calls itself otherwise than before: accept it',
      ['apt', 'update', '--allow-releaseinfo-change'],
      { alternativeTo: 'update' },
    ),
    command('clock', '"not valid yet": set the clock', ['timedatectl', 'set-ntp', 'true']),
    byHand(
      'old-release',
      'A release that has ended: use its archive (old-releases.ubuntu.com, archive.debian.org)',
      { root: true },
    ),
  ],
};

/** What each trouble with an index comes to. */
const SENTENCES: Readonly<Record<string, readonly [Confidence, string] | undefined>> = {
  'stale-index': ['likely', "apt's lists name a file that the repository no longer has"],
  'expired-index': ['certain', 'its Release file is too old to be believed'],
  'clock-behind': ['certain', 'its Release file is from the future of this clock'],
  'no-repository': ['certain', 'there is no repository for this release, or no longer'],
  'changed-release': ['certain', 'it calls itself otherwise than before, which has to be accepted'],
};
