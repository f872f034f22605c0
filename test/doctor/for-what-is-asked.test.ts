/** What `doctor --for` and the assumptions come to: the same rules as a plan's, asked of a machine. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { DoctorResult, Purpose, Question } from '../../src/doctor/types.ts';
import { assume, type Assumptions } from '../../src/machine/assume.ts';
import type { Facts } from '../../src/machine/facts.ts';
import { forBuilds } from '../support/builds.ts';
import { known, is, laptop, none, prefix, toolkit } from '../support/facts.ts';

const forCuda = (cuda: string, purpose: Purpose = 'run', recipe = `cuda@${cuda}`): Question => ({
  purpose,
  needs: { recipe, install: [recipe], prefix: recipe, cuda, cudnn: null, compiler: true, builds: [] },
});

const errors = ({ diagnoses }: DoctorResult): string[] =>
  diagnoses.flatMap(({ code, severity }) => (severity === 'error' ? [code] : []));

const ask = (question: Question, assumptions: Assumptions, facts: Facts = laptop()): DoctorResult =>
  diagnose(assume(facts, assumptions), question, 'test');

describe('a GPU that does not fit', () => {
  it('is never called ready: RTX 5090 for CUDA 10 under driver 470', () => {
    const result = ask(forCuda('10.0'), { gpu: 'RTX 5090' });
    expect(errors(result)).toEqual(
      expect.arrayContaining(['gpu-too-new-for-cuda', 'gpu-unsupported-by-driver']),
    );
    expect(result.verdict).toBe('failed');
  });

  it('is not ready to build for either: GTX 1080 Ti and CUDA 13', () => {
    const facts = laptop({ toolkits: is([prefix('cuda13', '13.0.48', 15)]) });
    const result = ask(forCuda('13', 'build'), { gpu: 'GTX 1080 Ti' }, facts);
    expect(errors(result)).toEqual(['gpu-arch-dropped']);
    expect(result.diagnoses[0]!.summary).toMatch(/12\.9/);
  });

  it('is no matter for a build where it merely happens to be here', () => {
    const facts = laptop({ toolkits: is([prefix('cuda13', '13.0.48', 15)]) });
    expect(errors(diagnose(facts, forCuda('13', 'build'), 'test'))).toEqual([]);
    // Named, its architecture counts, and its driver does not.
    expect(errors(ask(forCuda('13', 'build'), { gpu: 'GTX 1660 Ti' }, facts))).toEqual([]);
  });

  it.each([
    ['RTX 3060', '470.256.02', '10.0', 'gpu-too-new-for-cuda'],
    ['H100', '470.256.02', '12.0', 'gpu-unsupported-by-driver'],
    ['GTX 1660 Ti', '390.157', '9.0', 'gpu-unsupported-by-driver'],
    ['GTX 980', '590.44.01', '12.9', 'gpu-unsupported-by-driver'],
    ['GTX 1080 Ti', '580.95.05', '13.0', 'gpu-arch-dropped'],
    ['GTX 1660 Ti', '440.64', '11.0', 'driver-too-old-for-cuda'],
    ['GTX 1660 Ti', '440.64', '13', 'driver-too-old-for-cuda'],
    ['Tesla K80', '470.256.02', '12.0', 'driver-too-old-for-cuda'],
  ])('%s under %s for CUDA %s: %s', (gpu, driver, cuda, code) => {
    expect(errors(ask(forCuda(cuda), { gpu, driver }))).toContain(code);
  });

  it.each([
    ['GTX 1660 Ti', '440.64', '10.0'],
    ['H100', '580.95.05', '13.0'],
    ['RTX 5090', '570.86.10', '12.8'],
    ['Tesla K80', '470.256.02', '11.8'],
  ])('%s under %s is ready for CUDA %s', (gpu, driver, cuda) => {
    const facts = laptop({ toolkits: is([prefix('it', `${cuda}.1`, 99)]) });
    expect(errors(ask(forCuda(cuda), { gpu, driver }, facts))).toEqual([]);
  });

  it('is no more than a warning beside one that fits', () => {
    const facts = laptop({ toolkits: is([prefix('cuda13', '13.0.48', 15)]) });
    const result = ask(forCuda('13'), { gpu: ['RTX 3080', 'GTX 1080 Ti'], driver: '580.95.05' }, facts);
    expect(errors(result)).toEqual([]);
    expect(result.diagnoses).toMatchObject([{ code: 'gpu-arch-dropped', severity: 'warning' }]);
  });
});

describe('minor version compatibility', () => {
  it('carries, and is said', () => {
    const facts = laptop({ toolkits: is([prefix('it', '11.8.89', 11)]) });
    const { diagnoses, verdict } = diagnose(facts, forCuda('11.8'), 'test');
    expect(diagnoses).toMatchObject([{ code: 'ptx-toolchain-unsupported', severity: 'info' }]);
    expect(diagnoses[0]!.summary).toMatch(/minor version compatibility/);
    expect(verdict).toBe('ok');
  });
});

describe('what is asked for', () => {
  it('is spoken of alone: what is wrong with other toolkits is information', () => {
    const facts = laptop({
      toolkits: is([prefix('cuda10', '10.0.130', 7), toolkit({ version: '13.0.48', maxGcc: 15 })]),
    });
    expect(errors(diagnose(facts, { purpose: 'run', needs: null }, 'test'))).toEqual([
      'driver-too-old-for-cuda',
    ]);
    const result = diagnose(facts, forCuda('10.0'), 'test');
    expect(errors(result)).toEqual([]);
    expect(result.diagnoses).toMatchObject([
      { code: 'driver-too-old-for-cuda', severity: 'info', subject: 'toolkit:/usr/local/cuda-11.8' },
    ]);
  });

  it('of a range is the release that fits', () => {
    const facts = known({ toolkits: none() });
    const { diagnoses } = ask(forCuda('>=11 <14'), { gpu: 'GTX 1080 Ti', driver: '450.80.02' }, facts);
    expect(diagnoses.map(({ code }) => code)).toEqual(['toolkit-missing', 'ptx-toolchain-unsupported']);
  });

  it('is judged before it is installed', () => {
    const facts = laptop({ toolkits: none(), cudnn: none() });
    const { diagnoses } = ask(forCuda('10.0'), { gpu: 'RTX 3060' }, facts);
    expect(diagnoses.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['toolkit-missing', 'gpu-too-new-for-cuda']),
    );
  });

  it('may have been made without cuDNN, where its source has none: no error, and a source that has it', () => {
    const cuda11 = { ...prefix('cuda11', '11.8.89', 11), recipe: 'cuda11' };
    const facts = laptop({ toolkits: is([cuda11]), cudnn: none() });
    const question = forCuda('11', 'run', 'cuda11');
    const needs = { ...question.needs!, cudnn: '8' };
    const { diagnoses, verdict } = diagnose(facts, { ...question, needs }, 'test');
    const one = diagnoses.find(({ code }) => code === 'cudnn-missing')!;
    expect(one.severity).toBe('warning');
    expect(one.fix[0]!.argv).toMatchObject([
      'gpu-setup',
      'install',
      'cuda11',
      '--source',
      expect.stringMatching(/^nvidia-/) as string,
      '--name',
      'cuda11-cudnn',
    ]);
    expect(verdict).toBe('warnings');
  });
});

describe('a framework', () => {
  const bare = known({ toolkits: none(), cudnn: none() });

  it('asks for the CUDA of its build: TensorFlow 1.9 for 9.0 with cuDNN 7', () => {
    const { diagnoses } = ask(forBuilds('tensorflow', '1.9'), { gpu: 'GTX 1660 Ti', driver: '440.64' }, bare);
    expect(diagnoses).toMatchObject([{ code: 'toolkit-missing', severity: 'error' }]);
    expect(diagnoses[0]!.summary).toMatch(/CUDA 9\.0/);
    expect(diagnoses[0]!.fix[0]!.argv).toEqual(['gpu-setup', 'install', 'tensorflow@1.9']);
  });

  it('that brings its CUDA along asks for none', () => {
    const question = forBuilds('torch', '2.4');
    expect(errors(ask(question, { gpu: 'RTX 3080', driver: '550.54.14' }, bare))).toEqual([]);
  });

  it.each([
    ['tensorflow', '1.9', 'RTX 3080', '535.183.01', 'gpu-arch-not-in-build'],
    ['torch', '1.4', 'RTX 3080', '535.183.01', 'torch-cuda-arch-unsupported'],
    ['torch', '2.4', 'GTX 1660 Ti', '390.157', 'driver-too-old-for-cuda'],
  ] as const)('%s %s does not run on a %s under %s: %s', (framework, version, gpu, driver, code) => {
    expect(errors(ask(forBuilds(framework, version), { gpu, driver }, bare))).toContain(code);
  });

  it('of several builds takes the one that runs here', () => {
    const newest = forBuilds('torch', '2');
    expect(errors(ask(newest, { gpu: 'GTX 1080 Ti', driver: '580.95.05' }, bare))).toEqual([]);
  });
});

describe('TensorRT, which is installed beside a CUDA', () => {
  it('is installed with the CUDA of the build that fits, which alone it would not say', () => {
    const result = ask(forBuilds('tensorrt', '8.6.1'), { gpu: 'GTX 1660 Ti', driver: '470.256.02' });
    const typed = result.diagnoses.flatMap(({ fix }) => fix.map(({ argv }) => argv?.join(' ')));
    expect(typed).toContainEqual(expect.stringMatching(/^gpu-setup install cuda@11\.[48] tensorrt@8\.6\.1$/));
  });
});
