/**
 * No room left on a file system, as errno's text passes through every program, and as package managers, installers and clusters say it
 * before they begin. Shared memory is another matter (shared-memory.ts).
 *
 *     tar: cudnn.h: Cannot write: No space left on device
 *     E: You don't have enough free space in /var/cache/apt/archives/.
 *     At least 1234MB more space needed on the / filesystem.
 *     error: Partition / too full: 1179648 blocks needed, 921531 blocks free
 *     Not enough space on parition mounted at /. Need 5065736192 bytes.
 *     overlay          32G   30G     0 100% /
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

type Full = Extract<TestimonyKind, { kind: 'storage-full' }>;

const full = (where: string | undefined | null = null, what: Full['what'] = 'space'): TestimonyKind => ({
  kind: 'storage-full',
  where: where?.replace(/[.,:'"]+$/, '') ?? null,
  what,
});

const SENTENCES: readonly Sentence[] = [
  {
    // errno's text; conda: NoSpaceLeftError: No space left on devices.
    literal: 'no space left on device',
    pattern: /No space left on device/i,
    says: () => full(),
  },
  {
    literal: 'enospc',
    // strace's echo of a name in a list of errors is no error of its own
    pattern: /\bENOSPC\b(?!\|)/,
    says: () => full(),
  },
  {
    literal: ['disk quota exceeded', 'edquot'],
    pattern: /Disk quota exceeded|\bEDQUOT\b/i,
    says: () => full(null, 'quota'),
  },
  {
    // apt; makeself, of which NVIDIA's .run files are: Not enough space left in /tmp (1234 KB) to decompress ./x.run (5678 KB)
    literal: ["you don't have enough free space in", 'not enough space left in '],
    pattern: /(?:You don't have enough free space in|Not enough space left in) ["']?(\/[^\s"'(]{0,200})/i,
    says: ([, where]) => full(where),
  },
  {
    // dnf and rpm: At least 21MB more space needed on the /boot filesystem; installing package x needs 99MB (or: 12 inodes) on the / filesystem
    literal: ['more space needed on the ', ' on the '],
    pattern:
      /(?:more (?:space|inodes) needed|installing package \S{1,160} needs \d{1,12} ?(?:[KMGT]i?B|inodes)(?: more space)?) on the (\/\S{0,200}) filesystem/i,
    says: ({ 1: where, 0: said }) => full(where, /inodes/i.test(said) ? 'inodes' : 'space'),
  },
  {
    // pacman
    literal: ' too full: ',
    pattern: /Partition (\/\S{0,200}) too full: \d{1,15} blocks needed/i,
    says: ([, where]) => full(where),
  },
  {
    // CUDA's .run file, in its own spelling
    literal: 'not enough space on par',
    pattern: /Not enough space on part?ition mounted at (\/\S{0,200}?)\.? Need \d/i,
    says: ([, where]) => full(where),
  },
  {
    // pacman, zypper, conda, installers; docker's and Kubernetes' own words for a node whose disk is full
    literal: ['disk space', 'diskpressure', 'low on resource: ephemeral-storage'],
    pattern:
      /(?:not enough|insufficient|out of) (?:free )?disk space|no disk space left|had (?:condition|taints?).{0,20}DiskPressure|low on resource: ephemeral-storage/i,
    says: () => full(),
  },
  {
    // df's row, where nothing is left: not of read-only images (/snap/...), which are always full. df -i counts inodes.
    literal: '100% /',
    pattern:
      /\s(?:0|\d{1,3}(?:\.\d)?K|\d{1,2}(?:\.\d)?M)\s{1,20}100% (\/(?:boot|var|var\/lib|var\/cache|tmp|home|usr|opt|root)?)$/,
    says: ([, where]) => full(where),
  },
];

export const family = familyOf('file systems', SENTENCES);
