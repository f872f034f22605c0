/**
 * NVIDIA's .run installer, on the terminal and in nvidia-installer.log, where sentences are wrapped at any word: what is matched stands
 * at a sentence's beginning.
 *
 *     ERROR: Unable to find the kernel source tree for the currently running kernel.  Please make sure you have installed the kernel
 *     ERROR: An error occurred while performing the step: "Building kernel modules". See /var/log/nvidia-installer.log for details.
 *     ERROR: The Nouveau kernel driver is currently in use by your system.
 *     ERROR: An NVIDIA kernel module 'nvidia-drm' appears to already be loaded in your kernel.
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
    ],
    pattern:
      /Unable to find the kernel source tree for|kernel header file '[^']{3,200}' does not exist|The kernel (?:source path|header file) '[^']{1,200}' (?:is invalid|does not exist)/i,
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
    literal: ['unable to load the kernel module', "unable to load the 'nvidia"],
    pattern: /Unable to load the (?:kernel module )?'(nvidia[\w-]{0,20})(?:\.ko)?'/i,
    says: ([, module]) => ({ kind: 'module-load', module: module!, why: 'failed', detail: null }),
  },
];

export const family = familyOf('.run installer', SENTENCES, [
  { literal: 'installation has failed.', pattern: /Installation has failed\.\s{1,4}Please see the file/i },
]);
