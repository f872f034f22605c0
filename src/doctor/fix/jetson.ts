/** What is done on a Jetson: its driver is part of L4T, and comes by L4T's own packages or with a new JetPack. */
import { jetsonRelease, L4T_PACKAGES } from '../../compat/jetson.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { byHand, command, script } from './steps.ts';

/** A desktop's driver package may leave a Jetson without a system that starts. */
export const jetsonDriver = (): FixStep =>
  byHand(
    'jetson-driver',
    "This is a Jetson: its driver comes with NVIDIA's Linux for Tegra. Upgrade or flash JetPack (NVIDIA's SDK Manager), and install no driver package",
  );

/** The driver's libraries are there, and known to the loader. */
export const jetsonLibraries = (): FixStep[] => [
  command('ldconfig', "Refresh the loader's cache", ['ldconfig']),
  script('ldconfig-check', 'Check', 'ldconfig -p | grep libcuda.so.1', { root: false }),
  command(
    'l4t-cuda',
    "If it is still not there: install L4T's package with the driver's libraries anew, of the release that is installed",
    ['apt', 'install', '--reinstall', L4T_PACKAGES.libcuda],
  ),
  jetsonDriver(),
];

/** Its kernel module runs, and is of the kernel that runs. */
export const jetsonModule = (facts: Facts): FixStep[] => [
  command('load-nvgpu', 'Load the module of its GPU, and see what the kernel says', ['modprobe', 'nvgpu']),
  script('nvgpu-log', 'What the kernel says of it', 'dmesg | grep -i nvgpu'),
  command(
    'l4t-kernel',
    `Where the kernel has no such module (${valueOf(facts.platform.kernel)?.release ?? 'uname -r'} runs): put L4T's own kernel and modules back`,
    ['apt', 'install', '--reinstall', L4T_PACKAGES.kernel, L4T_PACKAGES.core],
    { reboot: true },
  ),
  byHand('power-cycle', 'Where its firmware does not start: take the power away for some seconds'),
  jetsonDriver(),
];

/** "JetPack 5.1.2 (L4T 35.4.1) with CUDA 11.4"; null where the table lacks its release. */
export function jetpackOf(facts: Facts | null): string | null {
  const release = facts === null ? undefined : valueOf(facts.platform.jetson);
  const known = release == null ? null : jetsonRelease(release);
  return known === null ? null : `JetPack ${known.jetpack} (${release}) with CUDA ${known.cuda}`;
}
