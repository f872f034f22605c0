import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'The network between machines that compute together fails',
  // A rank that ended lets go of its connections, too.
  explainedBy: [{ code: 'out-of-gpu-memory' }, { code: 'gpu-fell-off-bus' }, { code: 'gpu-reset-required' }],
  causes: [{ code: 'collective-timed-out' }],
  related: ['collective-timed-out', 'nvlink-fault', 'pcie-acs-breaks-p2p'],
  hears: hearing(['trouble'], ({ what, detail }) =>
    what === 'rank-network-fault'
      ? {
          confidence: 'likely',
          namesCause: true,
          ...(detail === null ? {} : { summary: `NCCL reports of the network between the ranks: ${detail}` }),
          ...(MEMORY.test(detail ?? '') ? { fix: [...lockMemory(), ...steps()] } : {}),
        }
      : null,
  ),
  remedy: steps,
};

/** The card asks for memory that stays where it is, of which a user gets little unless he is given more. */
const MEMORY = /ibv_(?:reg_mr|create_cq|create_qp).{0,60}(?:Cannot allocate memory|error 12\b)/i;

function lockMemory(): FixStep[] {
  return [
    script('see-locked', 'See how much memory a program may lock', 'ulimit -l', { root: false }),
    byHand(
      'lock-memory',
      'It must be "unlimited": in /etc/security/limits.conf (* soft memlock unlimited, * hard memlock unlimited) and a new login; in a container --ulimit memlock=-1; Slurm hands on what slurmd has (LimitMEMLOCK=infinity)',
    ),
  ];
}

function steps(): FixStep[] {
  return [
    command(
      'see-links',
      'On each machine: see whether the ports are active (State: Active, Physical state: LinkUp)',
      ['ibstat'],
      { root: false },
    ),
    byHand(
      'link',
      'A port that went down, or completions with status 12 (the other side did not answer): see cables, switch and the counters of errors (ibqueryerrors), and of RoCE the same GID type and MTU on all machines',
    ),
    byHand(
      'interface',
      'Name the network that all machines reach each other on: NCCL_SOCKET_IFNAME, and of InfiniBand or RoCE NCCL_IB_HCA and NCCL_IB_GID_INDEX; no firewall may stand between them',
    ),
    script(
      'without-ib',
      'To see whether InfiniBand is why: run it once over sockets (slower)',
      'export NCCL_IB_DISABLE=1 NCCL_DEBUG=INFO',
      { root: false },
    ),
  ];
}
