/**
 * What programs say of the driver's device files that they could not open or find: ls and stat, strace, Python, Go and C programs that
 * print errno's text or name beside the path, and the driver's own libraries.
 *
 *     ls: cannot access '/dev/nvidia*': No such file or directory
 *     openat(AT_FDCWD, "/dev/nvidiactl", O_RDWR) = -1 ENOENT (No such file or directory)
 *     NVIDIA: could not open the device file /dev/nvidiactl (Permission denied).
 *     PermissionError: [Errno 13] Permission denied: '/dev/nvidia0'
 *     nvidia-persistenced: device file /dev/nvidia0 does not exist
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

type DeviceFile = Extract<TestimonyKind, { kind: 'device-file' }>;

/** The nodes of GPUs, of the driver, of unified memory; capabilities (MIG) and nodes of the display are others' business. */
const NODE = String.raw`\/dev\/nvidia(?:ctl|-uvm(?:-tools)?|\d{1,3}|\*)?(?![\w-]*[a-z])`;

const MISSING = String.raw`No such file or directory|ENOENT|does not exist|not found`;
const CLOSED = String.raw`Permission denied|Operation not permitted|EACCES|EPERM`;

const file = (path: string, word: string): DeviceFile => ({
  kind: 'device-file',
  path,
  why: new RegExp(`^(?:${CLOSED})`, 'i').test(word) ? 'not-permitted' : 'missing',
});

const SENTENCES: readonly Sentence[] = [
  {
    // The path, then why: with a colon, in brackets, or as strace shows the call's result
    literal: '/dev/nvidia',
    pattern: new RegExp(
      `(${NODE})['’"\`]{0,2}(?:,? [A-Z_|]{3,60}\\) = -1|, O_[A-Z_|]{3,60}\\) = -1|:| \\(?)[ (:]{0,3}(${MISSING}|${CLOSED})`,
      'i',
    ),
    says: ([, path, word]) => file(path!, word!),
  },
  {
    // Python and others: why, then the path
    literal: '/dev/nvidia',
    pattern: new RegExp(`(${MISSING}|${CLOSED})(?:: | \\(|, )?['‘"]?(${NODE})`, 'i'),
    says: ([, word, path]) => file(path!, word!),
  },
  {
    // nvidia-persistenced, where none of them is there or may be opened
    literal: 'please ensure that the nvidia device files',
    pattern:
      /Failed to query NVIDIA devices\. Please ensure that the NVIDIA device files \((\/dev\/nvidia\*)\) exist/i,
    says: ([, path]) => file(path!, ''),
  },
];

export const family = familyOf('device files', SENTENCES);
