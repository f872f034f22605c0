/**
 * Arch's pacman, makepkg and the helpers of its user repository, as far as drivers go: a kernel that is newer than its modules, and the
 * other way round; packages that only the user repository has.
 *
 *     :: installing nvidia-utils (560.35.03-1) breaks dependency 'nvidia-utils=560.31.02' required by nvidia
 *     :: unable to satisfy dependency 'nvidia-utils-tkg>=418.52.20' required by nvidia-dev-dkms-tkg
 *     error: target not found: nvidia-390xx
 *     error: could not find all required packages: nvidia-470xx-utils (Wanted by: nvidia-470xx-dkms)
 *     error: nvidia: signature from "Builder <x@example.org>" is unknown trust
 */
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble } from '../package-trouble.ts';
import type { TestimonyKind } from '../testimony.ts';

const pacman = packageTrouble('pacman');
const ARCH: TestimonyKind = { kind: 'distribution', id: 'arch', version: null, guessed: true };

const SENTENCES: readonly Sentence[] = [
  {
    literal: ' breaks dependency ',
    pattern:
      /(?:installing|removing) (\S{2,60})(?: \(([^)]{1,40})\))? breaks dependency '([^']{1,80})' required by (\S{2,60})/i,
    says: ([, name, version, , other]) => [
      pacman('unmet', { name: name!, version: version ?? null, other: other! }),
      ARCH,
    ],
  },
  {
    literal: 'unable to satisfy dependency ',
    pattern: /unable to satisfy dependency '([^']{1,80})' required by (\S{2,60})/i,
    says: ([, other, name]) => [pacman('unmet', { name: name!, other: other! }), ARCH],
  },
  {
    literal: 'target not found: ',
    pattern: /^\s{0,4}error: target not found: (\S{2,60})/i,
    says: ([, name]) => [pacman('not-found', { name: name! }), ARCH],
  },
  {
    literal: ' exists in filesystem',
    pattern: /^\s{0,4}(\S{2,60}): (\/\S{2,200}) exists in filesystem/i,
    says: ([, name, file]) => [pacman('overwrite', { name: name!, other: file! }), ARCH],
  },
  {
    // :: nvidia-dkms-570 and nvidia-560 are in conflict. Remove nvidia? [y/N]
    literal: ' are in conflict',
    pattern: /:: (\S{2,80}) and (\S{2,80}?)(?:-\d\S{0,40})? are in conflict/i,
    says: ([, name, other]) => [pacman('conflict', { name: name!, other: other! }), ARCH],
  },
  {
    // yay, paru: what is neither in the repositories nor in the user repository
    literal: ['could not find all required packages', 'could not find all the required packages'],
    pattern: /could not find all (?:the )?required packages:\s{0,4}(\S{2,60})?/i,
    says: ([, name = null]) => [pacman('not-found', { name }), ARCH],
  },
  {
    literal: ['is unknown trust', 'is marginal trust', 'is invalid', 'required key missing from keyring'],
    pattern:
      /error: (\S{2,60}): signature from "[^"]{1,120}" is (?:unknown|marginal) trust|error: (\S{2,60}): signature .{0,120} is invalid|error: required key missing from keyring/i,
    says: ([, untrusted, invalid]) => [
      pacman(invalid === undefined ? 'missing-key' : 'bad-signature', { name: untrusted ?? invalid ?? null }),
      ARCH,
    ],
  },
  {
    // error: File /var/cache/pacman/pkg/nvidia-utils-560.35.03-1-x86_64.pkg.tar.zst is corrupted (invalid or corrupted package (checksum)).
    literal: 'invalid or corrupted package (',
    pattern: /invalid or corrupted package \((checksum|PGP signature)\)/i,
    says: ([, what]) => [pacman(/^c/i.test(what!) ? 'hash-mismatch' : 'missing-key'), ARCH],
  },
  {
    literal: 'failed retrieving file ',
    pattern:
      /failed retrieving file '([^']{2,160})' from (\S{3,100}?) : (The requested URL returned error: 404)?/i,
    says: ([, file, host, gone]) => [
      gone === undefined ? pacman('unreachable', { other: host! }) : pacman('stale-index', { name: file! }),
      ARCH,
    ],
  },
  {
    literal: 'unable to lock database',
    pattern: /unable to lock database/i,
    says: () => [pacman('locked'), ARCH],
  },
];

export const family = familyOf('pacman', SENTENCES, [
  { literal: 'error: ', pattern: /^error: (?:lib32-)?nvidia[\w-]{0,40}: / },
  {
    // Where it says why, the lines that follow say of what.
    literal: ' transaction (',
    pattern:
      /^error: failed to \w{4,10} transaction \((?!conflicting|could not satisfy|invalid or corrupted|unable to lock)/i,
  },
]);
