/** The kernel's log: which action a number has, what follows from what, whose device a line speaks of, which boot is the present. */
import { describe, expect, it } from 'vitest';
import { understandLog, readLog } from '../../../src/doctor/diagnose.ts';
import { relevantLines } from '../../../src/machine/facts/platform/kernel-log.ts';
import xids from '../../../src/compat/data/xid.json' with { type: 'json' };
import sxids from '../../../src/compat/data/sxid.json' with { type: 'json' };

const shown = (text: string): string[] => readLog(text).map(({ code, severity }) => `${severity} ${code}`);
const xid = (number: number, rest = ''): string => `NVRM: Xid (PCI:0000:04:00): ${number}, ${rest}`;

describe('Xid and SXid', () => {
  it('every number of the table is spoken of, but for a test of the management bus', () => {
    const silent = xids.rows.filter(({ number }) => readLog(xid(number, 'unknown')).length === 0);
    expect(silent.map(({ number }) => number)).toEqual([106, 107]);
    const mute = sxids.rows.filter(
      ({ number }) => readLog(`nvidia-nvswitch0: SXid (PCI:0000:05:00.0): ${number}, Fatal`).length === 0,
    );
    // The heat is over.
    expect(mute.map(({ number }) => number)).toEqual([10005]);
  });

  it.each([
    [xid(63, 'Row remapping event'), 'info ecc-or-xid-hardware-fault'],
    [xid(92, 'High single-bit ECC error rate'), 'warning ecc-or-xid-hardware-fault'],
    [
      xid(95, 'pid=1, name=x, Uncontained: LTC TAG (0x2, 0x1). RST: Yes, D-RST: No'),
      'error ecc-or-xid-hardware-fault',
    ],
    [xid(145, 'RLW_RSPCOL Nonfatal XC0 i0 Link 12 (0x00000005 0x00000001 0x00000000)'), 'info nvlink-fault'],
    [
      xid(145, 'RLW_RXPIPE Nonfatal XC0 i0 Link 13 (0x0409a0c2 0x00000008 0x00000001)'),
      'warning nvlink-fault',
    ],
    [xid(145, 'RLW_REMAP Nonfatal XC1 i0 Link 02 (0x00000082 0x00000001)'), 'warning nvlink-fault'],
    // Before 575
    [xid(149, 'NETIR_LINK_EVT Fatal XC 0 i 0 Link 01 [0x001001c6]'), 'error nvlink-fault'],
    [xid(149, 'NETIR_LINK_EVT  Fatal   XC0 i0 Link 01 (0x021425c6 0x00000000)'), 'error nvlink-fault'],
    // Software took the link down: fatal as it calls itself, nothing has to be reset.
    [xid(149, 'NETIR_LINK_EVT Fatal XC0 i0 Link 00 (0x026001c6 0x00000000)'), 'warning nvlink-fault'],
    [xid(146, 'TLW_CTRL Fatal XC0 i0 Link 00 (0x00000009 0x00000004 0x00000000)'), 'error nvlink-fault'],
    ['nvidia-nvswitch0: SXid (PCI:0000:05:00.0): 22013, Non-fatal, Link 57 Minion', 'warning nvlink-fault'],
    [xid(13, 'Graphics SM Warp Exception'), 'warning application-fault'],
  ])('%s: as grave as its action', (line, expected) => {
    expect(shown(line)).toEqual([expected]);
  });

  it('names GPU, program and the one step that the table has for it', () => {
    const [found] = readLog(xid(62, 'pid=1300, name=python3, 203c(3090) 85020c09'));
    expect(found!.summary).toContain('0000:04:00');
    expect(found!.summary).toContain('python3 (pid 1300)');
    expect(JSON.stringify(found!.fix)).toContain('"--gpu-reset","-i","0000:04:00.0"');
  });

  it("says where to look when a link's other end began it", () => {
    const [found] = readLog(xid(149, 'NETIR_LINK_EVT Fatal XC0 i0 Link 09 (0x025525c6 0x00000000)'));
    expect(found!.summary).toContain('other end');
  });

  it('what follows from an error is no finding of its own', () => {
    expect(shown([xid(48, 'DBE'), xid(45, 'Ch 1'), xid(45, 'Ch 2')].join('\n'))).toEqual([
      'error ecc-or-xid-hardware-fault',
    ]);
    expect(shown([xid(62), xid(31, 'MMU Fault'), xid(45)].join('\n'))).toEqual([
      'error ecc-or-xid-hardware-fault',
    ]);
    expect(shown(xid(45, 'pid=1, name=x, Ch 1 caused by previous Xid 31'))).toEqual([
      'warning application-fault',
    ]);
    expect(shown(xid(45, 'pid=1, name=x, Ch 1 caused by previous Xid 149'))).toEqual(['error nvlink-fault']);
    const lost = readLog(
      [
        xid(79, 'GPU has fallen off the bus.'),
        xid(154, 'GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)'),
      ].join('\n'),
    );
    expect(lost[0]).toMatchObject({ code: 'gpu-fell-off-bus', causes: ['gpu-reset-required'] });
  });

  it('the words of RmInitAdapter are read from its numbers', () => {
    const [found] = readLog('NVRM: GPU 0000:98:00.0: RmInitAdapter failed! (0x62:0x65:1792)');
    expect(found!.summary).toContain('firmware did not start');
    expect(found!.summary).toContain('NV_ERR_TIMEOUT');
  });
});

describe('a message of several lines', () => {
  it('is one event, with the device of its first line', () => {
    const text = [
      '[ 1843.308145] NVRM: The NVIDIA GPU 0000:b3:00.0',
      '               NVRM: (PCI ID: 10de:26b5) installed in this system has',
      '               NVRM: fallen off the bus and is not responding to commands.',
    ].join('\n');
    expect(understandLog(text).understood.of('hardware')).toMatchObject([
      { what: 'fell-off-bus', pci: '0000:b3:00' },
    ]);
  });
});

describe('memory windows', () => {
  const of = (ids: string, line: string): string[] =>
    shown(`pci 0000:05:00.0: ${ids} type 00 class 0x030000\n${line}`);

  it('count where the device is NVIDIA’s, as the log itself says', () => {
    const line = 'pci 0000:05:00.0: BAR 1: failed to assign [mem size 0x10000000 64bit pref]';
    expect(of('[10de:1b80]', line)).toEqual(['error pci-bar-unassigned']);
    expect(of('[8086:1572]', line)).toEqual([]);
  });

  it('do not where the kernel found a place at last', () => {
    expect(
      of(
        '[10de:1b80]',
        'pci 0000:05:00.0: BAR 1: no space for [mem size 0x10000000 64bit pref]\npci 0000:05:00.0: BAR 1: assigned [mem 0xc0000000-0xcfffffff 64bit pref]',
      ),
    ).toEqual([]);
  });
});

describe('boots', () => {
  const LOST =
    'Nov 22 14:56:44 host kernel: [94555.573310] NVRM: Xid (PCI:0000:02:00): 79, GPU has fallen off the bus.';
  const POWER =
    'Nov 22 15:01:02 host kernel: [    7.100000] NVRM: GPU 0000:01:00.0: GPU does not have the necessary power cables connected.';
  const START =
    'Nov 22 15:00:00 host kernel: [    0.000000] Linux version 5.15.0-91-generic (builder@host) #101-Ubuntu SMP';

  it.each([
    ['the clock of the kernel begins anew', START],
    ['journalctl says so', '-- Boot 5c1b7a0e3d0c4a7f8c43c0d4a5f1b2e6 --'],
    ['an older journalctl says so', '-- Reboot --'],
  ])('only the newest is the present: %s', (_how, between) => {
    expect(shown([LOST, between, POWER].join('\n'))).toEqual(['error gpu-power-cable-missing']);
  });

  it('where the newest one is silent, what was before is told as past', () => {
    const [found] = readLog(
      [LOST, START, 'Nov 22 15:01:02 host kernel: [    7.100000] usb 1-1: new device'].join('\n'),
    );
    expect(found).toMatchObject({ code: 'gpu-fell-off-bus', severity: 'warning' });
    expect(found!.summary).toMatch(/^Before the last restart: /);
  });

  it('a terminal’s lines have no boot, and one that begins with the log has one', () => {
    const smi = 'Unable to determine the device handle for GPU 0000:0B:00.0: Unknown Error';
    expect(shown([smi, LOST.replace('79, GPU has fallen off the bus.', '999'), START].join('\n'))).toEqual([
      'error gpu-fell-off-bus',
    ]);
    expect(shown([START, LOST].join('\n'))).toEqual(['error gpu-fell-off-bus']);
  });

  it('are kept apart in what the live doctor reads, too', () => {
    expect(relevantLines([LOST, START, POWER].join('\n'))).toEqual([POWER]);
  });
});
