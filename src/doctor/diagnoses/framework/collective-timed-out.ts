import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'Programs that compute together waited for one of them in vain',
  // Whoever ended first is waited for by the others.
  explainedBy: [
    { code: 'out-of-gpu-memory' },
    { code: 'gpu-fell-off-bus' },
    { code: 'ecc-or-xid-hardware-fault' },
    { code: 'nvlink-fault' },
    { code: 'gpu-reset-required' },
    { code: 'pcie-acs-breaks-p2p' },
    { code: 'ranks-share-gpu' },
    { code: 'container-shm-too-small' },
    { code: 'driver-library-mismatch' },
    { code: 'build-out-of-host-memory' },
  ],
  related: ['nvlink-fault', 'pcie-acs-breaks-p2p', 'ranks-share-gpu'],
  textSummary:
    'A collective operation of NCCL was not finished in time: a rank ended or went another way, or the ranks do not reach each other',
  hears: hearing(['trouble'], (one) =>
    one.what === 'collective-timed-out'
      ? {
          confidence: 'likely',
          namesCause: true,
          ...(one.detail === null
            ? {}
            : {
                summary: `NCCL waited in vain for ${one.detail}: a rank ended or went another way, or the ranks do not reach each other`,
              }),
        }
      : null,
  ),
  remedy: () => [
    byHand(
      'first-rank',
      'Read the output of every rank: the one that says something else than a timeout, or ended first, has the cause (memory, an exception, another number of steps or batches)',
    ),
    script(
      'nccl-debug',
      'If none does: let NCCL say what it connects, and over what',
      'export NCCL_DEBUG=INFO',
      {
        root: false,
      },
    ),
    command(
      'see-topology',
      'See how the GPUs are connected, and whether they reach each other',
      ['nvidia-smi', 'topo', '-p2p', 'r'],
      {
        root: false,
      },
    ),
    byHand(
      'without-p2p',
      'It stands still from the first operation on: try without direct access between GPUs (NCCL_P2P_DISABLE=1), and over several machines name the network interface (NCCL_SOCKET_IFNAME)',
    ),
    byHand(
      'longer',
      'Where one rank has work to do alone (preparing data, writing a checkpoint): give the others more time (timeout= of init_process_group)',
    ),
  ],
};
