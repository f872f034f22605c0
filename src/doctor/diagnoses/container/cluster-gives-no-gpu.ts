import { valueOf } from '../../../machine/answer.ts';
import { deviceFiles } from '../../../machine/questions/gpu.ts';
import { inJob } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { askCluster } from '../../fix/container.ts';
import { whyJobHasNone } from '../../question/lent-gpu.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import type { NotLent } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu'],
  severity: 'error',
  title: 'The cluster has no GPU to give',
  causes: [
    { code: 'container-no-gpu' },
    { code: 'no-nvidia-gpu', when: inJob },
    { code: 'cuda-visible-devices-empty', when: inJob },
    { code: 'device-nodes-missing', when: inJob },
    { code: 'device-permission-denied', when: inJob },
  ],
  related: ['container-no-gpu', 'container-toolkit-misconfigured', 'driver-not-installed'],
  textSummary: 'The scheduler (Kubernetes, Slurm, Ray) has no GPU to give',
  hears: hearing(['gpu-not-lent'], ({ by, reason, detail }) => {
    if (by !== 'kubernetes' && by !== 'slurm' && by !== 'ray') return null;
    const summary = by === 'slurm' && reason === 'setup-failed' ? NOT_DETECTED : SUMMARIES[reason];
    if (summary === undefined) return null;
    return {
      // It is said at every start of a node, until all is there.
      ...(reason === 'waiting' ? { severity: 'warning' as const } : {}),
      confidence: 'likely',
      namesCause: true,
      rank: 10,
      summary: detail === null ? summary : `${summary} (${detail})`,
      fix: askCluster(by),
    };
  }),
  judge(facts) {
    const job = valueOf(facts.lent.job);
    if (job == null || job.gpus !== null) return [];
    const why = whyJobHasNone(facts);
    if (why === null) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'certain',
        summary: `Slurm gave this job no GPU: ${why}`,
        evidence: [
          evidence(facts.lent.job, 'job', () => job.id),
          evidence(facts.environment.visibleDevices, 'CUDA_VISIBLE_DEVICES', (value) => `"${value}"`),
          evidence(facts.nodes, 'device files that may be opened', () =>
            deviceFiles(facts)
              .filter(({ forbidden }) => !forbidden)
              .map(({ path }) => path)
              .join(', '),
          ),
        ],
        fix: askCluster('slurm'),
      },
    ];
  },
  remedy: () => [...askCluster('kubernetes'), ...askCluster('slurm')],
};

const NOT_DETECTED = 'slurmd cannot detect GPUs: it was built without what AutoDetect asks for';

const SUMMARIES: Partial<Readonly<Record<NotLent, string>>> = {
  'none-free': 'No node has a GPU left to give: all are taken, or none offers one',
  'fewer-than-configured':
    'A node offers fewer GPUs than its scheduler counts on: its driver or devices fail there',
  'not-asked-for':
    'The job, or its step, does not ask for a GPU in the way that it must here, or for more than it was given',
  'no-such-node':
    'No node has all that was asked for together: GPUs, cores, memory, features, in this partition',
  waiting: "NVIDIA's operator waits on this node: its driver or its container toolkit is not ready",
  'bad-configuration': 'The list of the GPUs of a node contradicts itself, and its daemon ends at it',
  'not-configured': 'The scheduler knows no GPU of the kind that was asked for',
};
