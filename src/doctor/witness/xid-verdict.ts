/** What an Xid comes to: which diagnosis speaks of it, how grave it is, what to do. */
import { nvlinkRow, xidByNumber, type NvlinkRow, type XidAction, type XidRow } from '../../compat/xid.ts';
import { stepsFor } from '../fix/gpu-recovery.ts';
import type { Heard, Severity } from '../types.ts';
import type { TestimonyOf } from './testimony.ts';

const CODES: Readonly<Record<XidRow['concerns'], string | null>> = {
  program: 'application-fault',
  driver: 'application-fault',
  display: 'ecc-or-xid-hardware-fault',
  memory: 'ecc-or-xid-hardware-fault',
  chip: 'ecc-or-xid-hardware-fault',
  bus: 'gpu-fell-off-bus',
  power: 'gpu-power-cable-missing',
  nvlink: 'nvlink-fault',
  gsp: 'gsp-timeout',
  recovery: 'gpu-reset-required',
  // A test of the management bus.
  test: null,
};

/** @returns null: another diagnosis speaks of it, or the table does not know the number */
export function heardXid(code: string, one: TestimonyOf<'xid'>): Heard | null {
  // A cleanup that names its cause stands for it, also where the log begins after it.
  const row = xidByNumber(one.causedBy ?? one.number);
  if (row === null || CODES[row.concerns] !== code) return null;
  if (row.concerns === 'recovery' && one.recovery === 'None') return null;
  const unit = one.nvlink === undefined ? null : nvlinkRow(one.number, one.nvlink);
  const action = actionOf(one, row, unit);
  return {
    confidence: row.concerns === 'display' ? 'possible' : 'certain',
    namesCause: true,
    severity: severityOf(row, action, unit),
    summary: summaryOf(one, row, action) + (unit?.then ? `; ${THEN[unit.then]}` : ''),
    ...(row.concerns === 'bus' || row.concerns === 'power' || row.concerns === 'program'
      ? {}
      : { fix: stepsFor(action, one.pci) }),
  };
}

function actionOf(one: TestimonyOf<'xid'>, row: XidRow, unit: NvlinkRow | null): XidAction {
  if (one.recovery !== undefined) return /reboot/i.test(one.recovery) ? 'restart-machine' : 'reset-gpu';
  const { nvlink } = one;
  if (nvlink === undefined) return row.action;
  // Of a link that software took down on purpose the table says that nothing is to be done, fatal as it calls itself.
  return unit?.action ?? (nvlink.fatal ? 'reset-gpu' : 'ignore');
}

function severityOf(row: XidRow, action: XidAction, unit: NvlinkRow | null): Severity {
  if (row.harmless || (action === 'ignore' && unit?.then === null)) return 'info';
  if (row.concerns === 'program' || row.concerns === 'driver' || row.concerns === 'display') return 'warning';
  return action === 'ignore' || action === 'see-154' ? 'warning' : 'error';
}

const ADVICE: Readonly<Record<XidAction, string>> = {
  'restart-program': 'the program has to be started again',
  'reset-gpu': 'the GPU has to be reset, or the machine restarted',
  'restart-machine': 'the machine has to be restarted',
  'power-cycle': 'the machine has to be switched off and on',
  'restart-vm': 'the virtual machine has to be restarted',
  'check-cables': 'check power cables and seat of the card',
  'update-driver': 'driver and firmware have to be of versions that fit together',
  support: 'a case for the maker of the card if it comes again',
  'as-named': 'the GPU has to be reset, or the machine restarted',
  'see-154': 'a program on it was ended; an Xid 154 beside it says what else has to be done',
  ignore: 'nothing has to be done at once',
};

const THEN: Readonly<Record<NonNullable<NvlinkRow['then']>, string>> = {
  support: 'if it comes again, a case for the maker of the board',
  'other-errors':
    'other errors of that moment are its cause, and where there are none it is a case for the maker of the board',
  cables: 'if it comes again, check seat, bridges and cables of the link',
  software: 'software took the link down: see what was done at that moment',
  'software-or-cables':
    'software took the link down, or its signal is bad: see what was done at that moment, then seat and cables',
  peer: "the device at the link's other end began it: look there",
  host: 'the host began it: look at its log of that moment',
};

function summaryOf(one: TestimonyOf<'xid'>, row: XidRow, action: XidAction): string {
  const where = one.pci === null ? 'The GPU' : `The GPU at ${one.pci}`;
  const who = one.program === null ? '' : `, while ${one.program} ran on it`;
  const what = one.recovery ?? (one.nvlink === undefined ? row.what : `${row.what}, ${one.nvlink.unit}`);
  return `${where} reported Xid ${one.number} (${what})${who}: ${ADVICE[action]}`;
}
