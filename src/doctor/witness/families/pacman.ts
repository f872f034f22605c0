/**
 * Arch's pacman and mkinitcpio, as far as drivers go: a kernel that is newer than its modules, and the other way round.
 *
 *     :: installing nvidia-utils (560.35.03-1) breaks dependency 'nvidia-utils=560.31.02' required by nvidia
 *     :: unable to satisfy dependency 'nvidia-utils-tkg>=418.52.20' required by nvidia-dev-dkms-tkg
 *     error: target not found: nvidia-390xx
 *     ==> ERROR: module not found: 'nvidia_uvm'
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
    literal: 'module not found: ',
    pattern: /==> ERROR: module not found: ['`](nvidia[\w-]{0,20})'/i,
    says: ([, module]) => [{ kind: 'module-load', module: module!, why: 'not-found', detail: null }, ARCH],
  },
];

export const family = familyOf('pacman', SENTENCES);
