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

interface Numbered {
  number: number;
  meaning: string;
}

interface XidTable {
  sources: readonly string[];
  rows: readonly (Omit<XidRow, 'source'> & { source: number })[];
  units: readonly { number: number; unit: string; status: number; action: XidAction }[];
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

/** Of the NVLink errors 144 to 150: what the unit and its status come to; null: the table does not have them. */
export function nvlinkAction(number: number, unit: string, status: number): XidAction | null {
  const parts = unit.split('/');
  const row = xidTable().units.find(
    (one) => one.number === number && parts.includes(one.unit) && one.status === status,
  );
  return row?.action ?? null;
}

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
