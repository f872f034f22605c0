/** The sub-codes of NVLink's errors: which part of which word decides. */
import { describe, expect, it } from 'vitest';
import { nvlinkRow } from '../../src/compat/xid.ts';

const found = (number: number, unit: string, info: number, status: number | null = 0) => {
  const row = nvlinkRow(number, { unit, info, status });
  return row === null ? null : [row.action, row.then];
};

describe('states of a unit of NVLink', () => {
  it('reads why a link went down from the first word, in both layouts of it', () => {
    // Before 575 the unit stands in the low ten bits, since then in the low seven; the event in bits 20 to 25 of both.
    expect(found(149, 'NETIR_LINK_EVT', 0x025025c6)).toEqual(['reset-gpu', 'peer']);
    expect(found(149, 'NETIR_LINK_DOWN', 0x02500011)).toEqual(['reset-gpu', 'peer']);
    expect(found(149, 'NETIR_LINK_EVT/NETIR_LINK_DOWN', 0x026001c6)).toEqual(['ignore', 'software']);
    expect(found(149, 'NETIR_LINK_EVT', 0x00a001c6)).toEqual(['reset-gpu', 'cables']);
    expect(found(149, 'NETIR_LINK_EVT', 0x028001c6)).toEqual(['ignore', 'host']);
  });

  it('does not know an event or a status that the table lacks', () => {
    expect(found(149, 'NETIR_LINK_EVT', 0x03f001c6)).toBeNull();
    expect(found(144, 'SAW_MVB', 0x21, 0x40)).toBeNull();
    expect(found(144, 'RLW_REMAP', 0x82, 0x40)).toBeNull();
  });

  it('takes a line of one word where the unit has one state alone', () => {
    expect(found(149, 'NETIR_LINK_EVT', 0x001001c6, null)).toEqual(['reset-gpu', 'support']);
    expect(found(144, 'SAW_MVB', 0x21, null)).toBeNull();
  });

  it('leaves to Xid 154 what that one names', () => {
    expect(found(145, 'RLW_REMAP', 0x82, 1)).toEqual(['see-154', 'support']);
  });

  it('resets where a further bit of the first word asks for it', () => {
    expect(found(145, 'RLW_RXPIPE', 0x0c2, 1)).toEqual(['ignore', 'support']);
    expect(found(145, 'RLW_RXPIPE', 0x4c2, 1)).toEqual(['reset-gpu', 'support']);
    expect(found(145, 'RLW_RXPIPE', 0x086, 1)).toEqual(['reset-gpu', 'support']);
    expect(found(145, 'RLW_RXPIPE', 0x4c2, 8)).toEqual(['ignore', 'support']);
  });
});
