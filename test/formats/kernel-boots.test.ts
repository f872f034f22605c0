/** What a log tells of an earlier boot is told apart from the newest one, whichever way it is separated. */
import { describe, expect, it } from 'vitest';
import { headedBoot, isWithin, ofNewestBoot } from '../../src/formats/kernel-boots.ts';

const OLD =
  'Nov 21 10:00:00 host kernel: [  100.000000] NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.';
const NEW = 'Nov 22 14:00:09 host kernel: [    9.000000] nvidia: loading out-of-tree module taints kernel.';
const SEPARATOR = '_'.repeat(44);

describe('of a log of several boots', () => {
  it.each([
    ['journalctl', '-- Boot 5c1b7a0e3d0c4a7f8c43c0d4a5f1b2e6 --'],
    ['older journalctl', '-- Reboot --'],
    [
      'the clock of the kernel',
      'Nov 22 14:00:01 host kernel: [    0.000000] Linux version 5.15.0-91-generic',
    ],
  ])('the newest is told by %s', (_, between) => {
    expect(ofNewestBoot([OLD, between, NEW])).not.toContain(OLD);
    expect(ofNewestBoot([OLD, between, NEW])).toContain(NEW);
  });

  it('the newest comes first where each has a heading', () => {
    const log = ['  journalctl -b -0:', NEW, '', '  journalctl -b -1:', OLD, '', '  journalctl -b -2:', OLD];
    expect(ofNewestBoot(log)).toEqual(['  journalctl -b -0:', NEW, '']);
  });

  it('the section of an earlier one ends with it', () => {
    const log = [SEPARATOR, '', 'journalctl -b -1 _COMM=Xorg', OLD, SEPARATOR, 'nvidia-smi'];
    expect(ofNewestBoot(log)).toEqual([SEPARATOR, '', SEPARATOR, 'nvidia-smi']);
  });

  it('one boot alone is the present, whatever words it holds', () => {
    const log = ['$ journalctl -b -1 is what I tried', '[    0.000000] Linux version 6.1', NEW];
    expect(ofNewestBoot(log)).toEqual(log);
  });
});

it('a heading says how many boots ago that was', () => {
  expect(headedBoot('  journalctl -b -0:')).toBe(0);
  expect(headedBoot('/usr/bin/journalctl -b -12 -k')).toBe(12);
  expect(headedBoot('see journalctl -b -1')).toBeNull();
});

it('a line is found among ranges, also at their ends', () => {
  const ranges = [
    [1, 3],
    [3, 4],
    [7, 9],
  ] as const;
  expect([...Array(10).keys()].filter((at) => isWithin(ranges, at))).toEqual([1, 2, 3, 7, 8]);
  expect(isWithin([], 0)).toBe(false);
});
