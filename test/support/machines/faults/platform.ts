import { changed, without } from '../host.ts';
import { dpkg } from '../parts.ts';
import { all, any, anywhere } from '../kinds.ts';
import type { Fault } from './fault.ts';

const ARM = '/usr/lib/aarch64-linux-gnu';

export const faults: readonly Fault[] = [
  {
    code: 'disk-full',
    how: '/ is full',
    on: anywhere,
    inject: (host) => changed(host, { space: { '/': { freeBytes: 0, freeInodes: 1_000_000 } } }),
  },
  {
    code: 'disk-full',
    how: '/tmp has no inodes left',
    on: any('native'),
    inject: (host) => changed(host, { space: { '/tmp': { freeBytes: 9e9, freeInodes: 0 } } }),
  },
  {
    code: 'wsl-linux-driver-installed',
    how: "a Linux driver's libraries stand before Windows'",
    on: all('wsl'),
    inject: (host) => {
      const lib = '/usr/lib/x86_64-linux-gnu';
      const names = ['libcuda', 'libnvidia-ml'];
      return changed(host, {
        files: {
          '/var/lib/dpkg/status': dpkg('535.183.01-0ubuntu0.22.04.1', 'libnvidia-compute-535'),
        },
        libraries: Object.fromEntries(
          names.map((name) => [`${lib}/${name}.so.535.183.01`, { soname: `${name}.so.1` }]),
        ),
        links: Object.fromEntries(names.map((name) => [`${lib}/${name}.so.1`, `${name}.so.535.183.01`])),
        cache: [...names.map((name) => [`${name}.so.1`, `${lib}/${name}.so.1`] as const), ...host.cache],
      });
    },
  },
  {
    code: 'jetson-server-packages',
    how: "a desktop's driver was installed",
    on: all('jetson'),
    inject: (host) =>
      changed(host, {
        libraries: { [`${ARM}/libcuda.so.535.183.01`]: { soname: 'libcuda.so.1' } },
        links: { [`${ARM}/libcuda.so.1`]: 'libcuda.so.535.183.01' },
        cache: [['libcuda.so.1', `${ARM}/libcuda.so.1`], ...host.cache],
        files: {
          '/var/lib/dpkg/status': `${String(host.files['/var/lib/dpkg/status'])}\n${dpkg('535.183.01-0ubuntu0.20.04.1', 'nvidia-driver-535')}`,
        },
      }),
  },
  {
    code: 'wsl1-no-gpu',
    how: 'the distribution runs in WSL 1',
    on: all('wsl'),
    inject: (host) =>
      changed(without(host, '/dev/dxg', '/usr/lib/wsl'), {
        files: {
          '/proc/sys/kernel/osrelease': '4.4.0-19041-Microsoft\n',
          '/proc/version': 'Linux version 4.4.0-19041-Microsoft\n',
        },
      }),
  },
];
