import { refreshLists } from '../../fix/package-manager.ts';
import { byHand, command } from '../../fix/steps.ts';
import { hearing, type Confidence, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: "apt's list is older than the repository",
  causes: [{ code: 'apt-version-not-found' }],
  related: ['apt-hash-mismatch', 'apt-version-not-found'],
  textSummary: "apt's lists are older than the repository, or its files are gone",
  hears: hearing(['package'], ({ manager, reason, repository }) => {
    const trouble = TROUBLES[reason];
    if (trouble === undefined) return null;
    const { confidence, sentence, fix } = trouble;
    return {
      confidence,
      namesCause: true,
      ...(repository === undefined ? {} : { summary: `${repository}: ${sentence}` }),
      fix: manager === 'apt' || manager === 'dpkg' ? fix : [refreshLists(manager)],
    };
  }),
  remedy: () => [update(), clock(), oldRelease()],
};

const update = (): FixStep => refreshLists('apt');

const clock = (): FixStep =>
  command('clock', 'Where the clock is wrong: set it', ['timedatectl', 'set-ntp', 'true']);

const oldRelease = (): FixStep =>
  byHand(
    'old-release',
    'Of a release that has ended name the archive (old-releases.ubuntu.com, archive.debian.org); of NVIDIA the repository of the release that runs',
    { root: true },
  );

interface Trouble {
  confidence: Confidence;
  /** What follows the name of the repository. */
  sentence: string;
  fix: readonly FixStep[];
}

/** What each trouble with an index comes to. */
const TROUBLES: Partial<Record<TestimonyOf<'package'>['reason'], Trouble>> = {
  'stale-index': {
    confidence: 'likely',
    sentence: "apt's lists name a file that the repository no longer has",
    fix: [update(), oldRelease()],
  },
  'expired-index': {
    confidence: 'certain',
    sentence: 'its Release file is too old to be believed',
    fix: [update(), clock(), oldRelease()],
  },
  'clock-behind': {
    confidence: 'certain',
    sentence: 'its Release file is of a time that is yet to come for this clock',
    fix: [clock(), update()],
  },
  'no-repository': {
    confidence: 'certain',
    sentence: 'there is no repository for this release, or no longer',
    fix: [oldRelease(), update()],
  },
  'changed-release': {
    confidence: 'certain',
    sentence: 'it calls itself otherwise than before, which has to be accepted',
    fix: [
      command('accept-change', 'Accept what it calls itself now', [
        'apt',
        'update',
        '--allow-releaseinfo-change',
      ]),
    ],
  },
};
