/**
 * ubuntu-drivers: which devices it sees, and which packages it has for them. Its warnings (aplay, udevadm hwdb) are harmless.
 *
 *     == /sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0 ==
 *     vendor   : NVIDIA Corporation
 *     model    : TU116M [GeForce GTX 1660 Ti Mobile]
 *     driver   : nvidia-driver-535 - distro non-free recommended
 *     No drivers found for installation.
 */
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'no drivers found for ',
    pattern: /^\s{0,8}No drivers found for (?:installation|automatic installation)/i,
    says: () => ({ kind: 'trouble', what: 'no-driver-offered', detail: null }),
  },
  {
    literal: 'driver   :',
    pattern: /^\s{0,8}driver   : nvidia-driver-\d{3}\S{0,20} - /,
    says: () => ({ kind: 'distribution', id: 'ubuntu', version: null, guessed: true }),
  },
];

export const family = familyOf('ubuntu-drivers', SENTENCES);
