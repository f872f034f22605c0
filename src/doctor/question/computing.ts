/** What is to be concluded from how libcuda computed (--deep). */
import { errorByNumber } from '../../compat/cuda-errors.ts';
import { originText } from '../../machine/answer.ts';
import type { ComputedGpu, ComputeFacts, Facts } from '../../machine/facts.ts';
import { cut } from '../evidence.ts';
import { subjectOfGpu } from '../subject.ts';
import type { Finding } from '../types.ts';
import { KERNEL_LOG } from './kernel-log.ts';

/** "GPU 0: NVIDIA T4, 7.5, 15109 MiB: numbers right" */
export function described({
  index,
  name,
  computeCapability,
  memoryMiB,
  result,
  failure,
  wrong,
}: ComputedGpu): string {
  const what = [name, computeCapability, memoryMiB === null ? null : `${memoryMiB} MiB`].filter(Boolean);
  const how =
    failure !== null
      ? `${failure.call} failed${failure.code === null ? '' : ` with error ${failure.code}`}`
      : wrong !== null
        ? `${wrong.count} of ${wrong.of} numbers wrong, first number ${wrong.first.at}: ${wrong.first.got ?? 'none'} in the place of ${wrong.first.expected}`
        : result === 'not-run'
          ? 'not run'
          : 'numbers right';
  return cut(`GPU ${index}: ${[...what, how].join(', ')}`);
}

/** "ended by SIGSEGV in cuInit", "no answer within 60 s, in cuCtxCreate_v2" */
export function howItEnded({ outcome, during, why, failure }: ComputeFacts): string {
  const where = during === null ? 'while it was loaded' : `in ${during}`;
  switch (outcome) {
    case 'not-loaded':
      return cut(`not loaded: ${why}`);
    case 'crashed':
      return cut(`ended by ${why} ${where}`);
    case 'hung':
      return cut(`no answer within ${why}, ${where}`);
    case 'garbled':
      return cut(`no answer that is understood, ${where}: ${why}`);
    case 'answered':
      return failure === null
        ? 'answered'
        : `${failure.call}: ${failure.code === null ? 'no such function' : `error ${failure.code}`}`;
  }
}

/** libcuda breaks the process that loads it, or does not come back. */
export function libcudaBreaks({ compute }: Pick<Facts, 'compute'>): Finding[] {
  if (compute?.state !== 'present' || compute.value.outcome === 'answered') return [];
  const { outcome, library, during, why } = compute.value;
  const where = during === null ? 'while it is loaded' : `in ${during}`;
  const says = {
    'not-loaded': `${library} is found, and cannot be loaded`,
    crashed: `${library} crashes the program that loads it, ${where} (${why})`,
    hung: `${library} does not come back within ${why}, ${where}: driver or GPU hang`,
    garbled: `${library} ends the program that loads it, ${where}`,
  }[outcome];
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'certain',
      summary: says,
      evidence: [{ from: originText(compute.from), excerpt: howItEnded(compute.value) }],
      fix: [],
      ...(outcome === 'not-loaded' ? {} : { next: KERNEL_LOG }),
    },
  ];
}

export function wrongNumbers({ compute }: Pick<Facts, 'compute'>): Finding[] {
  if (compute?.state !== 'present') return [];
  return compute.value.gpus.flatMap((gpu): Finding[] =>
    gpu.wrong === null
      ? []
      : [
          {
            subject: subjectOfGpu(gpu),
            severity: 'error',
            // Driver and memory of the host lie on the way too.
            confidence: 'likely',
            summary: `GPU ${gpu.index}${gpu.name === null ? '' : ` (${gpu.name})`} computes wrong numbers: ${gpu.wrong.count} of ${gpu.wrong.of}`,
            evidence: [{ from: originText(compute.from), excerpt: described(gpu) }],
            fix: [],
            next: KERNEL_LOG,
          },
        ],
  );
}

/** "cuCtxCreate_v2 fails on GPU 0 (NVIDIA T4) with error 800 (CUDA_ERROR_NOT_PERMITTED): ..." */
export function failedCall({
  call,
  code,
  gpu,
}: {
  call: string;
  code: number | null;
  gpu: string | null;
}): string {
  const where = gpu === null ? '' : ` on GPU ${gpu}`;
  if (code === null) return `CUDA does not start: this libcuda has no function ${call}`;
  const known = errorByNumber('cuda', code);
  return `CUDA does not compute: ${call} fails${where} with error ${code}${
    known === null ? '' : ` (${known.names[0]}: ${known.meaning})`
  }`;
}
