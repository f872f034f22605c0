/** Installing the kernel-mode driver: the one thing that gpu-setup leaves to the distribution. */
import { driverBranchesForGpu } from '../../compat/drivers.ts';
import type { Facts, GpuFacts } from '../../machine/facts.ts';
import { valueOf } from '../../machine/answer.ts';
import { gpusOf, inWsl } from '../known.ts';
import type { FixStep } from '../types.ts';
import ubuntu from './data/ubuntu-driver-packages.json' with { type: 'json' };
import { distributionOf } from './distribution.ts';
import { byHand, command, reboot, script } from './steps.ts';

/** Steps that end with a driver that runs. */
export function installDriver(facts: Facts | null): FixStep[] {
  if (facts !== null && inWsl(facts)) return windowsDriver();
  const gpu = facts === null ? undefined : gpusOf(facts)[0];
  const distribution = distributionOf(facts);
  switch (distribution?.family) {
    case 'ubuntu':
      return [...onUbuntu(distribution.version, gpu), reboot()];
    case 'debian':
      return [...onDebian(distribution.version, gpu), reboot()];
    case 'fedora':
      return [
        script(
          'install-driver',
          "Install NVIDIA's driver from RPM Fusion (it builds the module by itself: wait five minutes before you restart)",
          'dnf install https://download1.rpmfusion.org/nonfree/fedora/rpmfusion-nonfree-release-$(rpm -E %fedora).noarch.rpm\n' +
            'dnf install akmod-nvidia xorg-x11-drv-nvidia-cuda',
        ),
        reboot(),
      ];
    case 'rhel':
      return [
        script(
          'install-driver',
          "Install NVIDIA's driver from NVIDIA's own repository",
          'dnf install kernel-devel-$(uname -r) kernel-headers\n' +
            'dnf config-manager --add-repo https://developer.download.nvidia.com/compute/cuda/repos/rhel$(rpm -E %rhel)/x86_64/cuda-rhel$(rpm -E %rhel).repo\n' +
            'dnf module install nvidia-driver:latest-dkms',
        ),
        reboot(),
      ];
    case 'arch':
      return [
        command('install-driver', "Install NVIDIA's driver (with another kernel than linux: nvidia-dkms)", [
          'pacman',
          '-S',
          'nvidia',
          'nvidia-utils',
        ]),
        reboot(),
      ];
    case 'suse':
      return [
        script(
          'install-driver',
          "Install NVIDIA's driver from NVIDIA's openSUSE repository",
          'zypper install openSUSE-repos-Leap-NVIDIA   # Tumbleweed: openSUSE-repos-Tumbleweed-NVIDIA\n' +
            'zypper install-new-recommends --repo repo-non-free',
        ),
        reboot(),
      ];
    default:
      return anywhere();
  }
}

/** In WSL the driver is Windows' own: nothing is installed inside. */
export function windowsDriver(): FixStep[] {
  return [
    byHand(
      'windows-driver',
      'Install the current NVIDIA driver in Windows (https://www.nvidia.com/drivers); install no driver inside WSL',
    ),
    script('wsl-restart', 'Restart WSL from a Windows terminal', 'wsl.exe --shutdown', { root: false }),
  ];
}

/** The branch of Ubuntu's own packages that serves this GPU: "535"; undefined where the release or the GPU has none. */
export function ubuntuBranch(version: number, gpu: GpuFacts | undefined): string | undefined {
  const offered = (ubuntu.releases as Record<string, readonly string[]>)[version.toFixed(2)];
  if (gpu === undefined) return offered?.[0];
  const serving = new Set(driverBranchesForGpu(gpu).map(({ branch }) => branch));
  return offered?.find((branch) => serving.has(branch));
}

function onUbuntu(version: number, gpu: GpuFacts | undefined): FixStep[] {
  // `install` came with ubuntu-drivers-common 0.8 (20.04); 18.04 knows `autoinstall` alone.
  const verb = version > 0 && version < 20.04 ? 'autoinstall' : 'install';
  const branch = ubuntuBranch(version, gpu);
  const flavour = gpu?.openKernelModule === 'required' ? '-open' : '';
  return [
    command('install-driver', 'Install the driver that Ubuntu recommends for this GPU', [
      'ubuntu-drivers',
      verb,
    ]),
    ...(branch
      ? [
          command(
            'install-driver-branch',
            `Or install the ${branch} branch by name`,
            ['apt', 'install', `nvidia-driver-${branch}${flavour}`],
            { alternativeTo: 'install-driver' },
          ),
        ]
      : []),
  ];
}

/** Debian's driver lies in non-free; from 12 on the firmware has a section of its own. */
function onDebian(version: number, gpu: GpuFacts | undefined): FixStep[] {
  const sections = version > 0 && version < 12 ? 'contrib non-free' : 'contrib non-free non-free-firmware';
  return [
    byHand(
      'enable-non-free',
      `Add "${sections}" to Debian's entries in /etc/apt/sources.list (or sources.list.d), then: apt update`,
      {
        root: true,
      },
    ),
    command(
      'install-driver',
      "Install Debian's packaged NVIDIA driver and the kernel headers that it is built with",
      ['apt', 'install', 'linux-headers-amd64', debianPackage(version, gpu)],
    ),
  ];
}

/** Kepler ended with branch 470, which bookworm carries beside its 535; Fermi with 390, which bullseye was the last to carry. */
function debianPackage(version: number, gpu: GpuFacts | undefined): string {
  const last = Number(gpu?.lastDriverBranch ?? Number.NaN);
  if (last <= 390 && version > 0 && version < 12) return 'nvidia-legacy-390xx-driver';
  if (last <= 470 && version >= 12) return 'nvidia-tesla-470-driver';
  return 'nvidia-driver';
}

function anywhere(): FixStep[] {
  return [
    command('install-driver', 'On Ubuntu: install the driver that it recommends for this GPU', [
      'ubuntu-drivers',
      'install',
    ]),
    command(
      'install-driver-debian',
      'On Debian: with contrib, non-free and non-free-firmware enabled in the apt sources',
      ['apt', 'install', 'linux-headers-amd64', 'nvidia-driver'],
      { alternativeTo: 'install-driver' },
    ),
    script(
      'install-driver-other',
      'On other distributions: their own packages',
      'dnf install akmod-nvidia   # Fedora, with RPM Fusion\npacman -S nvidia           # Arch',
      { alternativeTo: 'install-driver' },
    ),
    reboot(),
  ];
}

/** Headers of the running kernel: what a module is built with. */
export function kernelHeaders(facts: Facts | null): FixStep {
  const release = (facts === null ? undefined : valueOf(facts.platform.kernel))?.release ?? '$(uname -r)';
  switch (distributionOf(facts)?.family) {
    case 'fedora':
    case 'rhel':
      return script(
        'kernel-headers',
        'Install the headers of the running kernel',
        `dnf install kernel-devel-${release}`,
      );
    case 'arch':
      return command('kernel-headers', 'Install the headers of the kernel', [
        'pacman',
        '-S',
        'linux-headers',
      ]);
    case 'suse':
      return command('kernel-headers', 'Install the headers of the kernel', [
        'zypper',
        'install',
        'kernel-default-devel',
      ]);
    default:
      return script(
        'kernel-headers',
        'Install the headers of the running kernel',
        `apt install linux-headers-${release}`,
      );
  }
}
