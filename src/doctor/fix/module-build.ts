/** What a kernel module is built with: a compiler like the kernel's own, make, and what builds it anew. */
import { BUILD_TOOLS } from '../../compat/build-packages.ts';
import { compilerPackages } from '../../compat/host-compiler-packages.ts';
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { distributionOf } from './distribution.ts';
import { packageInstall } from './packages.ts';
import { command, script } from './steps.ts';

export const buildTools = (facts: Facts | null): FixStep[] =>
  packageInstall(facts, BUILD_TOOLS, { id: 'build-tools', title: 'Install the compiler and make' });

/** The major version of the gcc that built the kernel, in the shell's words: the kernel says it. */
const KERNEL_GCC = "$(grep -oE 'gcc-[0-9]+' /proc/version | head -n 1 | cut -d- -f2)";

/** Debian and Ubuntu have several compilers at once; the others build kernels with the one that they have. */
export const compilerOfKernel = (facts: Facts | null): FixStep[] => [
  command('kernel-compiler-is', 'See which compiler built the kernel', ['cat', '/proc/version'], {
    root: false,
  }),
  command('default-compiler-is', 'And which one is the default', ['cc', '--version'], { root: false }),
  ...packageInstall(
    facts,
    { ...BUILD_TOOLS, ubuntu: packaged('ubuntu'), debian: packaged('debian') },
    { id: 'kernel-compiler', title: 'Install the compiler that built the kernel' },
  ),
  ...(buildsWithAkmods(facts)
    ? rebuildModule(facts)
    : [script('rebuild-with', 'Build the module with it', `CC="gcc-${KERNEL_GCC}" dkms autoinstall`)]),
];

const packaged = (family: 'ubuntu' | 'debian'): readonly string[] =>
  compilerPackages(family, KERNEL_GCC).packages.map((name) => `"${name}"`);

/** As the distribution builds its packaged drivers: Fedora with akmods, the others with dkms. */
export const rebuildModule = (facts: Facts | null): FixStep[] => [
  command(
    'rebuild-module',
    'Build the module for this kernel',
    buildsWithAkmods(facts) ? ['akmods', '--force'] : ['dkms', 'autoinstall'],
  ),
];

const buildsWithAkmods = (facts: Facts | null): boolean => distributionOf(facts)?.family === 'fedora';
