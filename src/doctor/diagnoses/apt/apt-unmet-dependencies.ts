import { preferNvidiaRepository } from '../../fix/nvidia-repository.ts';
import { finishHalfDone, reconcile, reconcileInConda } from '../../fix/package-manager.ts';
import { byHand, command, inPlaceOf, retitled, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'The package manager cannot satisfy the dependencies',
  related: ['dpkg-overwrite-conflict', 'apt-version-not-found', 'runfile-and-apt-mixed', 'dpkg-interrupted'],
  textSummary:
    'The package manager cannot satisfy the dependencies: packages of two repositories do not go together, or some are held',
  hears: hearing(['package', 'trouble'], (one, all) => {
    if (one.kind === 'trouble') return one.what === 'not-solved' ? notSolved(all) : null;
    const { manager, reason } = one;
    if (manager === 'conda') return ofConda(one, all);
    if (!MANAGERS.includes(manager)) return null;
    if (reason === 'kept-back') return keptBack(one);
    if (reason !== 'unmet' && reason !== 'held' && reason !== 'conflict') return null;
    if (reason === 'held') {
      return {
        confidence: 'certain',
        namesCause: true,
        summary:
          'Packages are held, or would have to be downgraded, and apt was told to answer yes to everything',
      };
    }
    const named = all.of('package').find((other) => isUnmet(other) && other.name !== null);
    const kept = all.of('package').find((other) => other.reason === 'on-hold');
    return {
      confidence: 'certain',
      namesCause: true,
      ...(named === undefined
        ? {}
        : { summary: sentenceOf(named) + (kept ? `; ${kept.name} is on hold` : '') }),
      ...fixFor(manager, named ?? null, kept?.name ?? null),
    };
  }),
  remedy: (facts) => [
    command('fix-broken', 'Let apt mend what is half-done', ['apt', '--fix-broken', 'install']),
    preferNvidiaRepository(facts),
    command('refetch', 'Let apt read it', ['apt', 'update']),
    script(
      'remove-other',
      'Or remove the other branch first',
      "apt remove --purge 'nvidia-*' 'libnvidia-*' 'cuda-drivers*'",
      { alternativeTo: 'pin' },
    ),
    ...inPlaceOf(
      'fix-broken',
      retitled(
        supplyCuda({ cuda: null }, facts),
        (title) => `For a toolkit alone, without driver packages: ${lowered(title)}`,
      ),
    ),
  ],
};

/** That the driver serves no such CUDA is said of `__cuda`, and is driver-too-old-for-cuda's. */
function ofConda({ reason }: Package, all: Witness): Heard | null {
  if (reason !== 'conflict' || all.of('version-mismatch').some(({ of }) => of === 'cuda-of-driver'))
    return null;
  const named = all.of('package').find((other) => other.manager === 'conda' && other.other !== undefined);
  return {
    confidence: 'likely',
    namesCause: true,
    summary:
      named === undefined
        ? 'conda finds no versions of these packages that go together'
        : sentenceOf({ ...named, reason: 'unmet' }),
    fix: reconcileInConda(),
  };
}

/** What it says besides tells more. */
function notSolved(all: Witness): Heard | null {
  const tellsMore =
    all.of('package').some(({ manager }) => manager === 'conda') ||
    all.of('version-mismatch').some(({ of }) => of === 'cuda-of-driver' || of === 'glibc') ||
    all.of('storage-full').length > 0;
  return tellsMore
    ? null
    : {
        confidence: 'possible',
        rank: -2,
        summary: 'conda finds no versions of these packages that go together, and does not say here of which',
        fix: reconcileInConda(),
      };
}

const lowered = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);

const MANAGERS: readonly string[] = ['apt', 'dpkg', 'dnf', 'zypper', 'pacman'];

type Package = TestimonyOf<'package'>;

const isUnmet = ({ reason }: Package): boolean => reason === 'unmet' || reason === 'conflict';

const sentenceOf = ({ name, other, reason }: Package): string =>
  other === undefined
    ? `${name} cannot be installed`
    : reason === 'conflict'
      ? `${name} and ${other} exclude each other`
      : `${name} needs ${other}, and no package that can be installed is that`;

/** Null: as for apt, without a name. */
function fixFor(
  manager: Package['manager'],
  named: Package | null,
  kept: string | null,
): { fix?: FixStep[] } {
  if (manager === 'dnf' || manager === 'zypper' || manager === 'pacman') return { fix: reconcile(manager) };
  // Debian's own word for its C library: what asks for a newer one is built for a newer release.
  if (/^libc6\b/.test(named?.other ?? '')) return { fix: otherRelease() };
  return kept === null ? {} : { fix: [release(kept), ...finishHalfDone('apt')] };
}

const otherRelease = (): FixStep[] => [
  script(
    'see-sources',
    'See which entries are of another release or distribution than this one',
    'cat /etc/os-release; grep -rn "^deb\\|^URIs\\|^Suites" /etc/apt/sources.list /etc/apt/sources.list.d',
    { root: false },
  ),
  byHand(
    'drop-foreign',
    'Remove the entry whose packages ask for a newer C library: they are built for a newer release; take the driver that this release, or NVIDIA for it, packages',
    { root: true },
  ),
  command('refetch', 'Let apt read it', ['apt', 'update']),
];

const release = (name: string): FixStep =>
  command('unhold', `Let ${name} be updated again`, ['apt-mark', 'unhold', name]);

/** apt says it of updates that are given out by and by, too. */
const keptBack = ({ name }: Package): Heard => ({
  severity: 'warning',
  confidence: 'likely',
  namesCause: true,
  rank: -1,
  summary: `apt keeps ${name} back: it is on hold, or its update needs packages to be added or removed, or is given out by and by`,
  fix: [
    command('see-holds', 'See what is on hold', ['apt-mark', 'showhold'], { root: false }),
    command('upgrade-fully', 'Let apt add and remove packages for it, where nothing is on hold', [
      'apt',
      'full-upgrade',
    ]),
  ],
});
