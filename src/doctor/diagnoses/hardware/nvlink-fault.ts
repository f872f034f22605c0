import { sxidByNumber } from '../../../compat/xid.ts';
import { resetGpu } from '../../fix/gpu-recovery.ts';
import { byHand, command } from '../../fix/steps.ts';
import { missingLinks } from '../../question/gpu-links.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardXid } from '../../witness/xid-verdict.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'A link between GPUs (NVLink, NVSwitch) reports a fault',
  causes: [{ code: 'gpu-reset-required' }, { code: 'fabricmanager-not-running' }],
  related: ['fabricmanager-not-running', 'gpu-reset-required', 'gpu-fell-off-bus'],
  hears: hearing(['xid', 'sxid', 'hardware', 'error-code'], (one) => {
    if (one.kind === 'error-code')
      return heardError(one, { 'cuda 220': { confidence: 'likely', namesCause: true } });
    if (one.kind === 'xid') return heardXid('nvlink-fault', one);
    if (one.kind === 'sxid') return heardSxid(one);
    return one.what === 'nvlink-down' ? { confidence: 'likely', namesCause: true } : null;
  }),
  judge: (facts) => missingLinks(facts),
  remedy: () => [
    command(
      'see-links',
      'See which links are down, and their error counters',
      ['nvidia-smi', 'nvlink', '-s'],
      {
        root: false,
      },
    ),
    ...resetGpu(),
    byHand(
      'seat',
      'If it comes again: check seat, bridges and cables of the GPUs, and have the board looked at',
    ),
  ],
};

/** A heat warning of the switch is another diagnosis. */
const HEAT = [10004, 10005];

function heardSxid(one: TestimonyOf<'sxid'>): Heard | null {
  const row = sxidByNumber(one.number);
  if (HEAT.includes(one.number) || (row === null && one.fatal === null)) return null;
  const grave = row === null ? one.fatal === true : row.severity !== 'non-fatal' || row.restart;
  const where = one.pci === null ? 'An NVSwitch' : `The NVSwitch at ${one.pci}`;
  const link = one.link === null ? '' : ` on link ${one.link}`;
  return {
    confidence: 'certain',
    namesCause: true,
    severity: grave ? 'error' : 'warning',
    summary: `${where} reported SXid ${one.number}${row === null ? '' : ` (${row.what})`}${link}: ${
      grave
        ? 'the port stays down until the GPUs are reset or the machine is restarted'
        : 'it corrects itself; watch whether it becomes more'
    }`,
  };
}
