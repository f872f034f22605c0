/** What the host does so that a container may use the GPU that it was given: devices, their owners, the driver's libraries. */
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import type { FixStep } from '../types.ts';
import { byHand, command, script } from './steps.ts';

/** LXC gives nothing by itself: each device file needs a rule and a mount. */
export const lxcDevices = (): FixStep[] => [
  command(
    'lxc-majors',
    'On the host: see the major numbers of the device files (that of nvidia-uvm differs from boot to boot)',
    ['grep', 'nvidia', '/proc/devices'],
    { root: false },
  ),
  byHand(
    'lxc-devices',
    "On the host, in the container's configuration: for each of these numbers lxc.cgroup2.devices.allow = c NUMBER:* rwm (with cgroup 1: lxc.cgroup.devices.allow), and for each device file lxc.mount.entry = /dev/nvidia0 dev/nvidia0 none bind,optional,create=file; on Proxmox pct set ID --dev0 /dev/nvidia0 and so on does both. Then restart the container",
    { root: true },
  ),
  byHand(
    'lxd-gpu',
    'With LXD or Incus, on the host: lxc config device add NAME gpu gpu, which gives all of them',
    { root: true, alternativeTo: 'lxc-devices' },
  ),
];

/**
 * LXC lends no libraries unless it is told to: the user-mode part of the host's driver is then installed inside, of exactly its
 * version, and without a kernel module.
 */
export function lxcLibraries(facts: Facts): FixStep[] {
  const version = driverVersion(facts) ?? '$(cat /sys/module/nvidia/version)';
  return [
    byHand(
      'fetch-driver',
      `Take out what is installed inside of another version, and fetch NVIDIA's installer of exactly the host's: NVIDIA-Linux-$(uname -m)-${version}.run (https://www.nvidia.com/drivers)`,
    ),
    script(
      'install-libraries',
      "In the container: install the driver's libraries of the host's version, without its kernel module",
      `sh ./NVIDIA-Linux-$(uname -m)-${version}.run --no-kernel-module`,
    ),
    byHand(
      'lxd-runtime',
      "Or, with LXD or Incus, on the host: lxc config set NAME nvidia.runtime true, and restart it: then the host's libraries are lent",
      { root: true, alternativeTo: 'install-libraries' },
    ),
  ];
}

/** The owner or group of the host's device files is somebody else inside. */
export function letContainerOpenThem(facts: Facts): FixStep[] {
  if (valueOf(facts.platform.container) === 'lxc')
    return [
      byHand(
        'lxc-owner',
        'On the host: give them to a group that this user is in inside: pct set ID --dev0 /dev/nvidia0,gid=44 on Proxmox, gid=44 for the device of LXD; or open them to all there (chmod 0666 /dev/nvidia*, the default of the driver), since root of an unprivileged container is nobody on the host',
        { root: true },
      ),
    ];
  return [
    byHand(
      'container-user',
      "Start the container with the group of the host's device files (docker run --group-add video), or as a user who may open them",
    ),
  ];
}
