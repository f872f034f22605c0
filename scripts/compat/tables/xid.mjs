// What the driver and the NVSwitches report by number (Xid, SXid): what it is about, what to do at once, where to look afterwards.
import { additions, sourceList } from '../facts.mjs';

const CATALOGUE =
  'https://docs.nvidia.com/deploy/xid-errors (Xid catalogue, October 2025; read in a public copy)';
const SWITCHES = 'NVIDIA fabric manager user guide DU-09883-001, appendix D';

/** The catalogue's words for what to do at once, as ours. */
const ACTIONS = {
  RESTART_APP: 'restart-program',
  RESET_GPU: 'reset-gpu',
  RESTART_BM: 'power-cycle',
  RESTART_VM: 'restart-vm',
  CHECK_MECHANICALS: 'check-cables',
  UPDATE_SWFW: 'update-driver',
  CHECK_UVM: 'restart-program',
  CONTACT_SUPPORT: 'support',
  IGNORE: 'ignore',
  WORKFLOW_XID_45: 'restart-program',
  WORKFLOW_XID_48: 'reset-gpu',
  WORKFLOW_NVLINK_ERR: 'reset-gpu',
  WORKFLOW_NVLINK5_ERR: 'reset-gpu',
  XID_154: 'as-named',
};

export function xid(facts) {
  const { sources, at } = sourceList();
  const more = additions('xid');
  const known = new Map(facts.xid.rows.filter(({ used }) => used).map((row) => [row.xid, row]));
  const older = new Map(more.older.map(([number, what]) => [number, what]));
  const concerns = (number) => {
    const subject = Object.entries(more.concerns).find(([, numbers]) => numbers.includes(number))?.[0];
    if (subject === undefined) throw new Error(`what does Xid ${number} concern?`);
    return subject;
  };
  const numbers = [...new Set([...known.keys(), ...older.keys()])].sort((a, b) => a - b);
  return {
    about:
      'Xid: errors that the kernel module reports by number; "then" is where to look after the first step',
    sources,
    rows: numbers.map((number) => {
      const row = known.get(number);
      return {
        number,
        what: row?.what ?? older.get(number),
        mnemonic: row?.mnemonic ?? null,
        concerns: concerns(number),
        action: (row?.now && ACTIONS[row.now]) || more.actions[number] || 'support',
        harmless: row?.now === 'IGNORE' && row.then === 'IGNORE',
        then: row?.then ?? null,
        source: row === undefined ? at(more.olderSource) : at(CATALOGUE),
        confidence: row === undefined ? 'inferred' : 'seen',
      };
    }),
    units: more.units.flatMap(({ number, units, rows, resetsWhere }) =>
      rows.map(([event, status, action, then]) => ({
        number,
        units,
        event,
        status,
        action,
        ...(resetsWhere?.statuses.includes(status) ? { resetsWhere: resetsWhere.bits } : {}),
        then,
        source: at(more.unitsSource),
        confidence: 'seen',
      })),
    ),
    statuses: more.statuses.map(([number, name, meaning]) => ({
      number,
      name,
      meaning,
      source: at(more.driverSource),
      confidence: 'seen',
    })),
    stages: more.stages.map(([number, meaning]) => ({
      number,
      meaning,
      source: at(more.driverSource),
      confidence: 'seen',
    })),
  };
}

export function sxid(facts) {
  const { sources, at } = sourceList();
  return {
    about:
      'SXid: errors of an NVSwitch by number; "restart": the port stays stalled until the guest or host is restarted',
    sources,
    rows: facts.sxid.rows.map((row) => ({
      number: row.sxid,
      what: row.what,
      severity: row.class,
      restart: row.restart,
      source: at(SWITCHES),
      confidence: 'seen',
    })),
  };
}
