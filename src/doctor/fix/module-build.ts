/** What a kernel module is built with: a compiler like the kernel's own, make, and what goes with them. */
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { packageInstall } from './packages.ts';
import { script } from './steps.ts';

export const buildTools = (facts: Facts | null): FixStep[] =>
  packageInstall(
    facts,
    {
      ubuntu: ['build-essential'],
      debian: ['build-essential'],
      fedora: ['gcc', 'gcc-c++', 'make'],
      rhel: ['gcc', 'gcc-c++', 'make'],
      suse: ['gcc', 'gcc-c++', 'make'],
      arch: ['base-devel'],
    },
    { id: 'build-tools', title: 'Install the compiler and make' },
  );

/** The kernel says which compiler built it, down to its version. */
export const compilerOfKernel = (facts: Facts | null): FixStep[] => [
  script(
    'which-compiler',
    'See which compiler built the kernel, and which one is the default',
    'cat /proc/version; cc --version',
    {
      root: false,
    },
  ),
  ...packageInstall(
    facts,
    {
      ubuntu: ['"gcc-$(grep -oE \'gcc-[0-9]+\' /proc/version | head -n 1 | cut -d- -f2)"'],
      debian: ['"gcc-$(grep -oE \'gcc-[0-9]+\' /proc/version | head -n 1 | cut -d- -f2)"'],
      fedora: ['gcc'],
      rhel: ['gcc'],
      suse: ['gcc'],
      arch: ['gcc'],
    },
    { id: 'kernel-compiler', title: 'Install the compiler that built the kernel' },
  ),
  script(
    'rebuild-with',
    'Build the module with it',
    'CC="$(grep -oE \'gcc-[0-9]+\' /proc/version | head -n 1)" dkms autoinstall',
  ),
];
