/** Distributions that NVIDIA's repositories do not serve: with a driver of their own they are as good as others. */
import { container, debianDesktop } from '../healthy.ts';
import { changed, without, type Host } from '../host.ts';
import type { Environment } from './environment.ts';

const called = (host: Host, fields: Readonly<Record<string, string>>): Host =>
  changed(host, {
    name: fields['PRETTY_NAME']!,
    files: {
      '/etc/os-release': Object.entries(fields)
        .map(([key, value]) => `${key}="${value}"\n`)
        .join(''),
    },
  });

const interim = called(debianDesktop, {
  ID: 'ubuntu',
  ID_LIKE: 'debian',
  VERSION_ID: '25.04',
  VERSION_CODENAME: 'plucky',
  PRETTY_NAME: 'Ubuntu 25.04',
});

const testing = called(debianDesktop, { ID: 'debian', PRETTY_NAME: 'Debian GNU/Linux forky/sid' });

const gentoo = called(debianDesktop, { ID: 'gentoo', VERSION_ID: '2.17', PRETTY_NAME: 'Gentoo Linux' });

const alpine = called(container, { ID: 'alpine', VERSION_ID: '3.20.3', PRETTY_NAME: 'Alpine Linux v3.20' });

const withoutDriver = (host: Host): Host =>
  changed(
    without(
      host,
      /^\/dev\/nvidia/,
      /nvidia\.ko$/,
      /\/lib(?:cuda|nvidia-ml)\.so/,
      '/proc/driver/nvidia/version',
      '/sys/module/nvidia',
      '/usr/bin/nvidia-smi',
      '/etc/modprobe.d/nvidia-graphics-drivers.conf',
      /^\/sys\/bus\/pci\/devices\/[^/]+\/driver$/,
    ),
    {
      files: { '/proc/modules': 'ext4 811008 1 - Live 0x0\n', '/var/lib/dpkg/status': undefined },
      commands: { 'nvidia-smi': undefined, dmesg: { exit: 0, stdout: '[    0.000000] Linux version\n' } },
    },
  );

export const environment: Environment = {
  name: 'distributions',
  healthy: [interim, testing, gentoo],
  broken: [
    {
      how: 'an image of Alpine was given the GPU',
      host: alpine,
      code: 'os-unsupported',
      fix: /glibc/,
      never: /apt install|modprobe|gpu-setup install/,
    },
    {
      how: 'the repository of another release was added',
      host: changed(interim, {
        files: {
          '/etc/apt/sources.list.d/cuda.list':
            'deb [signed-by=/usr/share/keyrings/cuda-archive-keyring.gpg] https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64/ /\n',
          '/usr/share/keyrings/cuda-archive-keyring.gpg': '',
        },
      }),
      code: 'os-unsupported',
      severity: 'warning',
      fix: /Take the entry out of \/etc\/apt\/sources\.list\.d\/cuda\.list/,
    },
    {
      how: 'a system for 32 bits',
      host: changed(withoutDriver(debianDesktop), {
        // A 64-bit kernel may well run under it: it is the programs that count.
        libraries: { '/bin/sh': { bits: 32, machine: 3 } },
      }),
      code: 'os-unsupported',
      fix: /64-bit system/,
    },
    {
      how: 'no driver is installed, and NVIDIA has no repository',
      host: withoutDriver(interim),
      code: 'driver-not-installed',
      fix: /ubuntu-drivers/,
    },
    {
      how: 'so it is, which is worth knowing',
      host: withoutDriver(interim),
      code: 'os-unsupported',
      severity: 'info',
      fix: /Take the driver from the distribution/,
    },
  ],
};
