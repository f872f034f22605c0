/**
 * The driver's word about a GPU that it does not take, or that another driver has: NVRM in the kernel log (wrapped at any word, each line
 * with its own NVRM), the .run installer, Debian's nvidia-detect; nouveau where it has the GPU.
 *
 *     NVRM: The NVIDIA GeForce GT 710 GPU installed in this system is
 *     NVRM:  supported through the NVIDIA 470.xx Legacy drivers. Please
 *     NVRM: installed in this system requires use of the NVIDIA open kernel modules.
 *     NVRM: API mismatch: the client has the version 535.54.03, but
 *     NVRM: API mismatch: the client 'kwin_wayland' (pid 1005)
 *     NVRM: GPU 0000:01:00.0 is already bound to nouveau.
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

type Refused = Extract<TestimonyKind, { kind: 'gpu-refused' }>;

const refused = (why: Refused['why'], branch: string | null = null): Refused => ({
  kind: 'gpu-refused',
  why,
  branch,
});

const VERSION = String.raw`(\d{2,3}\.\d{2,3}(?:\.\d{1,3})?)`;

const REFUSALS: readonly Sentence[] = [
  {
    literal: 'supported through the nvidia ',
    pattern: /supported through the NVIDIA (\d{2,3})(?:\.(?:xx|\d\d))? Legacy/i,
    says: ([, branch]) => refused('legacy', branch!),
  },
  {
    // nvidia-detect
    literal: ['your card is only supported', 'your card is supported only'],
    pattern: /Your card is (?:only supported|supported only) (?:by|up to) the (\d{2,3})/i,
    says: ([, branch]) => refused('legacy', branch!),
  },
  {
    literal: 'requires use of the ',
    pattern: /requires use of the (?:NVIDIA )?(?:open (?:GPU )?kernel modules|open\b|$)/i,
    says: () => refused('open-only'),
  },
  {
    literal: [
      'not supported by open',
      'does not include the required gpu',
      'not supported by the open',
      'installed in this vgpu host system',
    ],
    pattern:
      /is not supported by (?:the )?open\b|because it does not include the required GPU|NVRM: installed in this vGPU host system is not supported by/i,
    says: () => refused('closed-only'),
  },
  {
    literal: 'not supported by the ',
    pattern:
      /(?:NVIDIA GPU.{0,120}|installed in this system )is not supported by the (?:(\d{3})\.[\dx]{2}\S{0,8} NVIDIA|$)/i,
    says: () => refused('unsupported'),
  },
  {
    literal: 'not supported by this release',
    pattern: /NVRM: .{0,60}not supported by this release/i,
    says: () => refused('unsupported'),
  },
  {
    literal: 'you do not appear to have an nvidia gpu supported by the',
    pattern: /You do not appear to have an NVIDIA GPU supported by the (\d{3})/i,
    says: () => refused('unsupported'),
  },
];

const MISMATCH: readonly Sentence[] = [
  {
    literal: 'api mismatch',
    pattern: new RegExp(
      `API mismatch(?:: the client(?: '[^']{1,40}' \\(pid \\d{1,8}\\))?(?: has the version ${VERSION})?)?(?:.{0,60}kernel module has the version ${VERSION})?`,
      'i',
    ),
    says: ([, client, module]) => differ(module, client),
  },
  {
    // kernel version 460.91.3 does not match DSO version 470.57.2 -- cannot find working devices in this configuration
    literal: 'does not match dso version',
    pattern: /kernel version ([\d.]{3,20}) does not match DSO version ([\d.]{3,20})/i,
    says: ([, module, library]) => differ(module, library),
  },
  {
    // nvidia-modeset: ERROR: Version mismatch: nvidia.ko(410.73) nvidia-modeset.ko(390.87); nvidia-drm says it of nvidia-modeset
    literal: 'version mismatch: nvidia',
    pattern:
      /Version mismatch: nvidia(?:-modeset)?\.ko\(([\d.]{3,20})\) nvidia-\w{2,12}(?:\.ko)?\(([\d.]{3,20})\)/i,
    says: ([, module, other]) => ({
      kind: 'version-mismatch',
      of: 'driver',
      found: other!,
      expected: module!,
      atLeast: false,
    }),
  },
];

const differ = (module: string | undefined, library: string | undefined): TestimonyKind => ({
  kind: 'version-mismatch',
  of: 'driver-library',
  found: library?.replace(/\.$/, '') ?? null,
  expected: module?.replace(/\.$/, '') ?? null,
  atLeast: false,
});

const HELD: readonly Sentence[] = [
  {
    literal: 'is already bound to ',
    pattern: /NVRM: GPU \S{7,20} is already bound to ([\w-]{2,30})/i,
    says: ([, driver]) => ({ kind: 'gpu-held', by: driver! }),
  },
  {
    literal: ['nvidia probe routine was not called', 'nouveau, rivafb', 'another driver was loaded and'],
    pattern:
      /NVIDIA probe routine was not called for|nouveau, rivafb, nvidiafb|This can occur when another driver was loaded and/i,
    says: () => ({ kind: 'gpu-held', by: null }),
  },
  {
    literal: ['kernel driver in use: nouveau', 'driver=nouveau'],
    pattern: /Kernel driver in use: nouveau|\bdriver=nouveau\b/i,
    says: () => ({ kind: 'gpu-held', by: 'nouveau' }),
  },
  {
    literal: 'nouveau kernel driver is currently in use',
    pattern: /Nouveau kernel driver is currently in use by your system/i,
    says: () => ({ kind: 'gpu-held', by: 'nouveau', blocks: true }),
  },
  {
    // nouveau 0000:01:00.0: fifo: SCHED_ERROR 0a [CTXSW_TIMEOUT]: it speaks of the device that it has
    literal: ['nouveau 0000:', 'nouveau: probe of'],
    pattern: /\bnouveau(?:: probe of)? 0000:[0-9a-f]{2}:[0-9a-f]{2}\.\d(?:: | failed)/i,
    says: () => ({ kind: 'gpu-held', by: 'nouveau' }),
  },
];

export const family = familyOf('driver and GPU', [...REFUSALS, ...MISMATCH, ...HELD]);
