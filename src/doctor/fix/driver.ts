/** Installing the kernel-mode driver: the one thing that gpu-setup leaves to the distribution. */
import { debianDriver, ubuntuDriver } from '../../compat/driver-packages.ts';
import { driverBranchesForGpu } from '../../compat/drivers.ts';
import type { OpenKernelModule } from '../../compat/gpus.ts';
import type { Facts, GpuFacts } from '../../machine/facts.ts';
import { valueOf } from '../../machine/answer.ts';
import { gpusOf } from '../../machine/questions/gpu.ts';
import { inContainer, inWsl } from '../../machine/questions/platform.ts';
import type { FixStep } from '../types.ts';
import { debianHeaders, repositoryArchitecture } from './architecture.ts';
import { distributionOf, ubuntuRelease } from './distribution.ts';
import { byHand, command, reboot, script } from './steps.ts';

/** Steps that end with a driver that runs. */
export function installDriver(facts: Facts | null): FixStep[] {
  if (facts !== null && inWsl(facts)) return windowsDriver();
  const gpu = facts === null ? undefined : gpusOf(facts)[0];
  const distribution = distributionOf(facts);
  const repository = repositoryArchitecture(facts);
  switch (distribution?.family) {
    case 'ubuntu':
      return [...onUbuntu(facts, gpu), reboot()];
    case 'debian':
      return [...onDebian(facts, distribution.version, gpu), reboot()];
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
            'dnf config-manager --add-repo https://developer.download.nvidia.com/compute/cuda/repos/rhel$(rpm -E %rhel)/' +
            `${repository.folder}/cuda-rhel$(rpm -E %rhel).repo${repository.note === null ? '' : `   # ${repository.note}`}\n` +
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
      return anywhere(facts);
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

function onUbuntu(facts: Facts | null, gpu: GpuFacts | undefined): FixStep[] {
  const release = ubuntuRelease(facts);
  // `install` came with ubuntu-drivers-common 0.8 (20.04); 18.04 knows `autoinstall` alone.
  const verb = release !== undefined && Number(release) < 20.04 ? 'autoinstall' : 'install';
  const named = release === undefined ? null : ubuntuDriver(release, gpu);
  return [
    command('install-driver', 'Install the driver that Ubuntu recommends for this GPU', [
      'ubuntu-drivers',
      verb,
    ]),
    ...(named === null
      ? []
      : [
          command(
            'install-driver-branch',
            `Or install the ${named.branch} branch by name`,
            ['apt', 'install', named.package],
            { alternativeTo: 'install-driver' },
          ),
        ]),
  ];
}

/** Debian's driver lies in non-free; from 12 on the firmware has a section of its own. */
function onDebian(facts: Facts | null, version: number, gpu: GpuFacts | undefined): FixStep[] {
  const sections = version > 0 && version < 12 ? 'contrib non-free' : 'contrib non-free non-free-firmware';
  return [
    byHand(
      'enable-non-free',
      `Add "${sections}" to Debian's entries in /etc/apt/sources.list (or sources.list.d), then: apt update`,
      {
        root: true,
      },
    ),
    script(
      'install-driver',
      "Install Debian's packaged NVIDIA driver and the kernel headers that it is built with",
      `apt install ${debianHeaders(facts)} ${debianDriver(version, gpu)}`,
    ),
  ];
}

/**
 * A newer driver in the place of one that runs: the same packages as for a first installation, by name.
 * Steps of a container and of WSL say where the driver comes from there.
 */
export function upgradeDriver(facts: Facts | null): FixStep[] {
  if (facts !== null && inWsl(facts)) return windowsDriver();
  if (facts !== null && inContainer(facts)) {
    return [
      byHand(
        'upgrade-driver',
        "Upgrade the driver on the host: a container uses the host's, and brings none of its own",
      ),
    ];
  }
  return [upgradeHere(facts), reboot()];
}

function upgradeHere(facts: Facts | null): FixStep {
  const gpu = facts === null ? undefined : gpusOf(facts)[0];
  const distribution = distributionOf(facts);
  const release = ubuntuRelease(facts);
  const named = release === undefined ? null : ubuntuDriver(release, gpu);
  if (named !== null) {
    return command('upgrade-driver', `Upgrade the driver to the ${named.branch} branch`, [
      'apt',
      'install',
      named.package,
    ]);
  }
  if (distribution?.family === 'debian') {
    return command('upgrade-driver', 'Upgrade the driver (backports hold newer ones)', [
      'apt',
      'install',
      debianDriver(distribution.version, gpu),
    ]);
  }
  const newest = gpu === undefined ? undefined : driverBranchesForGpu(gpu).at(-1)?.branch;
  const which = newest === undefined ? '' : `; the newest branch for this GPU is ${newest}`;
  return byHand(
    'upgrade-driver',
    `Upgrade the driver with your distribution's packages${which} (Ubuntu: ubuntu-drivers install)`,
    { root: true },
  );
}

function anywhere(facts: Facts | null): FixStep[] {
  return [
    command('install-driver', 'On Ubuntu: install the driver that it recommends for this GPU', [
      'ubuntu-drivers',
      'install',
    ]),
    script(
      'install-driver-debian',
      'On Debian: with contrib, non-free and non-free-firmware enabled in the apt sources',
      `apt install ${debianHeaders(facts)} ${debianDriver(0, undefined)}`,
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

/**
 * Ubuntu's package with this kind of kernel modules for the first GPU that takes it; of a release that has none, or is not
 * known, the newest one's.
 */
export function packageOnUbuntu(facts: Facts | null, modules: OpenKernelModule): string {
  const gpu = (facts === null ? [] : gpusOf(facts)).find((one) => one.openKernelModule === modules);
  const wanted = gpu ?? { firstDriverBranch: null, lastDriverBranch: null, openKernelModule: modules };
  const found = ubuntuDriver(ubuntuRelease(facts) ?? null, wanted) ?? ubuntuDriver(null, wanted);
  return found?.package ?? 'nvidia-driver-NNN';
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
