import { describe, expect, it } from 'vitest';
import { parseDkmsStatus, releasesOfPaths } from '../../../src/machine/facts/driver/built-modules.ts';
import { parseCompilerVersion, versionOfPath } from '../../../src/machine/facts/toolkit/compilers.ts';
import { parseCudnnHeader, versionOfCudnnName } from '../../../src/machine/facts/toolkit/cudnn.ts';
import { parseDpkgList } from '../../../src/machine/facts/driver/dpkg.ts';
import { isStub, versionOfName } from '../../../src/machine/facts/driver/driver-libraries.ts';
import { parseHostConfig } from '../../../src/machine/facts/toolkit/host-config.ts';
import { relevantLines } from '../../../src/machine/facts/platform/kernel-log.ts';
import { parseUname } from '../../../src/machine/facts/platform/kernel.ts';
import { blocksModule, commandLineBlocks } from '../../../src/machine/facts/driver/modprobe.ts';
import {
  moduleNames,
  parseApiMismatch,
  parseModuleVersion,
} from '../../../src/machine/facts/driver/modules.ts';
import { parseNvccVersion, wrappedProgram } from '../../../src/machine/facts/toolkit/nvcc.ts';
import { parseLsbRelease, parseOsRelease } from '../../../src/machine/facts/platform/os.ts';
import { parseSecureBoot } from '../../../src/machine/facts/platform/secure-boot.ts';
import {
  parseCudaHeader,
  parseVersionJson,
  parseVersionTxt,
  versionOfCudart,
} from '../../../src/machine/facts/toolkit/toolkit-version.ts';
import { kindOfRootMount } from '../../../src/machine/facts/platform/virtualization.ts';

describe('os-release', () => {
  it('is read with every quoting', () => {
    expect(
      parseOsRelease(
        'NAME="Ubuntu"\nVERSION_ID="18.04"\nID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=bionic\nPRETTY_NAME=\'Ubuntu 18.04.6 LTS\'\n',
      ),
    ).toEqual({
      id: 'ubuntu',
      version: '18.04',
      codename: 'bionic',
      prettyName: 'Ubuntu 18.04.6 LTS',
      idLike: ['debian'],
    });
  });

  it('needs no more than the two lines that people paste', () => {
    expect(parseOsRelease('NAME="Ubuntu"\nVERSION_ID="22.10"\n')).toMatchObject({
      id: 'ubuntu',
      version: '22.10',
    });
    expect(parseOsRelease('NAME="Debian GNU/Linux"\n')).toMatchObject({ id: 'debian', version: null });
    expect(parseOsRelease('garbage')).toBeNull();
    expect(
      parseLsbRelease(
        'Distributor ID:\tUbuntu\nDescription:\tUbuntu 16.04.7 LTS\nRelease:\t16.04\nCodename:\txenial\n',
      ),
    ).toMatchObject({
      id: 'ubuntu',
      version: '16.04',
      codename: 'xenial',
    });
  });
});

describe('kernel', () => {
  it.each([
    [
      'Linux host 3.13.0-116-generic #163-Ubuntu SMP Fri Mar 31 14:13:22 UTC 2017 x86_64 x86_64 x86_64 GNU/Linux',
      '3.13.0-116-generic',
      'x86_64',
    ],
    ['5.10.38-gentoo-dist\n', '5.10.38-gentoo-dist', 'unknown'],
    ['6.8.5-301.fc40.x86_64', '6.8.5-301.fc40.x86_64', 'x86_64'],
    ['Linux jetson 4.9.140-tegra #1 SMP aarch64 GNU/Linux', '4.9.140-tegra', 'aarch64'],
  ])('uname: %s', (text, release, architecture) => {
    expect(parseUname(text)).toEqual({ release, architecture });
  });

  it('module names come from /proc/modules and lsmod alike, without the header', () => {
    expect(
      moduleNames(
        'Module                  Size  Used by\nnvidia_uvm           1527808  0\nnvidia-drm 77824 4 - Live 0x0 (POE)\n',
      ),
    ).toEqual(['nvidia_uvm', 'nvidia_drm']);
  });

  it('tells the flavour of the loaded module', () => {
    expect(
      parseModuleVersion('NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12'),
    ).toEqual({
      version: '535.183.01',
      flavour: 'proprietary',
    });
    expect(
      parseModuleVersion('NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build'),
    ).toEqual({ version: '580.95.05', flavour: 'open' });
    expect(parseModuleVersion('NVRM version: NVIDIA UNIX Kernel Module for aarch64  540.4.0')).toMatchObject({
      version: '540.4.0',
    });
    expect(parseModuleVersion('')).toBeNull();
  });

  it('finds both versions in an API mismatch', () => {
    expect(
      parseApiMismatch([
        'NVRM: API mismatch: the client has the version 535.171.04, but',
        'NVRM: this kernel module has the version 535.161.07.  Please',
      ]),
    ).toEqual({ library: '535.171.04', module: '535.161.07' });
  });

  it('keeps the lines of the log that matter: of too many the first, which began it, and the newest', () => {
    const noise = Array.from({ length: 1000 }, (_, i) => `NVRM: line ${i}`).join('\n');
    const kept = relevantLines(`usb 1-1: new device\n${noise}`);
    expect([kept.length, kept.at(0), kept.at(199), kept.at(200), kept.at(-1)]).toEqual([
      600,
      ...[0, 199, 600, 999].map((number) => `NVRM: line ${number}`),
    ]);
    expect(relevantLines('[drm] nouveau 0000:01:00.0: fifo: SCHED_ERROR\neth0: up')).toHaveLength(1);
  });

  it('knows Secure Boot in the words of four tools', () => {
    expect(parseSecureBoot('SecureBoot enabled\n')).toBe(true);
    expect(parseSecureBoot('SecureBoot disabled\nPlatform is in Setup Mode\n')).toBe(false);
    expect(parseSecureBoot('EFI variables are not supported on this system')).toBe(false);
    expect(parseSecureBoot('[    0.000000] secureboot: Secure boot enabled')).toBe(true);
    expect(parseSecureBoot('Kernel is locked down from EFI Secure Boot mode; see man')).toBe(true);
    expect(parseSecureBoot('secureboot: Secure boot could not be determined')).toBeUndefined();
  });

  it('reads where modules are kept from loading', () => {
    expect(blocksModule('# blacklist nouveau\nblacklist nouveau\n', 'nouveau')).toBe(true);
    expect(blocksModule('# blacklist nouveau\nblacklist nvidiafb\n', 'nouveau')).toBe(false);
    expect(blocksModule('alias nvidia off\n', 'nvidia')).toBe(true);
    expect(blocksModule('install nouveau /bin/false', 'nouveau')).toBe(true);
    expect(blocksModule('options nvidia modeset=0', 'nvidia')).toBe(false);
    expect(commandLineBlocks(['quiet', 'modprobe.blacklist=nvidiafb,nouveau'], 'nouveau')).toBe(true);
    expect(commandLineBlocks(['rd.driver.blacklist=nouveau', 'nouveau.modeset=0'], 'nvidia')).toBe(false);
  });

  it('reads for which kernels dkms built, and which paths are modules', () => {
    expect(
      parseDkmsStatus(
        'nvidia/535.183.01, 5.15.0-88-generic, x86_64: installed\nnvidia, 390.48, 4.15.0-42-generic, x86_64: installed\nnvidia/570.86: added\nvirtualbox, 6, 5.4.0-1-generic, x86_64: installed\n',
      ),
    ).toEqual(['5.15.0-88-generic', '4.15.0-42-generic']);
    expect(
      releasesOfPaths(
        '/lib/modules/3.13.0-88-generic/kernel/drivers/video/nvidia.ko\n/lib/modules/3.13.0-116-generic/kernel/drivers/video/nvidia\n/lib/modules/3.13.0-99-generic/kernel/drivers/video/nvidia/nvidiafb.ko\n/usr/lib/modules/6.1.0/updates/dkms/nvidia-current.ko.xz',
      ),
    ).toEqual(['3.13.0-88-generic', '6.1.0']);
  });
});

describe('packages', () => {
  it('are read from dpkg -l, whose columns are as wide as they need be', () => {
    expect(
      parseDpkgList(`||/ Name           Version      Architecture Description
+++-==============-============-============-==================================
ii  libnvidia-compute-415:amd64   415.18-0ubuntu0~gpu18.04.2  amd64  NVIDIA libcompute package
rc  nvidia-dkms-396               396.54-0ubuntu0~gpu18.04.1  amd64  NVIDIA DKMS package
iU  nvidia-driver-415             415.18-0ubuntu0~gpu18.04.2  amd64  NVIDIA driver metapackage
iF  nvidia-dkms-415               415.18-0ubuntu0~gpu18.04.2  amd64  NVIDIA DKMS package
un  nvidia-384                    <none>                      <none> (no description available)
ii  gcc                           4:7.4.0                     amd64  compiler
`),
    ).toEqual([
      {
        name: 'libnvidia-compute-415',
        version: '415.18-0ubuntu0~gpu18.04.2',
        architecture: 'amd64',
        state: 'installed',
      },
      {
        name: 'nvidia-dkms-396',
        version: '396.54-0ubuntu0~gpu18.04.1',
        architecture: 'amd64',
        state: 'config-files',
      },
      {
        name: 'nvidia-driver-415',
        version: '415.18-0ubuntu0~gpu18.04.2',
        architecture: 'amd64',
        state: 'unpacked',
      },
      {
        name: 'nvidia-dkms-415',
        version: '415.18-0ubuntu0~gpu18.04.2',
        architecture: 'amd64',
        state: 'half-configured',
      },
    ]);
  });
});

describe('toolkits', () => {
  it('tell their version in files of every generation', () => {
    expect(parseVersionTxt('CUDA Version 10.0.130\nCUDA Patch Version 10.0.130.1\n')).toBe('10.0.130');
    expect(parseVersionJson('{"cuda":{"name":"CUDA SDK","version":"12.2.2"}}')).toBe('12.2.2');
    expect(
      parseVersionJson('{"cuda":{"version":"11.8.20220929"},"cuda_cudart":{"version":"11.8.89"}}'),
      'a date where the third number should be',
    ).toBe('11.8.89');
    for (const bad of ['{', '[]', 'null', '{"cuda":null}', '{"cuda":{"version":5}}'])
      expect(parseVersionJson(bad)).toBeNull();
    expect(parseCudaHeader('#define CUDA_VERSION 13000\n')).toBe('13.0');
    expect(parseCudaHeader('#define CUDART_VERSION  10020')).toBe('10.2');
    expect(parseCudaHeader('#define CUDART_VERSION  7050')).toBe('7.5');
    expect(versionOfCudart('libcudart.so.10.0.130')).toBe('10.0.130');
    expect(versionOfCudart('libcudart.so.11.0'), 'a soname of all of CUDA 11').toBeNull();
  });

  it('tell the newest compiler they accept in headers of every generation', () => {
    expect(
      parseHostConfig(
        '#if __GNUC__ > 4 || (__GNUC__ == 4 && __GNUC_MINOR__ > 9)\n\n#error -- unsupported GNU version! gcc versions later than 4.9 are not supported!',
      ),
    ).toEqual({ gcc: 4, clang: null });
    expect(
      parseHostConfig(
        '#if __GNUC__ > 6\n\n#error -- unsupported GNU version! gcc versions later than 6 are not supported!',
      ),
    ).toEqual({ gcc: 6, clang: null });
    expect(
      parseHostConfig(`#if (__GRCO_CLANG_COMPILER__ == 1) && ((__clang_major__ < 16) || (__clang_major__ > 20))
#error -- unsupported Grace clang version! The version must be 16.x to 20.x.
#if defined(__GNUC__)
#if __GNUC__ > 11
#error -- unsupported GNU version! gcc versions later than 11 are not supported! The nvcc flag
#if (__clang_major__ >= 15) || (__clang_major__ < 3) || ((__clang_major__ == 3) &&  (__clang_minor__ < 3))
#error -- unsupported clang version! clang version must be less than 15 and greater than 3.2 .`),
    ).toEqual({ gcc: 11, clang: 14 });
    expect(parseHostConfig('')).toEqual({ gcc: null, clang: null });
  });

  it('are found behind a wrapper script, unless it looks for itself', () => {
    expect(wrappedProgram('#!/bin/sh\nexec /usr/local/cuda-13.0/bin/nvcc "$@"\n')).toBe(
      '/usr/local/cuda-13.0/bin/nvcc',
    );
    expect(wrappedProgram('#!/bin/sh\nexport X=1\n"/opt/cuda/bin/nvcc" "$@"')).toBe('/opt/cuda/bin/nvcc');
    expect(wrappedProgram('#!/bin/sh\nexec "$(dirname "$0")/../libexec/nvcc" "$@"')).toBeUndefined();
    expect(wrappedProgram('#!/bin/sh\n# exec /old/nvcc\n')).toBeUndefined();
    expect(parseNvccVersion('Cuda compilation tools, release 9.0, V9.0.176')).toBe('9.0.176');
    expect(parseNvccVersion('Cuda compilation tools, release 13.0')).toBe('13.0');
  });

  it('cuDNN tells its version by name and by header', () => {
    expect(versionOfCudnnName('/x/libcudnn.so.7.6.5')).toBe('7.6.5');
    expect(versionOfCudnnName('/x/libcudnn.so')).toBeNull();
    expect(
      parseCudnnHeader('#define CUDNN_MAJOR 7\n#define CUDNN_MINOR 5\n#define CUDNN_PATCHLEVEL 0\n'),
    ).toBe('7.5.0');
    expect(parseCudnnHeader('#include "cudnn_version.h"')).toBeNull();
  });

  it('driver libraries tell theirs, and the stub is known', () => {
    expect(versionOfName('libcuda.so.535.183.01')).toBe('535.183.01');
    expect(versionOfName('libcuda.so.1.1')).toBeNull();
    expect(isStub({ path: '/a/libcuda.so.1', realPath: '/usr/local/cuda/lib64/stubs/libcuda.so' })).toBe(
      true,
    );
    expect(
      isStub({ path: '/usr/lib/wsl/lib/libcuda.so.1', realPath: '/usr/lib/wsl/lib/libcuda.so.1.1' }),
    ).toBe(false);
  });
});

describe('compilers', () => {
  it.each([
    ['gcc (Ubuntu 9.3.0-10ubuntu2) 9.3.0\nCopyright', '9.3.0'],
    ['g++-5 (Ubuntu 5.4.0-6ubuntu1~16.04.12) 5.4.0 20160609', '5.4.0'],
    ['Using built-in specs.\ngcc version 7.5.0 (Ubuntu 7.5.0-3ubuntu1~18.04) \n', '7.5.0'],
    [
      "COLLECT_LTO_WRAPPER=/usr/lib/gcc/x86_64-linux-gnu/9/lto-wrapper\nConfigured with: ../src/configure -v --with-pkgversion='Ubuntu 9.3.0-17ubuntu1~20.04'",
      '9.3.0',
    ],
    ['Ubuntu clang version 14.0.0-1ubuntu1.1', '14.0.0'],
    ['13.2.1\n', '13.2.1'],
    ['gcc: fatal error: no input files', null],
  ])('%s', (text, version) => {
    expect(parseCompilerVersion(text)).toBe(version);
  });

  it('are known by what their links lead to', () => {
    expect(versionOfPath('/usr/bin/x86_64-linux-gnu-g++-12')).toBe('12');
    expect(versionOfPath('/usr/lib/llvm-14/bin/clang')).toBe('14');
    expect(versionOfPath('/usr/bin/gcc')).toBeNull();
  });
});

it('containers are known by where the layers of / lie, not by an overlay alone', () => {
  expect(
    kindOfRootMount(
      '1153 1012 0:101 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A',
    ),
  ).toBe('docker');
  expect(
    kindOfRootMount(
      '1153 1012 0:101 / / rw - overlay overlay rw,lowerdir=/var/lib/containers/storage/overlay-containers/libpod-x',
    ),
  ).toBe('podman');
  expect(kindOfRootMount('22 1 0:21 / / rw - overlay /cow rw,lowerdir=/filesystem.squashfs')).toBeUndefined();
});
