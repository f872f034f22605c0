/**
 * zypper and libzypp (openSUSE, SLES): what its solver cannot put together, repositories and their signatures, files that two packages
 * claim, its lock. rpm's own words are dnf.ts's.
 *
 *     Problem: nothing provides 'kernel-firmware-nvidia-gsp-G06 = 550.54' needed by the to be installed nvidia-open-driver-G06-signed-kmp
 *     Problem: the to be installed nvidia-compute-G06-550.90.07-1.x86_64 requires 'nvidia-common-G06', but this requirement cannot be provided
 *     Problem: the installed x-1.0-1.noarch conflicts with 'y < 2' provided by the to be installed y-1.9-1.x86_64
 *     File 'repomd.xml' from repository 'NVIDIA' is signed with an unknown key 'F60F4B3D7FA2AF80'. Continue? [yes/no] (no):
 *     System management is locked by the application with pid 2244 (/usr/bin/zypper).
 */
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble } from '../package-trouble.ts';
import type { TestimonyKind } from '../testimony.ts';

const zypper = packageTrouble('zypper');

/** Which release it is, its packages do not say. */
const SUSE: TestimonyKind = { kind: 'distribution', id: 'opensuse', version: null, guessed: true };

/** nvidia-compute-G06-550.90.07-1.x86_64: name, version; a patch: of products is no package's */
function named(nevra: string): { name: string; version: string | null } {
  const [, name, version] = /^(.{2,80}?)-(?:\d{1,3}:)?(\d[\w.~+]{0,60})-[\w.~+]{1,60}$/.exec(
    nevra.replace(/\.(?:x86_64|noarch|aarch64|i[56]86)$/, ''),
  ) ?? [null, nevra, null];
  return { name: name!, version: version ?? null };
}

const WHICH = String.raw`(?:the (?:to be )?installed )?([\w.+:~-]{3,160})`;

const SENTENCES: readonly Sentence[] = [
  {
    // Since libzypp 17 with quotes and "the to be installed", before without
    literal: 'nothing provides ',
    pattern: new RegExp(
      `nothing provides '([^']{2,120})' needed by ${WHICH}|nothing provides (\\S{2,80}(?: [<>=]{1,2} \\S{1,60})?) needed by the (?:to be )?installed ([\\w.+:~-]{3,160})`,
      'i',
    ),
    says: ([, other, whose, older, olders]) => [
      zypper('unmet', { ...named((whose ?? olders)!), other: (other ?? older)! }),
      SUSE,
    ],
  },
  {
    literal: 'but this requirement cannot be provided',
    pattern: new RegExp(`${WHICH} requires '?([^',]{2,120})'?, but this requirement cannot be provided`, 'i'),
    says: ([, whose, other]) => [zypper('unmet', { ...named(whose!), other: other! }), SUSE],
  },
  {
    literal: [' conflicts with ', ' obsoletes '],
    pattern: new RegExp(
      `the (?:to be )?installed ([\\w.+:~-]{3,160}) (?:conflicts with|obsoletes) '([^']{2,120})' provided by ${WHICH}`,
      'i',
    ),
    says: ([, whose, , other]) => [zypper('conflict', { ...named(whose!), other: other! }), SUSE],
  },
  {
    literal: ['no provider of ', 'not found in package names'],
    pattern: /No provider of '([^']{2,80})' found|'([^']{2,80})' not found in package names/i,
    says: ([, name, other]) => [zypper('not-found', { name: (name ?? other)! }), SUSE],
  },
  {
    literal: 'is signed with an unknown key ',
    pattern: /from repository '([^']{1,80})' is signed with an unknown key '([0-9A-F]{8,40})'/i,
    says: ([, name, key]) => [zypper('missing-key', { name: name!, key: key!.toUpperCase() }), SUSE],
  },
  {
    literal: ['signature verification failed', 'is unsigned'],
    pattern:
      /Signature verification failed for file '[^']{1,120}' from repository '([^']{1,80})'|File '[^']{1,120}' from repository '([^']{1,80})' is unsigned/i,
    says: ([, forged, unsigned]) => [
      forged === undefined
        ? zypper('unsigned', { name: unsigned! })
        : zypper('bad-signature', { name: forged }),
      SUSE,
    ],
  },
  {
    literal: 'digest verification failed',
    pattern: /Digest verification failed for (?:file )?'?([^'\s]{2,160})/i,
    says: ([, file]) => [zypper('hash-mismatch', { name: file!.split('/').at(-1)! }), SUSE],
  },
  {
    // Valid metadata not found at specified URL; Repository 'NVIDIA' is invalid.
    literal: ['valid metadata not found at specified', "repository '"],
    pattern: /Valid metadata not found at specified URL|^Repository '([^']{1,80})' is invalid/i,
    says: ([, name = null]) => [zypper('no-repository', { name }), SUSE],
  },
  {
    // File './repodata/repomd.xml' not found on medium 'https://download.nvidia.com/opensuse/leap/15.3'
    literal: 'not found on medium ',
    pattern: /File '[^']{1,160}' not found on medium '([^']{3,200})'/i,
    says: ([, repository]) => [zypper('stale-index', { repository: repository! }), SUSE],
  },
  {
    literal: ['download (curl) error for', 'timeout exceeded when accessing'],
    pattern: /(?:Download \(curl\) error for|Timeout exceeded when accessing) '(https?:\/\/[^'/]{3,100})/i,
    says: ([, host]) => [zypper('unreachable', { other: host! }), SUSE],
  },
  {
    // Of four lines: File PATH, from install of, PACKAGE, conflicts with file from package (or install of), OTHER
    literal: 'conflicts with file from ',
    pattern: /^\s{1,8}conflicts with file from (?:package|install of)\s{0,4}$/i,
    says: (_match, [owner = '', , file = '']) => [
      zypper('overwrite', { name: owner.trim(), other: file.trim().replace(/^File /i, '') }),
      SUSE,
    ],
  },
  {
    literal: 'system management is locked by the application',
    pattern: /System management is locked by the application with pid (\d{1,8} \([^)]{1,80}\))/i,
    says: ([, holder]) => [zypper('locked', { other: holder! }), SUSE],
  },
];

export const family = familyOf('zypper', SENTENCES, [
  { literal: 'problem: ', pattern: /^Problem: (?:\d{1,3}: )?.{0,200}?(?:nvidia|cuda)/i },
]);
