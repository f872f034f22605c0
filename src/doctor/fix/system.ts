/** What the kernel starts with: its initial RAM disk, its command line, the module that makes device files. */
import type { Facts } from '../../machine/facts.ts';
import { architectureNamed } from '../../compat/architectures.ts';
import type { FixStep } from '../types.ts';
import { distributionOf, hostOf } from './distribution.ts';
import { packageInstall } from './packages.ts';
import { byHand, command, script } from './steps.ts';

export function rebuildInitramfs(facts: Facts | null, title: string): FixStep {
  const family = distributionOf(facts)?.family;
  const argv =
    family === 'fedora' || family === 'rhel' || family === 'suse'
      ? ['dracut', '--force']
      : family === 'arch'
        ? ['mkinitcpio', '-P']
        : ['update-initramfs', '-u'];
  return command('rebuild-initramfs', title, argv);
}

/** @param parameter "pci=realloc" */
export function addKernelParameter(facts: Facts | null, parameter: string, why: string): FixStep[] {
  const family = distributionOf(facts)?.family;
  if (family === undefined) {
    return [
      byHand('kernel-parameter', `${why}: add ${parameter} to the kernel command line`, { reboot: true }),
    ];
  }
  if (family === 'fedora' || family === 'rhel') {
    return [
      command('kernel-parameter', why, ['grubby', '--update-kernel=ALL', `--args=${parameter}`], {
        reboot: true,
      }),
    ];
  }
  const write =
    family === 'arch'
      ? ['grub-mkconfig', '-o', '/boot/grub/grub.cfg']
      : family === 'suse'
        ? ['grub2-mkconfig', '-o', '/boot/grub2/grub.cfg']
        : ['update-grub'];
  return [
    script(
      'kernel-parameter',
      `${why}: add ${parameter} to the kernel command line`,
      `sed -i 's/^GRUB_CMDLINE_LINUX="/&${parameter} /' /etc/default/grub`,
    ),
    command('write-boot-menu', 'Write it into the boot menu, and restart', write, { reboot: true }),
  ];
}

/** nvidia-modprobe loads nvidia-uvm and makes device files whenever CUDA starts. */
export const installModprobe = (facts: Facts | null, title: string): FixStep[] =>
  packageInstall(
    facts,
    {
      ubuntu: ['nvidia-modprobe'],
      debian: ['nvidia-modprobe'],
      fedora: ['nvidia-modprobe'],
      rhel: ['nvidia-modprobe'],
      suse: ['nvidia-modprobe'],
      arch: ['nvidia-utils'],
    },
    { id: 'nvidia-modprobe', title },
  );

/** "/usr/lib/x86_64-linux-gnu", for the shell. */
export function multiarchFolder(facts: Facts | null): string {
  const { machine } = hostOf(facts);
  const known = machine === null ? null : architectureNamed(machine);
  return `/usr/lib/${known?.triplet ?? '$(uname -m)-linux-gnu'}`;
}
