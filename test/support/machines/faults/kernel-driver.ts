import { changed, without, type Host } from '../host.ts';
import { withToolkit } from '../parts.ts';
import { all, any, both, not } from '../kinds.ts';
import { moduleOf } from '../nvidia-smi.ts';
import {
  boundTo,
  firstGpu,
  isModule,
  kernelSays,
  notRunning,
  otherGpu,
  refused,
  renumbered,
  unequipped,
  withoutLibraries,
} from './changes.ts';
import type { Fault } from './fault.ts';

const NO_DRIVER_PACKAGE =
  'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.35-0\n';

const noDriver = (host: Host): Host => {
  const bare = withoutLibraries(
    notRunning(
      without(host, isModule, '/usr/bin/nvidia-smi', '/etc/modprobe.d/nvidia-graphics-drivers.conf'),
    ),
  );
  return host.files['/var/lib/dpkg/status'] === undefined
    ? bare
    : changed(bare, { files: { '/var/lib/dpkg/status': NO_DRIVER_PACKAGE } });
};

/** nouveau has every GPU. */
const onNouveau = (host: Host): Host =>
  changed(boundTo(host, 'nouveau'), {
    files: { '/proc/modules': 'nouveau 2400256 4 - Live 0x0\n' },
    folders: [...host.folders, '/etc/modprobe.d'],
  });

/** What was built for the running kernel was built for another one. */
function builtForAnother(host: Host): Host {
  const own = (host.files['/proc/sys/kernel/osrelease'] as string).trim();
  const kept = Object.entries(host.files).filter(([path]) => isModule.test(path));
  return changed(without(notRunning(host), isModule), {
    files: Object.fromEntries(kept.map(([path, text]) => [path.replace(own, '4.0.0-1-other'), text])),
  });
}

/** dkms, or akmods, kept what the compiler said. */
function withBuildLog(host: Host, log: string): Host {
  const [version, kernel] = [moduleOf(host)!, (host.files['/proc/sys/kernel/osrelease'] as string).trim()];
  const path =
    host.name.startsWith('Fedora') === true
      ? `/var/cache/akmods/nvidia/${version}-1-for-${kernel}.failed.log`
      : `/var/lib/dkms/nvidia/${version}/build/make.log`;
  return changed(host, { files: { [path]: log } });
}

const KEPT_OUT = /^\/sys\/firmware\/efi/;

export const faults: readonly Fault[] = [
  {
    code: 'driver-not-installed',
    how: 'fresh from the installer, nouveau in its place',
    on: any('native'),
    inject: (host) => onNouveau(noDriver(host)),
  },
  {
    code: 'nouveau-in-use',
    how: 'nouveau was faster than nvidia',
    on: any('native'),
    inject: (host) => onNouveau(notRunning(without(host, '/etc/modprobe.d/nvidia-graphics-drivers.conf'))),
  },
  { code: 'module-not-loaded', how: 'nobody loaded it', on: any('native'), inject: notRunning },
  {
    code: 'module-not-loaded',
    how: 'a line in modprobe.d keeps it away',
    on: any('native'),
    inject: (host) =>
      changed(notRunning(host), {
        files: { '/etc/modprobe.d/blacklist-nvidia.conf': 'blacklist nvidia\nalias nvidia off\n' },
      }),
  },
  {
    code: 'module-not-built-for-kernel',
    how: 'a new kernel was started, and nothing was built for it',
    on: any('native'),
    inject: builtForAnother,
  },
  {
    code: 'module-not-built-for-kernel',
    how: 'the headers of the running kernel are missing',
    on: any('native'),
    inject: (host) => without(builtForAnother(host), /^\/lib\/modules\/[^/]+\/build$/),
  },
  {
    code: 'module-build-failed',
    how: 'the driver is older than a change of the kernel',
    on: any('native'),
    inject: (host) =>
      builtForAnother(
        withBuildLog(
          host,
          "make[2]: Entering directory '/usr/src/linux-headers'\n" +
            "/var/lib/dkms/nvidia/build/nvidia/nv-mmap.c:459:23: error: assignment of read-only member 'vm_flags'\n" +
            'make[3]: *** [scripts/Makefile.build:250: /var/lib/dkms/nvidia/build/nvidia/nv-mmap.o] Error 1\n',
        ),
      ),
  },
  {
    code: 'secure-boot-blocks-module',
    how: 'the firmware refuses an unsigned module',
    on: any('native'),
    inject: (host) =>
      kernelSays(
        changed(without(notRunning(host), KEPT_OUT), {
          files: {
            '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c': new Uint8Array([
              6, 0, 0, 0, 1,
            ]),
          },
        }),
        'Loading of module with unavailable key is rejected',
        'nvidia: Loading of unsigned module is rejected',
      ),
  },
  {
    code: 'driver-library-mismatch',
    how: 'packages were upgraded, and the old module still runs',
    on: any('native', 'container'),
    inject: (host) => {
      const running = moduleOf(host)!;
      const newer = `${Number(running.split('.')[0]) + 5}.42.01`;
      const upgraded = renumbered(host, newer, host.driven!.cuda);
      const kept = Object.entries(host.files).filter(
        ([path]) => path.startsWith('/proc/') || path.startsWith('/sys/'),
      );
      return { ...upgraded, files: { ...upgraded.files, ...Object.fromEntries(kept) } };
    },
  },
  {
    code: 'gpu-unsupported-by-driver',
    how: 'the card is not of those that the branch serves',
    also: ['gpu-too-new-for-cuda'],
    on: all('native', 'proprietary'),
    // A Kepler card, which these branches have dropped; under 440 an Ampere one, which came later.
    inject: (host) =>
      refused(
        host.name.includes('18.04')
          ? otherGpu(host, '2503', 'NVIDIA GeForce RTX 3060')
          : otherGpu(host, '1004', 'NVIDIA GeForce GTX 780'),
      ),
  },
  {
    code: 'gpu-unsupported-by-driver',
    how: 'the driver is older than the card',
    on: any('native'),
    inject: (host) =>
      refused(
        host.name.includes('18.04')
          ? renumbered(host, '390.157', '9.1')
          : host.name.startsWith('Debian')
            ? renumbered(host, '440.100', '10.2')
            : renumbered(host, '515.105.01', '11.7'),
      ),
  },
  {
    code: 'gpu-needs-proprietary-modules',
    how: 'a Pascal card under the open modules',
    on: all('native', 'open'),
    inject: (host) => refused(otherGpu(host, '1b80', 'NVIDIA GeForce GTX 1080')),
  },
  {
    code: 'gpu-needs-open-modules',
    how: 'a Blackwell card under the proprietary modules',
    on: all('native', 'proprietary'),
    given: (host) => renumbered(host, '575.64.05', '12.9'),
    also: ['gpu-too-new-for-cuda'],
    inject: (host) => refused(otherGpu(host, '2f04', 'NVIDIA GeForce RTX 5070')),
  },
  {
    code: 'rm-init-failed',
    how: 'the module cannot start the card',
    on: any('native'),
    inject: (host) =>
      kernelSays(
        refused(host),
        `NVRM: GPU ${firstGpu(host)}: RmInitAdapter failed! (0x26:0xffff:1097)`,
        `NVRM: GPU ${firstGpu(host)}: rm_init_adapter failed, device minor number 0`,
      ),
  },
  {
    code: 'gsp-timeout',
    how: 'its system processor does not answer',
    // Since branch 555 the proprietary modules start these cards with it as well.
    on: both(any('native'), any('open', 'akmods')),
    inject: (host) =>
      kernelSays(
        host,
        `NVRM: Xid (PCI:${firstGpu(host).slice(0, -2)}): 119, pid=4242, name=nvidia-smi, Timeout after 6s of waiting for RPC response from GPU0 GSP! Expected function 103 (GSP_RM_ALLOC) (0x2081 0x4).`,
      ),
  },
  {
    code: 'driver-too-old-for-cuda',
    how: 'a toolkit of a newer major is in use',
    on: both(any('native', 'container', 'wsl'), not('jetson')),
    given: (host) =>
      host.driven!.on === 'linux' && Number(host.driven!.cuda.split('.')[0]) >= 13
        ? renumbered(host, '570.195.03', '12.8')
        : host,
    inject: (host) => withToolkit(unequipped(host), '13.0', '13.0.88', 15),
  },
];
