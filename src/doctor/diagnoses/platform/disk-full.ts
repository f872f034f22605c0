import { valueOf } from '../../../machine/answer.ts';
import type { DiskFacts, Facts } from '../../../machine/facts.ts';
import { evidence } from '../../evidence.ts';
import { usesApt } from '../../fix/distribution.ts';
import { ask, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Finding, type FixStep } from '../../types.ts';

const MIB = 1 << 20;

/** Below FULL nothing can be unpacked or built; below SCARCE no driver or toolkit fits any more. */
const FULL = 64 * MIB;
const SCARCE = 1024 * MIB;

/** /boot holds kernels and RAM disks only: 64 MiB is one more of these. */
const FULL_BOOT = 16 * MIB;
const SCARCE_BOOT = 64 * MIB;

const FEW_INODES = 100;

export const diagnosis: DiagnosisDefinition = {
  checks: ['disk-space'],
  severity: 'error',
  title: 'A file system is full',
  causes: [
    { code: 'module-build-failed' },
    { code: 'module-not-built-for-kernel' },
    { code: 'apt-unmet-dependencies' },
    { code: 'apt-hash-mismatch' },
    { code: 'apt-bad-signature' },
    { code: 'apt-key-missing' },
  ],
  related: ['module-build-failed', 'module-not-built-for-kernel'],
  textSummary: 'A file system has no space left',
  hears: hearing(['storage-full'], ({ where, what }) => ({
    confidence: 'certain',
    namesCause: true,
    rank: 9,
    ...(what === 'quota'
      ? { summary: 'Your disk quota is used up' }
      : where === null
        ? {}
        : { summary: `${what === 'space' ? 'No space is' : 'No inodes are'} left at ${where}` }),
  })),
  next: [ask('Which file system is full?', 'df', '-h')],
  judge(facts) {
    const findings = facts.disks.flatMap(judgeDisk);
    // One file system under several folders: say it once, for the first of them.
    return findings
      .filter(({ key }, index) => findings.findIndex((other) => other.key === key) === index)
      .map(({ finding }) => finding);
  },
  remedy,
};

interface Judged {
  key: string;
  finding: Finding;
}

function judgeDisk(disk: DiskFacts): Judged[] {
  const space = valueOf(disk.space);
  if (space === undefined) return [];
  const boot = disk.path.startsWith('/boot');
  const noInodes = space.freeInodes !== null && space.freeInodes < FEW_INODES;
  const full = space.freeBytes < (boot ? FULL_BOOT : FULL) || noInodes;
  if (!full && space.freeBytes >= (boot ? SCARCE_BOOT : SCARCE)) return [];
  const left = noInodes ? `${space.freeInodes} inodes` : `${Math.floor(space.freeBytes / MIB)} MiB`;
  const finding: Finding = {
    subject: 'machine',
    severity: full ? 'error' : 'warning',
    confidence: 'certain',
    summary: full
      ? `The file system at ${disk.path} (${disk.purpose}) is full: ${left} left`
      : `Little space is left at ${disk.path} (${disk.purpose}): ${left}`,
    evidence: [evidence(disk.space, `free at ${disk.path}`, () => left)],
    fix: disk.path === '/tmp' ? freeTemporary() : [],
  };
  return [{ key: `${space.freeBytes}/${space.freeInodes}`, finding }];
}

/** What packages and logs take lies elsewhere. */
const freeTemporary = (): FixStep[] => [
  command('see-tmp', 'See what takes the space', ['du', '-xh', '--max-depth=1', '/tmp'], { root: false }),
  script(
    'free-tmp',
    'Remove your own files in /tmp that are older than a week',
    'find /tmp -xdev -type f -user "$(id -un)" -mtime +7 -delete',
    { root: false },
  ),
  script('other-tmp', 'Or let programs use another folder', 'export TMPDIR=/var/tmp', {
    root: false,
    alternativeTo: 'free-tmp',
  }),
];

function remedy(facts: Facts | null): FixStep[] {
  return [
    command('see-usage', 'See what takes the space', ['df', '-h'], { root: false }),
    ...(usesApt(facts)
      ? [
          command('apt-clean', 'Free the space of downloaded packages', ['apt', 'clean']),
          command('apt-autoremove', 'Remove old kernels and packages that nothing needs any more', [
            'apt',
            'autoremove',
            '--purge',
          ]),
        ]
      : []),
    command('journal-vacuum', 'Free the space of old logs', ['journalctl', '--vacuum-size=200M']),
    command(
      'gpu-setup-prune',
      "Free the space of gpu-setup's old generations and unused store entries",
      ['gpu-setup', 'prune'],
      {
        root: false,
      },
    ),
    script(
      'large-folders',
      'Find large folders',
      'du -xh / --max-depth=3 2>/dev/null | sort -h | tail -n 20',
    ),
  ];
}
