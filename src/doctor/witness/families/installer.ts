/**
 * NVIDIA's .run installers, of the driver and of CUDA, on the terminal and in nvidia-installer.log, where sentences are wrapped at any word: what is matched stands
 * at a sentence's beginning.
 *
 *     ERROR: Unable to find the kernel source tree for the currently running kernel.  Please make sure you have installed the kernel
 *     ERROR: An error occurred while performing the step: "Building kernel modules". See /var/log/nvidia-installer.log for details.
 *     ERROR: The Nouveau kernel driver is currently in use by your system.
 *     ERROR: An NVIDIA kernel module 'nvidia-drm' appears to already be loaded in your kernel.
 *     WARNING: The NVIDIA driver appears to have been installed previously using a different installer.
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

type Build = Extract<TestimonyKind, { kind: 'module-build' }>;

const build = (why: Build['why'], detail: string | null = null): Build => ({
  kind: 'module-build',
  module: 'nvidia',
  driver: null,
  kernel: null,
  why,
  detail,
});

const SENTENCES: readonly Sentence[] = [
  {
    literal: [
      'unable to find the kernel source tree',
      'unable to find the development tool',
      'kernel header file',
      'kernel source path',
      'kernel output path',
    ],
    pattern:
      /Unable to find the kernel source tree for|kernel header file '[^']{3,200}' does not exist|kernel (?:source|output) path '[^']{1,200}' (?:is invalid|does not exist)|kernel header file exists/i,
    says: () => build('headers'),
  },
  {
    // ERROR: Unable to find the development tool `cc` in your path; please make sure that you have the package 'gcc' installed.
    literal: 'unable to find the development tool',
    pattern: /Unable to find the development tool [`'‘"](\S{1,20}?)[`'’"]/i,
    says: ([, program]) => build('tool', program!),
  },
  {
    literal: 'unable to build the',
    pattern: /Unable to build the (?:NVIDIA |nvidia\S{0,12} )?kernel (?:module|interface)/i,
    says: () => build('failed'),
  },
  {
    literal: 'kernel module was not created',
    pattern: /The (nvidia[\w-]{0,20}) kernel module was not created/i,
    says: ([, module]) => ({ ...build('failed'), module: module! }),
  },
  {
    // Its files against nouveau lie there, and nouveau is loaded all the same
    literal: 'configuration files to disable nouveau are already present',
    pattern: /modprobe configuration files to disable Nouveau are already present/i,
    says: () => ({ kind: 'gpu-held', by: 'nouveau', blocks: true }),
  },
  {
    literal: 'while performing the step: "',
    pattern:
      /error occurred while performing the step: "(?:Building|Checking to see whether the nvidia|Adding to DKMS)/i,
    says: () => build('failed'),
  },
  {
    literal: 'compiler used to compile the ',
    pattern: /compiler used to compile the (?:running )?kernel.{0,80}does not (?:exactly )?match/i,
    says: () => build('compiler'),
  },
  {
    // The nvidia-uvm kernel module failed to build. This kernel module is required for the proper operation of CUDA.
    literal: 'kernel module failed to build',
    pattern: /The (nvidia[\w-]{0,20}) kernel module failed to build/i,
    says: ([, module]) => ({ ...build('failed'), module: module! }),
  },
  {
    literal: 'do not appear to have libc header files',
    pattern: /You do not appear to have libc header files installed/i,
    says: () => build('tool', "cc with the C library's headers"),
  },
  {
    literal: ['unable to find the module utility', 'unable to find the system utility'],
    pattern: /Unable to find the (?:module|system) utility `([\w.-]{2,30})`/i,
    says: ([, program]) => ({ kind: 'missing-program', program: program! }),
  },
  {
    // The sanity check of an installation that is there: somebody else's files lie over it, or are gone.
    literal: ['the installed file ', 'the installed symbolic link '],
    pattern:
      /The installed (?:file '[^']{3,200}' (?:no longer exists|has a different checksum)|symbolic link '[^']{3,200}' (?:no longer exists|has target))/i,
    says: () => ({ kind: 'trouble', what: 'installed-otherwise', detail: null }),
  },
  {
    literal: 'legacy linux graphics drivers and will be ignored',
    pattern: /are supported through NVIDIA legacy Linux graphics drivers and will be ignored/i,
    says: () => ({ kind: 'gpu-refused', why: 'legacy', branch: null }),
  },
  {
    // Of several GPUs one needs the open modules, another cannot use them.
    literal: ['kernel modules, but contains gpus', 'kernel modules are supported on some gpus'],
    pattern:
      /requires the open GPU kernel modules, but contains GPUs|open GPU (kernel modules are supported on some GPUs)/i,
    says: ([, some]) => ({
      kind: 'gpu-refused',
      why: some === undefined ? 'unsupported' : 'closed-only',
      branch: null,
    }),
  },
  {
    // CUDA's: the log says whether there is none or one that it does not take
    literal: 'failed to verify gcc version',
    pattern: /Failed to verify gcc version/i,
    says: () => ({ kind: 'trouble', what: 'gcc-not-accepted', detail: null }),
  },
  {
    literal: 'missing gcc. gcc is required',
    pattern: /Missing gcc\. gcc is required/i,
    says: () => ({ kind: 'missing-program', program: 'gcc' }),
  },
  {
    // CUDA's: [ERROR]: Install of 455.32.00 failed, quitting; Install of driver component failed.
    literal: 'install of ',
    pattern: /Install of (?:driver component|(\d{3}\.\d{2,3}(?:\.\d{2})?)) failed/i,
    says: ([, driver = null]) => ({ ...build('failed'), driver }),
  },
  {
    // Since 465 "appears to be already loaded"; a display server has it, or persistenced, or a program
    literal: [
      'an nvidia kernel module',
      'appear to be running an x server',
      'loaded nvidia kernel module',
      "unable to unload the 'nvidia",
    ],
    pattern:
      /Unable to unload the 'nvidia[\w-]{0,20}' kernel module|An NVIDIA kernel module ['‘](nvidia[\w-]{0,20})['’] appears to|You appear to be running an X server|despite the presence of a loaded NVIDIA kernel module/i,
    says: ([, module = 'nvidia']) => ({ kind: 'module-load', module, why: 'in-use', detail: null }),
  },
  {
    literal: [
      'alternate method of install',
      'existing package manager installation of the driver',
      'installed previously using a different installer',
      'presence of an alternate driver installation',
      'dkms kernel modules with version',
    ],
    pattern:
      /(?:alternate method of installation|Existing package manager installation of the driver found|installed previously using a different installer|presence of an alternate driver installation|DKMS kernel modules with version \S{3,20} are already installed)|(alternate method of installing the NVIDIA driver)/i,
    says: ([, available]) => ({
      kind: 'trouble',
      what: 'installed-otherwise',
      detail: available === undefined ? null : 'available',
    }),
  },
  {
    // The 'kernel-open' kernel modules are incompatible with the GPU(s) detected on this system.
    literal: 'kernel modules are incompatible with the gpu',
    pattern: /The '(kernel-open|open|kernel|proprietary)' kernel modules are incompatible with the GPU/i,
    says: ([, flavour]) => ({
      kind: 'gpu-refused',
      why: /open/i.test(flavour!) ? 'closed-only' : 'open-only',
      branch: null,
    }),
  },
  {
    literal: 'not signed by a key that is trusted',
    pattern: /was not signed by a key that is trusted/i,
    says: () => ({ kind: 'module-load', module: 'nvidia', why: 'key', detail: null }),
  },
  {
    literal: ['unable to load the kernel module', "unable to load the 'nvidia"],
    pattern: /Unable to load the (?:kernel module )?'(nvidia[\w-]{0,20})(?:\.ko)?'/i,
    says: ([, module]) => ({ kind: 'module-load', module: module!, why: 'failed', detail: null }),
  },
];

export const family = familyOf('.run installer', SENTENCES, [
  { literal: 'installation has failed.', pattern: /Installation has failed\.\s{1,4}Please see the file/i },
  { literal: 'pre-install script failed', pattern: /distribution-provided pre-install script failed/i },
  {
    literal: ['error: failed to ', 'error: unable to ', 'error: the '],
    pattern:
      /^(?:ERROR: (?:Failed to (?:rebuild the initramfs|run `|load DKMS|create a DKMS|find dkms|sign |generate key)|Unable to (?:link kernel|create a temporary build|determine kernel|determine the version of the running|add a precompiled)|The (?:'[\w-]{4,20}' kernel modules are not present|kernel module build directory)))/i,
  },
  {
    literal: 'failed to register the nvidia kernel modules',
    pattern: /Failed to register the NVIDIA kernel modules with DKMS/i,
  },
  { literal: 'nvidia-installer must be run', pattern: /nvidia-installer must be run as root/i },
]);
