/** How packages of NVIDIA's driver are installed: one command each, in order. Data: data/driver-packages.json. */
import { architectureNamed } from './architectures.ts';
import table from './data/driver-packages.json' with { type: 'json' };
import { compareDottedVersions } from './dotted-version.ts';
import type { DriverOffer } from './driver-offers.ts';
import { KEYRING_PACKAGE, repositoryFolder, repositoryUrl } from './nvidia-repository.ts';
import { installCommand, type Family } from './package-families.ts';

export interface HostCommand {
  id: string;
  title: string;
  /** Exactly one of argv and script; a script is one line for a shell. */
  argv?: readonly string[];
  script?: string;
  root: boolean;
}

export interface Host {
  /** "22.04"; null: rolling, or not known. */
  release: string | null;
  /** `uname -r`; null: not known. */
  kernel: string | null;
  /** `uname -m`; null: not known. */
  machine: string | null;
}

/** What brings an offer onto a host, the restart left out. */
export function driverCommands(offer: DriverOffer, host: Host): readonly HostCommand[] {
  return [...before(offer, host), ...install(offer, host)];
}

function before({ origin, family, branch, open }: DriverOffer, host: Host): HostCommand[] {
  switch (origin) {
    case 'nvidia':
      return family === 'rhel' || family === 'fedora'
        ? rpmRepository(family, branch, open, host)
        : aptRepository(family, host);
    case 'rpmfusion':
      return [
        script(
          'enable-rpmfusion',
          'Enable RPM Fusion, which packages the driver',
          `dnf install ${table.rpmFusion.release}`,
        ),
      ];
    case 'suse':
      return [
        argv(
          'enable-nvidia-repository',
          "Enable NVIDIA's repository",
          installCommand(family, [
            host.release !== null && /^\d{8}$/.test(host.release)
              ? table.suseRepository.tumbleweed
              : table.suseRepository.leap,
          ]),
        ),
      ];
    default:
      return [];
  }
}

function install(offer: DriverOffer, host: Host): HostCommand[] {
  const { origin, family, branch, packages } = offer;
  if (origin === 'aur') return fromAur(branch ?? '', host);
  if (family === 'debian' && origin === 'distribution') {
    return [
      script(
        'install-driver',
        "Install Debian's packaged NVIDIA driver and the kernel headers that it is built with",
        `apt install ${headersForEveryKernel(family, host) ?? headersOf(family, host)} ${packages.join(' ')}`,
      ),
    ];
  }
  const what = origin === 'rpmfusion' ? ' (the module is built in the minutes after it)' : '';
  return [
    argv(
      'install-driver',
      branch === null
        ? `Install NVIDIA's driver${what}`
        : `Install NVIDIA's driver of the ${branch} branch${what}`,
      installCommand(family, packages),
    ),
  ];
}

/** "contrib non-free non-free-firmware": where Debian's archive has the driver. */
export function debianSections(release: string | null): string {
  const { until, before: older, names } = table.debianSections;
  return release !== null && compareDottedVersions(release, until) < 0 ? older : names;
}

/** Ubuntu's own choice of a driver for the GPU that is there. */
export function recommendedByUbuntu(release: string | null): HostCommand {
  const { until, before: older, verb } = table.ubuntuDrivers;
  const isOlder = release !== null && compareDottedVersions(release, until) < 0;
  return argv('install-driver', 'Install the driver that Ubuntu recommends for this GPU', [
    'ubuntu-drivers',
    isOlder ? older : verb,
  ]);
}

/** NVIDIA's apt repository, by the package that brings its key. */
export function aptRepository(family: Family, host: Pick<Host, 'release' | 'machine'>): HostCommand[] {
  return keyringFrom(repositoryUrl(repositoryFolder(family, host.release), host.machine));
}

/** @param url of a repository, for the shell */
export function keyringFrom(url: string): HostCommand[] {
  const file = `/tmp/${KEYRING_PACKAGE}`;
  return [
    {
      ...script(
        'fetch-keyring',
        "Fetch the package that brings the key and the entry of NVIDIA's repository",
        `curl -fsSL -o ${file} ${url}/${KEYRING_PACKAGE}`,
      ),
      root: false,
    },
    argv('cuda-keyring', 'Install it', ['dpkg', '-i', file]),
    argv('apt-update', 'Fetch the lists anew', ['apt', 'update']),
  ];
}

function rpmRepository(family: Family, branch: string | null, open: boolean, host: Host): HostCommand[] {
  const folder = repositoryFolder(family, host.release) ?? `${family}$(rpm -E %rhel)`;
  const { streams } = table.nvidiaRepository;
  const name =
    branch === null
      ? open
        ? streams.openNewest
        : streams.closedNewest
      : (open ? streams.open : streams.closed).replace('{branch}', branch);
  const hasStreams = host.release === null || compareDottedVersions(host.release, streams.until) < 0;
  return [
    script(
      'install-headers',
      'Install the headers of the running kernel',
      `dnf install ${headersOf(family, host)}`,
    ),
    script(
      'enable-nvidia-repository',
      "Enable NVIDIA's repository",
      `dnf config-manager --add-repo ${repositoryUrl(folder, host.machine)}/cuda-${folder}.repo`,
    ),
    ...(hasStreams
      ? [
          argv('choose-branch', 'Choose its branch and kernel modules', [
            'dnf',
            'module',
            'enable',
            `nvidia-driver:${name}`,
          ]),
        ]
      : branch === null
        ? []
        : [
            argv('choose-branch', 'Hold the driver to its branch', [
              'dnf',
              'versionlock',
              'add',
              `*nvidia*${branch}*`,
            ]),
          ]),
  ];
}

function fromAur(branch: string, host: Host): HostCommand[] {
  const base = table.aur.base.replace('{branch}', branch);
  return [
    argv(
      'install-headers',
      'Install what it is built with',
      installCommand('arch', ['--needed', 'base-devel', 'git', headersOf('arch', host)]),
    ),
    {
      ...script(
        'fetch-driver',
        'Fetch its build file from the Arch User Repository, and read it: Arch itself no longer packages this branch',
        `git clone ${table.aur.url}/${base}.git`,
      ),
      root: false,
    },
    {
      ...script('install-driver', `Build and install the ${branch} branch`, `cd ${base} && makepkg -si`),
      root: false,
    },
  ];
}

/**
 * Package with the headers of the running kernel, for the shell, which finds out what is not known.
 *
 *     linux-headers-6.8.0-45-generic   kernel-devel-5.14.0-427.el9.x86_64   linux-lts-headers   kernel-default-devel
 */
export function headersOf(family: Family, { kernel }: Pick<Host, 'kernel'>): string {
  const last = /-([a-z]+)$/.exec(kernel ?? '')?.[1];
  const flavour =
    family === 'suse' ? (last ?? 'default') : last === undefined || last === 'arch' ? '' : `-${last}`;
  return table.kernelHeaders.names[family]
    .replace('{kernel}', kernel ?? '$(uname -r)')
    .replace('{flavour}', flavour);
}

/** The package that brings headers with every kernel, for the shell; null where kernels bring them by themselves. */
export function headersForEveryKernel(
  family: Family,
  { kernel, machine }: Pick<Host, 'kernel' | 'machine'>,
): string | null {
  if (family !== 'ubuntu' && family !== 'debian') return null;
  const debian = machine === null ? null : (architectureNamed(machine)?.debian ?? null);
  return table.kernelHeaders.followKernels[family]
    .replace('{flavour}', /-([a-z]+)$/.exec(kernel ?? '')?.[1] ?? 'generic')
    .replace('{architecture}', debian ?? '$(dpkg --print-architecture)');
}

const argv = (id: string, title: string, words: readonly string[]): HostCommand => ({
  id,
  title,
  argv: words,
  root: true,
});

const script = (id: string, title: string, line: string): HostCommand => ({
  id,
  title,
  script: line,
  root: true,
});
