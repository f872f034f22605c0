import { describe, expect, it } from 'vitest';
import { parseDf } from '../../../src/machine/facts/platform/df-output.ts';
import { modeOf, parseLs } from '../../../src/machine/facts/driver/ls-output.ts';
import { parseLshw } from '../../../src/machine/facts/gpu/lshw.ts';
import { parseLspci, shortBusId } from '../../../src/machine/facts/gpu/lspci.ts';
import { pciIdsName } from '../../../src/machine/facts/gpu/gpus.ts';

describe('lspci', () => {
  it('-nnk: id, driver in use, and that there is none', () => {
    const devices =
      parseLspci(`00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics 630 [8086:3e9b]
	Subsystem: Lenovo Device [17aa:3ff0]
	Kernel driver in use: i915
	Kernel modules: i915
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile] [10de:2191] (rev a1)
	Subsystem: Lenovo Device [17aa:3ff0]
	Kernel modules: nvidiafb, nouveau
01:00.1 Audio device [0403]: NVIDIA Corporation TU116 High Definition Audio Controller [10de:1aeb] (rev a1)
	Kernel driver in use: snd_hda_intel
`);
    expect(devices).toHaveLength(3);
    expect(devices[1]).toEqual({
      busId: '01:00.0',
      class: '0300',
      pciId: '10de:2191',
      name: 'NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile]',
      isDisplay: true,
      isNvidia: true,
      driver: null,
    });
    expect(devices[2]).toMatchObject({ isDisplay: false, isNvidia: true, driver: 'snd_hda_intel' });
  });

  it('plain: no ids, and nothing about drivers', () => {
    const [device] = parseLspci(
      '01:00.0 3D controller: NVIDIA Corporation GM107M [GeForce GTX 950M] (rev a2)\n',
    );
    expect(device).toMatchObject({ pciId: null, isDisplay: true, isNvidia: true, driver: undefined });
  });

  it('-n, -D and -mm', () => {
    expect(parseLspci('0000:01:00.0 0300: 10de:2191 (rev a1)')[0]).toMatchObject({
      busId: '01:00.0',
      pciId: '10de:2191',
      isDisplay: true,
      isNvidia: true,
    });
    expect(
      parseLspci(
        '01:00.0 "VGA compatible controller" "NVIDIA Corporation" "TU116M" -ra1 "Lenovo" "Device 3ff0"',
      )[0],
    ).toMatchObject({ isDisplay: true, isNvidia: true, name: 'NVIDIA Corporation TU116M' });
  });

  it('a device name that the data of lspci lacks', () => {
    expect(
      parseLspci(
        '02:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2c58] (rev a1)',
      )[0],
    ).toMatchObject({ pciId: '10de:2c58', name: 'NVIDIA Corporation Device' });
  });

  it('bus ids of every tool become one', () => {
    expect(['0000:01:00.0', '00000000:2D:00.0', '0001:41:00.0', 'nonsense'].map(shortBusId)).toEqual([
      '01:00.0',
      '2d:00.0',
      '0001:41:00.0',
      'nonsense',
    ]);
  });
});

it('lshw: UNCLAIMED means no driver', () => {
  const devices = parseLshw(`  *-display UNCLAIMED
       description: VGA compatible controller
       product: GP107M [GeForce GTX 1050 Mobile]
       vendor: NVIDIA Corporation
       bus info: pci@0000:01:00.0
       configuration: latency=0
  *-display
       description: VGA compatible controller
       product: UHD Graphics 630
       vendor: Intel Corporation
       bus info: pci@0000:00:02.0
       configuration: driver=i915 latency=0
`);
  expect(devices.map(({ busId, isNvidia, driver }) => [busId, isNvidia, driver])).toEqual([
    ['01:00.0', true, null],
    ['00:02.0', false, 'i915'],
  ]);
});

it('pci.ids gives the name of a device of one vendor and not of the next', () => {
  const text =
    '# comment\n10dd  Evans\n\t1080  Wrong\n10de  NVIDIA Corporation\n\t1080  GF110 [GeForce GTX 580]\n\t\t1043 837a  Sub\n10df  Emulex\n\t1081  Other\n';
  expect(pciIdsName(text, '10de', '1080')).toBe('GF110 [GeForce GTX 580]');
  expect(pciIdsName(text, '10de', '1081')).toBeNull();
  expect(pciIdsName('', '10de', '1080')).toBeNull();
});

describe('ls -l', () => {
  it('reads modes, owners and numbers of device nodes', () => {
    const [modeset, node] = parseLs(`total 0
c-w--wx-wT 1 root video 195, 254 Jun 25 11:05 /dev/nvidia-modeset
crw-rw-rw- 1 root 1000  195,   0 2024-01-05 10:00:00.123456789 +0100 nvidia0
drwxr-xr-x 2 root root  80 Jan  5  2024 nvidia-caps
`);
    // Decimal 666 given where octal was meant.
    expect(modeset?.stat).toMatchObject({ type: 'char', mode: 666, uid: 0, gid: null, rdev: [195, 254] });
    expect(node).toMatchObject({ name: 'nvidia0', stat: { mode: 0o666, gid: 1000 } });
  });

  it('notices access control lists and link targets', () => {
    expect(parseLs('crw-rw----+ 1 root video 195, 255 Jan  5 10:00 /dev/nvidiactl')[0]?.hasAcl).toBe(true);
    expect(
      parseLs('lrwxrwxrwx 1 root root 20 Oct 16 23:04 /usr/local/cuda -> /usr/local/cuda-13.0')[0],
    ).toMatchObject({
      name: '/usr/local/cuda',
      stat: { type: 'link', mode: 0o777, size: 20 },
    });
    expect(modeOf('rwsr-sr-t')).toBe(0o7755);
  });
});

describe('df', () => {
  it('-h: a full root, in powers of 1024', () => {
    const mounts = parseDf(`Filesystem      Size  Used Avail Use% Mounted on
overlay          32G   30G     0 100% /
/dev/sdi4       392G  211G  161G  57% /config
tmpfs           7.8G   12K  7.8G   1% /proc/driver/nvidia
`);
    expect(mounts).toEqual([
      { mount: '/', freeBytes: 0 },
      { mount: '/config', freeBytes: 161 * 2 ** 30 },
      { mount: '/proc/driver/nvidia', freeBytes: Math.round(7.8 * 2 ** 30) },
    ]);
  });

  it('blocks of other sizes, with the type, and lines that old versions broke', () => {
    expect(
      parseDf(`Filesystem           Type 1K-blocks      Used Available Use% Mounted on
/dev/mapper/ubuntu--vg-root
                     ext4  240000000 200000000  40000000  84% /
`),
    ).toEqual([{ mount: '/', freeBytes: 40000000 * 1024 }]);
    expect(
      parseDf('Filesystem 1M-blocks Used Available Use% Mounted on\n/dev/sda1 100 90 10 90% /boot\n'),
    ).toEqual([{ mount: '/boot', freeBytes: 10 << 20 }]);
  });

  it('-i: inodes, and file systems that have none', () => {
    expect(
      parseDf(`Filesystem      Inodes  IUsed   IFree IUse% Mounted on
/dev/sda2      6553600 6553600      0  100% /
/dev/sdb1            0       0      0     - /home
`),
    ).toEqual([
      { mount: '/', freeInodes: 0 },
      { mount: '/home', freeInodes: null },
    ]);
  });
});
