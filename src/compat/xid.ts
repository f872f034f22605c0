/** What the driver reports by number: Xid (GPU), SXid (NVSwitch), the status codes inside of its messages. Data: data/xid.json, sxid.json. */
import sxidText from 'json-text:src/compat/data/sxid';
import xidText from 'json-text:src/compat/data/xid';
import { withSource, type Sourced } from './sourced.ts';

export type XidAction =
  | 'restart-program'
  | 'reset-gpu'
  | 'restart-machine'
  | 'power-cycle'
  | 'restart-vm'
  | 'check-cables'
  | 'update-driver'
  | 'support'
  /** The line itself names it: Xid 154. */
  | 'as-named'
  /** An Xid 154 beside it names it; without one nothing is to be done. */
  | 'see-154'
  | 'ignore';

export interface XidRow extends Sourced {
  number: number;
  /** "Double Bit ECC Error" */
  what: string;
  mnemonic: string | null;
  /** Whose doing it is, or which part of the machine. */
  concerns:
    | 'program'
    | 'driver'
    | 'display'
    | 'memory'
    | 'chip'
    | 'bus'
    | 'power'
    | 'nvlink'
    | 'gsp'
    | 'recovery'
    | 'test';
  action: XidAction;
  /** Nothing is to be done, neither at once nor afterwards. */
  harmless: boolean;
  /** Where to look after the first step, in the catalogue's words. */
  then: string | null;
}

export interface SxidRow extends Sourced {
  number: number;
  what: string;
  severity: 'non-fatal' | 'fatal' | 'always fatal';
  /** The port stays stalled until guest or host are restarted. */
  restart: boolean;
}

/** Of an Xid 144 to 150: one state of one unit of NVLink. */
export interface NvlinkRow extends Sourced {
  number: number;
  /** As drivers call it: before 575 by the first of these names, since then by the last. */
  units: readonly string[];
  /** Bits 20 to 25 of the line's first word: why a link went down. */
  event: number;
  status: number;
  action: XidAction;
  /** Where the first word, under one of these masks, has that value, the GPU has to be reset all the same: [mask, value]. */
  resetsWhere?: readonly (readonly [number, number])[];
  /** Where to look afterwards; null: nowhere. */
  then:
    | 'support'
    /** Other errors of the same moment; where there are none, a case for the maker. */
    | 'other-errors'
    | 'cables'
    /** What took the link down on purpose. */
    | 'software'
    | 'software-or-cables'
    /** The device at the link's other end. */
    | 'peer'
    | 'host'
    | null;
}

/** What such a line says, after the number; `info`: its first word, `status` its second, null where the line has one alone. */
export interface NvlinkState {
  unit: string;
  info: number;
  status: number | null;
}

interface Numbered {
  number: number;
  meaning: string;
}

interface XidTable {
  sources: readonly string[];
  rows: readonly (Omit<XidRow, 'source'> & { source: number })[];
  units: readonly (Omit<NvlinkRow, 'source'> & { source: number })[];
  statuses: readonly (Numbered & { name: string })[];
  stages: readonly Numbered[];
}

interface SxidTable {
  sources: readonly string[];
  rows: readonly (Omit<SxidRow, 'source'> & { source: number })[];
}

let xids: XidTable | undefined;
let sxids: SxidTable | undefined;

const xidTable = (): XidTable => (xids ??= JSON.parse(xidText) as XidTable);

export function xidByNumber(number: number): XidRow | null {
  const { rows, sources } = xidTable();
  const row = rows.find((one) => one.number === number);
  return row === undefined ? null : withSource(sources, row);
}

/** Of the NVLink errors 144 to 150: what the unit, its event and its status come to; null: the table does not have them. */
export function nvlinkRow(number: number, { unit, info, status }: NvlinkState): NvlinkRow | null {
  const names = unit.split('/');
  const event = (info >>> 20) & 0x3f;
  const { units, sources } = xidTable();
  const row = units.find(
    (one) =>
      one.number === number &&
      one.units.some((name) => names.includes(name)) &&
      one.event === event &&
      (status === null || one.status === status),
  );
  if (row === undefined || (status === null && units.filter(sharesUnit(row)).length > 1)) return null;
  const resets = row.resetsWhere?.some(([mask, value]) => (info & mask) === value) === true;
  return withSource(sources, resets ? { ...row, action: 'reset-gpu' as const } : row);
}

/** Rows that only the status tells apart. */
const sharesUnit =
  (row: Pick<NvlinkRow, 'number' | 'units' | 'event'>) =>
  (other: Pick<NvlinkRow, 'number' | 'units' | 'event'>): boolean =>
    other.number === row.number && other.event === row.event && other.units[0] === row.units[0];

export function sxidByNumber(number: number): SxidRow | null {
  sxids ??= JSON.parse(sxidText) as SxidTable;
  const row = sxids.rows.find((one) => one.number === number);
  return row === undefined ? null : withSource(sxids.sources, row);
}

/** A status of the driver: 0x65 -> NV_ERR_TIMEOUT, and what that means. */
export const rmStatus = (number: number): { name: string; meaning: string } | null =>
  xidTable().statuses.find((one) => one.number === number) ?? null;

/** How far starting the GPU came, by the first number of "RmInitAdapter failed! (0x62:0x65:1792)". */
export const rmInitStage = (number: number): string | null =>
  xidTable().stages.find((one) => one.number === number)?.meaning ?? null;
