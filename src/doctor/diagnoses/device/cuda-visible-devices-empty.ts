import type { Facts } from '../../../machine/facts.ts';
import { valueOf } from '../../../machine/answer.ts';
import { gpusOf, gpuSeen, isGpuNode } from '../../../machine/questions/gpu.ts';
import { inJob } from '../../../machine/questions/platform.ts';
import { givenByCgroup } from '../../question/lent-gpu.ts';
import { evidence } from '../../evidence.ts';
import { ask, byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'CUDA_VISIBLE_DEVICES hides every GPU',
  explainedBy: [{ code: 'no-nvidia-gpu' }],
  related: ['no-nvidia-gpu', 'container-no-gpu'],
  textSummary: 'No GPU is visible to the program: CUDA_VISIBLE_DEVICES may name one that is not there',
  hears: hearing(['error-code', 'variable'], (one) =>
    one.kind === 'variable'
      ? one.name === 'CUDA_VISIBLE_DEVICES' && one.blamed
        ? { confidence: 'certain', namesCause: true }
        : null
      : heardError(one, {
          'cuda 100': { confidence: 'possible', rank: 6 },
          'cuda 101': { confidence: 'likely', namesCause: true },
        }),
  ),
  next: [
    ask(
      'What is CUDA_VISIBLE_DEVICES, and how many GPUs are there?',
      'sh',
      '-c',
      'echo "$CUDA_VISIBLE_DEVICES"; nvidia-smi -L',
    ),
  ],
  judge(facts) {
    const { visibleDevices } = facts.environment;
    if (visibleDevices.state !== 'present' || !gpuSeen(facts)) return [];
    const hidden = whyNoneIsVisible(visibleDevices.value.trim(), facts);
    if (hidden === null) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: hidden.sure ? 'certain' : 'likely',
        summary: `CUDA_VISIBLE_DEVICES is "${visibleDevices.value}": ${hidden.because}, and CUDA programs see no GPU`,
        evidence: [evidence(visibleDevices, 'CUDA_VISIBLE_DEVICES', (value) => `"${value}"`)],
        fix: [],
      },
    ];
  },
  remedy: (facts) => (facts !== null && inJob(facts) ? leaveToSlurm() : setRight()),
};

const setRight = (): FixStep[] => [
  command('see', 'See which GPUs there are', ['nvidia-smi', '-L'], { root: false }),
  script('see-variable', 'See what the variable says', 'echo "$CUDA_VISIBLE_DEVICES"', { root: false }),
  script('unset', 'Let CUDA see all of them', 'unset CUDA_VISIBLE_DEVICES', { root: false }),
  script('first', 'Or the first alone', 'export CUDA_VISIBLE_DEVICES=0', {
    root: false,
    alternativeTo: 'unset',
  }),
];

/** What a job may use is what it was given: all others are somebody else's, whether they can be opened or not. */
const leaveToSlurm = (): FixStep[] => [
  byHand(
    'leave-variable',
    'Take out of the job what sets CUDA_VISIBLE_DEVICES (the script, .bashrc, a module, a container): Slurm sets it itself, and numbers the GPUs that it gives from 0',
  ),
  command('see', 'See, in a new job, which GPUs it is given', ['nvidia-smi', '-L'], { root: false }),
];

/**
 * CUDA takes the list up to the first entry that is no device of its own; with that entry in front, nothing is left. Numbers
 * count the devices; UUIDs (GPU-..., MIG-...) name them, and which there are is not known here. Slurm writes NoDevFiles where
 * a job was given none.
 */
function whyNoneIsVisible(value: string, facts: Facts): { because: string; sure: boolean } | null {
  if (value === '') return { because: 'an empty list hides every GPU', sure: true };
  const first = value.split(',', 1)[0]!.trim();
  if (/^NoDevFiles$/i.test(first)) return { because: 'Slurm gave this job no GPU', sure: true };
  if (/^-\d+$/.test(first)) return { because: 'a negative number stands for no GPU', sure: true };
  const count = givenByCgroup(facts) ?? devicesOf(facts);
  if (!/^\d{1,4}$/.test(first) || count === null || Number(first) < count) return null;
  return { because: `there are ${count} GPUs, numbered from 0`, sure: false };
}

/** How many there are, by whatever shows most of them; null: not known. */
function devicesOf(facts: Facts): number | null {
  const files = (valueOf(facts.nodes) ?? []).filter(({ path }) => isGpuNode(path)).length;
  return Math.max(gpusOf(facts).length, files, valueOf(facts.nvidiaSmi)?.gpuNames.length ?? 0) || null;
}
