/** GPUs that do not answer where others do, and what only looks like it. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { Facts } from '../../../src/machine/facts.ts';
import { gpu, gpuState, is, laptop, RUN, smi, transcript } from '../../support/facts.ts';

const errors = (facts: Facts) =>
  diagnose(facts, RUN, 'test').diagnoses.filter(({ severity }) => severity === 'error');

describe('nvidia-smi that does not come back', () => {
  it('is a finding by itself, and the first one', () => {
    const [first] = errors(laptop({ nvidiaSmi: is(smi({ outcome: 'hung', cudaVersion: null })) }));
    expect(first).toMatchObject({ code: 'gpu-reset-required', confidence: 'likely' });
    expect(first!.next.length).toBeGreaterThan(0);
  });
});

describe('fewer GPUs than on the bus', () => {
  const two = is([gpu(), gpu({ busId: '02:00.0', kernelDriver: is<string | null>('nvidia') })]);
  const one = is([gpuState()]);

  it('name the one that is not shown', () => {
    const [first] = errors(laptop({ gpus: two, gpuStates: one }));
    expect(first).toMatchObject({ code: 'rm-init-failed', subject: 'gpu:02:00.0' });
  });

  it('are no wonder in a container, or where one GPU was asked for', () => {
    const inside = { platform: { container: is('docker' as const) }, gpus: two, gpuStates: one };
    const asked = { gpus: two, gpuStates: one, transcripts: [transcript(['nvidia-smi', '-q', '-i', '0'])] };
    for (const over of [inside, asked])
      expect(errors(laptop(over)).map(({ code }) => code)).not.toContain('rm-init-failed');
  });
});
