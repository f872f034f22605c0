/**
 * Loading the driver's kernel modules: kmod (modprobe, insmod, modinfo), the older module-init-tools, busybox, systemd-modules-load, and
 * what the kernel says of a module that it does not take.
 *
 *     modprobe: ERROR: could not insert 'nvidia': Key was rejected by service
 *     modprobe: FATAL: Module nvidia not found in directory /lib/modules/5.4.0-42-generic
 *     insmod: ERROR: could not insert module /opt/nvidia/lib/modules/4.14.16/video/nvidia.ko: Unknown symbol in module
 *     nvidia: version magic '5.4.0-42-generic SMP mod_unload ' should be '5.4.0-47-generic SMP mod_unload '
 *     Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

type Load = Extract<TestimonyKind, { kind: 'module-load' }>;

const load = (module: string | null, why: Load['why'], detail: string | null = null): Load => ({
  kind: 'module-load',
  module,
  why,
  detail,
});

/** What errno's text says of a module, as every one of these programs prints it. */
const ERRNO: readonly (readonly [text: RegExp, why: Load['why']])[] = [
  [/^(?:Key was rejected by service|Required key not available)/i, 'key'],
  [/^Operation not permitted/i, 'not-permitted'],
  [/^Unknown symbol/i, 'symbol'],
  [/^(?:Exec format error|Invalid module format)/i, 'format'],
  [/^No such device/i, 'no-device'],
  [/^Device or resource busy/i, 'busy'],
  [/^(?:No such file or directory|Module not found)/i, 'not-found'],
];

const whyOf = (text: string): Load['why'] => ERRNO.find(([words]) => words.test(text))?.[1] ?? 'failed';

/** "/opt/nvidia/lib/modules/4.14.16/video/nvidia.ko.xz" is "nvidia". */
const nameOf = (text: string): string =>
  text
    .split('/')
    .at(-1)!
    .replace(/\.ko(?:\.\w{2,4})?$/, '');

const REASON = String.raw`(\w[\w /,()-]{3,60})`;

const KMOD: readonly Sentence[] = [
  {
    literal: 'could not insert ',
    pattern: new RegExp(`could not insert (?:module )?'?([\\w./+-]{2,200}?)'?: ${REASON}`, 'i'),
    says: ([, file, reason]) => load(nameOf(file!), nameOf(file!) === 'off' ? 'off' : whyOf(reason!)),
  },
  {
    literal: 'error inserting ',
    pattern: new RegExp(
      `error inserting '?([\\w./+-]{2,200}?)'?(?: \\([^)]{1,200}\\))?: (?:-1 )?${REASON}`,
      'i',
    ),
    says: ([, file, reason]) => load(nameOf(file!), whyOf(reason!)),
  },
  {
    literal: "failed to insert module '",
    pattern: new RegExp(`Failed to insert module '([\\w.+-]{2,60})': ${REASON}`, 'i'),
    says: ([, name, reason]) => load(name!, whyOf(reason!)),
  },
  {
    literal: "can't load module ",
    pattern: new RegExp(`can't load module ([\\w.+-]{2,60})(?: \\([^)]{1,200}\\))?: ${REASON}`, 'i'),
    says: ([, name, reason]) => load(name!, whyOf(reason!)),
  },
  {
    // The .run installer's: -> Kernel module load error: No such device
    literal: 'kernel module load error',
    pattern: new RegExp(`Kernel module load error: (?:insmod: \\S{0,40} )?${REASON}`, 'i'),
    says: ([, reason]) => load('nvidia', whyOf(reason!)),
  },
  {
    literal: 'could not find module by name=',
    pattern: /could not find module by name='([\w.+-]{2,60})'/i,
    says: ([, name]) => load(name!, name === 'off' ? 'off' : 'not-found'),
  },
  {
    literal: ['module nvidia', "module 'nvidia"],
    pattern: /Module '?(nvidia[\w-]{0,30})'? not found(?: in directory \S{0,20}\/lib\/modules\/(\S{3,80}))?/i,
    says: ([, name, kernel]) => load(name!, 'not-found', kernel?.replace(/\.$/, '') ?? null),
  },
  {
    // rmmod: ERROR: Module nvidia is in use by: nvidia_uvm nvidia_modeset; modprobe: FATAL: Module nvidia_drm is in use.
    literal: 'is in use',
    pattern: /Module (nvidia[\w-]{0,30}) is in use(?: by:? ([\w ,-]{3,120}))?/i,
    says: ([, name, users]) => load(name!, 'in-use', users?.trim() ?? null),
  },
  {
    // modprobe: ERROR: Error running install command 'modprobe -i nvidia-current' for module nvidia: retcode 1
    literal: 'error running install command',
    pattern: /Error running install command .{1,160}? for (?:module )?(nvidia[\w-]{0,30})/i,
    says: ([, name]) => load(name!, 'failed'),
  },
  {
    // udev, of its rules: nvidia: Process '/sbin/modprobe nvidia-uvm' failed with exit code 1. Without nvidia-drm the GPU computes all the same.
    literal: '/modprobe nvidia',
    pattern: /Process '\S{0,20}\/modprobe (nvidia(?:-current)?(?:-uvm)?)' failed with exit code [1-9]/i,
    says: ([, name]) => load(name!, 'failed'),
  },
  {
    // RPM Fusion's and Fedora's service that takes nouveau instead
    literal: 'nvidia kernel module ',
    pattern: /NVIDIA kernel module (?:missing|not found)\. (?:Falling back|Switching) to nouveau/i,
    says: () => load('nvidia', 'not-found'),
  },
  {
    literal: "failed to find module 'nvidia",
    pattern: /Failed to find module '(nvidia[\w-]{0,30})'/i,
    says: ([, name]) => load(name!, 'not-found'),
  },
];

const KERNEL: readonly Sentence[] = [
  {
    literal: ': version magic ',
    pattern: /([\w-]{2,40}): version magic '([^']{3,120})' should be '([^']{3,120})'/i,
    says: ([, module, built, runs]) => load(module!, 'version-magic', `${first(built!)} ${first(runs!)}`),
  },
  {
    literal: ': disagrees about version of symbol',
    pattern: /([\w-]{2,40}): disagrees about version of symbol (\w{2,100})/i,
    says: ([, module, symbol]) => load(module!, 'version-magic', symbol!),
  },
  {
    literal: ': unknown symbol ',
    pattern: /\b(nvidia[\w-]{0,30}): Unknown symbol (\w{2,100})/i,
    says: ([, module, symbol]) => load(module!, 'symbol', symbol!),
  },
  {
    // Not "required key missing - tainting kernel", which a module prints that does load.
    literal: [
      'loading of unsigned module is r',
      'unsigned module loading is restricted',
      'loading of module with unavailable key is r',
      'loading of module with unsupported crypto is r',
    ],
    pattern:
      /Loading of (?:unsigned module|module with (?:unavailable key|unsupported crypto)) is (?:restricted|rejected)|unsigned module loading is restricted/i,
    says: () => load(null, 'key'),
  },
  {
    // Whoever pastes it without the program in front of it.
    literal: ['key was rejected by service', 'required key not available'],
    pattern: /(?:Key was rejected by service|Required key not available)/i,
    says: ({ input }) =>
      /\binsert(?:ing)? |can't load module/i.test(input)
        ? null
        : load(/\bnvidia[\w-]{0,30}/i.exec(input)?.[0] ?? null, 'key'),
  },
  {
    literal: 'does not trust any key',
    pattern: /kernel does not trust any key which is capable of verifying the module signature/i,
    says: () => load('nvidia', 'key'),
  },
];

const first = (magic: string): string => magic.split(' ')[0]!;

export const family = familyOf(
  'module loading',
  [...KMOD, ...KERNEL],
  [
    {
      literal: ['modprobe: ', 'insmod: ', 'rmmod: ', 'modinfo: ', 'depmod: '],
      pattern: /(?:modprobe|insmod|rmmod|modinfo|depmod): (?:ERROR|FATAL|WARNING): .{0,200}?nvidia/i,
    },
  ],
);
