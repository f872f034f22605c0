import { describe, expect, it } from 'vitest';
import { linesOfMachine } from '../../../src/doctor/text/lines.ts';
import type { Facts } from '../../../src/machine/facts.ts';
import { unknownMachine } from '../../../src/machine/unknown-machine.ts';

const NOISE = '[1.5] usb 1-2: new high-speed device\n';
const TOLD = 'NVRM: Xid (PCI:0000:01:00): 79\n';

/** A machine that somebody recorded a command of. */
const recorded = (stdout: string): Facts => ({
  ...unknownMachine(),
  transcripts: [{ argv: ['dmesg'], exit: 0, stdout, stderr: '', outcome: 'exited', truncated: false }],
});

describe('lines of a machine', () => {
  it('that was recorded with as much as a log are gone through once for all that will be asked', () => {
    const most = 40_000;
    let asked = 0;
    const lines = linesOfMachine(recorded(NOISE.repeat(most) + TOLD + NOISE), () => {
      asked++;
      return ['xid', 'nowhere'];
    });
    expect(asked).toBe(1);
    expect(lines.linesWith(['xid'])).toEqual([most]);
    expect(lines.linesWith(['nowhere'])).toEqual([]);
    // What nobody announced is found as well.
    expect(lines.linesWith(['pci:'])).toEqual([most]);
  });

  it('are found as in a short text, which is searched for what is asked', () => {
    const lines = linesOfMachine(recorded(NOISE + TOLD), () => {
      throw new Error('a short text is searched');
    });
    expect(lines.linesWith(['xid', 'nowhere'])).toEqual([1]);
    expect(lines.lines[1]).toEqual({ text: TOLD.trim(), from: 'command: dmesg' });
  });
});
