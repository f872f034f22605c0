import { describe, expect, it } from 'vitest';
import { covers, type Found } from '../../src/doctor/engine/found.ts';
import { complete } from '../../src/doctor/engine/merge.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import { unknownMachine } from '../../src/machine/unknown-machine.ts';
import { exitCodeOf, verdictOf } from '../../src/doctor/verdict.ts';
import type { Check, Confidence, DoctorResult } from '../../src/doctor/types.ts';
import {
  BUILD,
  FRESH,
  gpu,
  is,
  known,
  laptop,
  none,
  RUN,
  smi,
  toolkit,
  transcript,
} from '../support/facts.ts';
import { FOR_CUDA9 } from '../support/broken-laptops.ts';

const check = (result: DoctorResult, id: string): Check => result.checks.find((one) => one.id === id)!;

describe('root causes', () => {
  const result = diagnose(laptop(FRESH), RUN, 'fresh');

  it('the root comes first and names what it causes', () => {
    const errors = result.diagnoses.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code }) => code)).toEqual([
      'driver-not-installed',
      'nouveau-in-use',
      'device-nodes-missing',
      'libcuda-missing',
    ]);
    expect(result.diagnoses[0]!.causes).toEqual([
      'nouveau-in-use',
      'device-nodes-missing',
      'libcuda-missing',
    ]);
  });

  it('what follows from it is blocked by the root, never by something in between', () => {
    expect(check(result, 'kernel-module')).toMatchObject({ status: 'error', blockedBy: null });
    expect(check(result, 'device-nodes')).toMatchObject({
      status: 'blocked',
      blockedBy: 'driver-not-installed',
    });
    expect(check(result, 'libcuda')).toMatchObject({ status: 'blocked', blockedBy: 'driver-not-installed' });
  });

  it('blockedBy is set for status blocked and only there', () => {
    for (const one of result.checks) expect(one.blockedBy !== null).toBe(one.status === 'blocked');
  });

  it('only what is shown as an error blocks', () => {
    const warned = diagnose(
      laptop({ gpus: is([gpu(), gpu({ busId: '02:00.0', kernelDriver: is<string | null>('nouveau') })]) }),
      RUN,
      'two',
    );
    expect(warned.checks.filter(({ status }) => status === 'blocked')).toEqual([]);
    expect(warned.verdict).toBe('warnings');
  });

  it('a cause of the machine covers its GPUs; one GPU says nothing about its neighbour', () => {
    expect(covers('machine', 'gpu:01:00.0')).toBe(true);
    expect(covers('gpu:01:00.0', 'machine')).toBe(true);
    expect(covers('gpu:01:00.0', 'gpu:02:00.0')).toBe(false);
    expect(covers('toolkit:/usr/local/cuda', 'machine')).toBe(false);
  });
});

describe('facts and text', () => {
  it('join into one finding with both evidences', () => {
    const facts = laptop({
      kernelDriver: {
        ...laptop().kernelDriver,
        moduleVersion: is('470.239.06', '/proc/driver/nvidia/version'),
      },
      nvidiaSmi: is(smi({ outcome: 'mismatch', driverVersion: null, cudaVersion: null })),
      transcripts: [transcript(['nvidia-smi'], 'Failed to initialize NVML: Driver/library version mismatch')],
    });
    const { diagnoses } = diagnose(facts, RUN, 'test');
    expect(diagnoses).toHaveLength(1);
    expect(diagnoses[0]!.evidence.map(({ from }) => from)).toEqual(
      expect.arrayContaining(['file: /proc/driver/nvidia/version', 'command: nvidia-smi']),
    );
  });

  it('facts beat text, and the contradiction is shown as information', () => {
    const facts = laptop({
      transcripts: [
        transcript(['dmesg'], "modprobe: ERROR: could not insert 'nvidia': Required key not available"),
      ],
    });
    const result = diagnose(facts, RUN, 'test');
    expect(result.diagnoses).toMatchObject([
      { code: 'secure-boot-blocks-module', severity: 'info', confidence: 'possible' },
    ]);
    expect(result.verdict).toBe('ok');
  });

  it('an ambiguous line adds nothing where the facts have named the cause', () => {
    const facts = laptop({
      ...FRESH,
      transcripts: [transcript(['nvidia-smi'], "couldn't communicate with the NVIDIA driver")],
    });
    expect(diagnose(facts, RUN, 'test').diagnoses.map(({ code }) => code)).toEqual(
      diagnose(laptop(FRESH), RUN, 'test').diagnoses.map(({ code }) => code),
    );
  });
});

describe('an experimental diagnosis', () => {
  const found = (confidence: Confidence, experimental?: true): Found => ({
    diagnosis: {
      code: 'invented',
      layer: 'hardware',
      checks: ['gpu'],
      title: 'Invented',
      severity: 'error',
      remedy: () => [],
      ...(experimental && { experimental }),
    },
    finding: {
      subject: 'machine',
      severity: 'error',
      confidence,
      summary: 'It is invented',
      evidence: [],
      fix: [],
    },
    origin: 'facts',
    rank: 0,
  });
  const confidences = (...all: Found[]): Confidence[] =>
    complete(all, laptop()).map(({ finding }) => finding.confidence);

  it('is never certain, since no fixture has shown what it takes for its own', () => {
    expect(confidences(found('certain', true), found('possible', true))).toEqual(['likely', 'possible']);
  });

  it('with its fixtures is as sure as it says', () => {
    expect(confidences(found('certain'))).toEqual(['certain']);
  });
});

describe('rows of checks without facts of their own', () => {
  const printed = (line: string): DoctorResult =>
    diagnose(known({ transcripts: [transcript(['python3', 'train.py'], '', line)] }), RUN, 'test');

  it('are there where a finding speaks of them', () => {
    const result = printed('AssertionError: Torch not compiled with CUDA enabled');
    expect(result.diagnoses[0]!.code).toBe('torch-cpu-build');
    expect(check(result, 'framework')).toMatchObject({
      layer: 'framework',
      status: 'error',
      summary: result.diagnoses[0]!.summary,
    });
  });

  it('and nowhere else', () => {
    expect(check(printed('epoch 1: loss 0.2'), 'framework')).toBeUndefined();
  });
});

describe('verdict', () => {
  it('of a machine of which nothing is known is unverified: could not look is not fine', () => {
    const result = diagnose(unknownMachine(), RUN, 'nothing');
    expect(result.verdict).toBe('unverified');
    expect(result.diagnoses).toEqual([]);
    expect(exitCodeOf(result.verdict, false)).toBe(3);
  });

  it('of a healthy paste is unverified, with no error', () => {
    const result = diagnose(known({ nvidiaSmi: is(smi()) }), RUN, 'paste');
    expect(result.diagnoses).toEqual([]);
    expect(result.verdict).toBe('unverified');
  });

  it('failed > unverified > warnings > ok', () => {
    const unknownGpu = [{ id: 'gpu', status: 'unknown' } as Check];
    expect(verdictOf(['warning', 'error'], unknownGpu, 'run')).toBe('failed');
    expect(verdictOf(['warning'], unknownGpu, 'run')).toBe('unverified');
    expect(verdictOf(['warning'], unknownGpu, 'build')).toBe('warnings');
    expect(verdictOf(['info'], [], 'run')).toBe('ok');
  });

  it('warnings fail with --strict only', () => {
    expect([
      exitCodeOf('ok', true),
      exitCodeOf('warnings', false),
      exitCodeOf('warnings', true),
      exitCodeOf('failed', false),
    ]).toEqual([0, 0, 1, 1]);
  });

  it('a build needs no GPU, driver or device', () => {
    const result = diagnose(laptop(FRESH), BUILD, 'image');
    expect(result.verdict).toBe('ok');
    for (const id of ['gpu', 'kernel-module', 'device-nodes', 'libcuda'])
      expect(check(result, id).status).toBe('not-applicable');
  });

  it('a row of the machine that is not as it should be says which finding about a part of it tells why', () => {
    const missing = laptop({
      cudnn: none(),
      toolkits: is([toolkit({ version: '9.0.176', prefix: 'cuda9' })]),
    });
    const result = diagnose(missing, FOR_CUDA9, 'test');
    const { subject, summary } = result.diagnoses.find(({ code }) => code === 'cudnn-missing')!;
    expect(subject).toBe('prefix:cuda9');
    expect(check(result, 'cudnn')).toMatchObject({ subject: 'machine', status: 'error', summary });
  });

  it('a toolkit that is not in use gives information only', () => {
    const idle = laptop({ toolkits: is([toolkit({ version: '12.2.140', inUse: [] })]) });
    expect(
      diagnose(idle, RUN, 'test').diagnoses.find(({ code }) => code === 'driver-too-old-for-cuda')!.severity,
    ).toBe('info');
  });
});

describe('every row', () => {
  it('carries evidence, also where all is well', () => {
    for (const result of [
      diagnose(laptop(), RUN, 'a'),
      diagnose(laptop(FRESH), RUN, 'b'),
      diagnose(unknownMachine(), RUN, 'c'),
    ]) {
      expect(
        result.checks.filter(({ evidence, id }) => evidence.length === 0 && id !== 'disk-space'),
      ).toEqual([]);
      expect(result.diagnoses.filter(({ evidence }) => evidence.length === 0)).toEqual([]);
    }
  });
});

describe('outlook', () => {
  it('says which CUDA the driver serves', () => {
    expect(diagnose(laptop(), RUN, 'a').outlook.sentence).toContain('up to 11.4');
  });

  it('says which driver the GPU takes where there is none', () => {
    expect(diagnose(laptop(FRESH), RUN, 'a').outlook).toMatchObject({
      maxCuda: null,
      recommendedBranch: '418 or newer',
    });
  });

  it('says that there is nothing to choose without a GPU', () => {
    expect(diagnose(laptop({ ...FRESH, gpus: none() }), RUN, 'a').outlook).toMatchObject({
      maxCuda: null,
      recommendedBranch: null,
    });
  });
});
