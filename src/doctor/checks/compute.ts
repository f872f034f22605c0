import { originText, type Answer, type Origin } from '../../machine/answer.ts';
import type { ComputedGpu, ComputeFacts } from '../../machine/facts.ts';
import { described, howItEnded } from '../question/computing.ts';
import { subjectOfGpu } from '../subject.ts';
import type { Evidence } from '../types.ts';
import { bad, notKnown, ok, type CheckRule, type Observation } from './check-rule.ts';

/** One row per GPU: does it compute? Only where it was tried (--deep). */
export const compute: CheckRule = {
  layer: 'device',
  needs: ['gpu', 'container-gpu', 'kernel-module', 'device-nodes', 'libcuda'],
  observe: ({ compute }) => (compute === null ? [] : rows(compute)),
};

function rows(compute: Answer<ComputeFacts>): readonly Observation[] {
  if (compute.state !== 'present') {
    const why = compute.state === 'absent' ? 'there is no libcuda' : compute.why;
    return [
      notKnown(`no GPU was made to compute, because ${why}`, row(compute.from, `not run, because ${why}`)),
    ];
  }
  const { outcome, failure, gpus } = compute.value;
  if (outcome !== 'answered' || failure !== null) {
    return [bad('CUDA does not start', row(compute.from, howItEnded(compute.value)))];
  }
  if (gpus.length === 0) return [notKnown('CUDA counts no GPU', row(compute.from, 'devices: 0'))];
  return gpus.map((gpu) => ({ ...observed(gpu, compute.from), subject: subjectOfGpu(gpu) }));
}

function observed(gpu: ComputedGpu, from: Origin): Observation {
  const name = `GPU ${gpu.index}${gpu.name === null ? '' : `, ${gpu.name},`}`;
  const shown = row(from, described(gpu));
  switch (gpu.result) {
    case 'right':
      return ok(`${name} computes`, shown);
    case 'wrong':
      return bad(`${name} computes wrong numbers`, shown);
    case 'failed':
      return bad(`${name} does not compute`, shown);
    case 'not-run':
      return notKnown(`${name} was not made to compute: it, or its driver, is older than what is run`, shown);
  }
}

const row = (from: Origin, excerpt: string): Evidence => ({ from: originText(from), excerpt });
