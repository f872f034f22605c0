/** A pasted account of nvidia-smi is judged as the machine's own would be; a healthy one says nothing. */
import { describe, expect, it } from 'vitest';
import { readLog } from '../../../src/doctor/diagnose.ts';

const query = (rows: string): string =>
  `What I see:\n==============NVSMI LOG==============\nDriver Version                            : 535.86.10\nGPU 00000001:00:00.0\n${rows}\n`;

const codes = (text: string): string[] =>
  readLog(text)
    .filter(({ severity }) => severity !== 'info')
    .map(({ code }) => code);

describe.each([
  [
    'a row that cannot be remapped',
    '    Remapped Rows\n        Remapping Failure Occurred : Yes',
    'ecc-or-xid-hardware-fault',
  ],
  [
    'too many retired pages',
    '    Retired Pages\n        Single Bit ECC : 2\n        Double Bit ECC : 61',
    'ecc-or-xid-hardware-fault',
  ],
  [
    'uncorrected errors',
    '    ECC Errors\n        Volatile\n            DRAM Uncorrectable : 3',
    'ecc-or-xid-hardware-fault',
  ],
  [
    'caches past their threshold',
    '    ECC Errors\n        Aggregate\n            SRAM Threshold Exceeded : Yes',
    'ecc-or-xid-hardware-fault',
  ],
  ['memory beyond repair', '    ECC Errors\n        Unrepairable Memory : Yes', 'ecc-or-xid-hardware-fault'],
  ['a pending remap', '    Remapped Rows\n        Pending : Yes', 'gpu-reset-required'],
  ['a pending repair', '    ECC Errors\n        Channel Repair Pending : Yes', 'gpu-reset-required'],
  ['a recovery action', '    GPU Recovery Action : Drain and Reset', 'gpu-reset-required'],
  [
    'a fabric that is not joined',
    '    Fabric\n        State : In Progress\n        Status : N/A',
    'fabricmanager-not-running',
  ],
  ['a prohibited GPU', '    Compute Mode : Prohibited', 'exclusive-mode'],
  [
    'MIG without instances',
    '    MIG Mode\n        Current : Enabled\n    MIG Devices : None',
    'mig-misconfigured',
  ],
])('%s', (_what, rows, code) => {
  it(`is ${code}`, () => {
    expect(codes(query(rows))).toEqual([code]);
  });
});

it('says nothing of a GPU that is well', () => {
  const well = `    MIG Mode
        Current : Disabled
    GPU Recovery Action : None
    Compute Mode : Exclusive_Process
    ECC Errors
        Volatile
            DRAM Uncorrectable : 0
        Aggregate
            DRAM Uncorrectable : 4
            SRAM Threshold Exceeded : No
    Retired Pages
        Single Bit ECC : 10
        Double Bit ECC : 1
        Pending Page Blacklist : No
    Remapped Rows
        Uncorrectable Error : 2
        Pending : No
        Remapping Failure Occurred : No
    Fabric
        State : Completed
        Status : Success`;
  expect(codes(query(well))).toEqual([]);
});

it('lets what was said last count', () => {
  const before = query('    Remapped Rows\n        Pending : Yes');
  const after = query('    Remapped Rows\n        Pending : No');
  expect(codes(before + after)).toEqual([]);
  expect(codes(after + before)).toEqual(['gpu-reset-required']);
});
