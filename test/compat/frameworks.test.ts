import { describe, expect, it } from 'vitest';
import { buildsMeant, buildsOf, FRAMEWORKS, frameworkNamed } from '../../src/compat/frameworks.ts';

const one = (framework: Parameters<typeof buildsOf>[0], version: string, build?: string) =>
  buildsOf(framework).find((row) => row.version === version && (build === undefined || row.build === build));

describe('PyTorch', () => {
  it('is taken from its own index, with its local version where the index holds other builds too', () => {
    expect(one('torch', '2.14.1', 'cu126')).toMatchObject({
      requirement: 'torch==2.14.1',
      index: 'https://download.pytorch.org/whl/cu126',
      indexFlag: '--index-url',
      onPyPI: false,
      machine: ['5.0', '6.0', '7.0', '7.5', '8.0', '8.6', '9.0'],
      ptx: [],
      bundlesCuda: true,
      recalled: [],
    });
    expect(one('torch', '2.14.1', 'cu130')).toMatchObject({ index: null, onPyPI: true, ptx: ['12.0'] });
    expect(one('torch', '1.13.1', 'cu116')).toMatchObject({
      requirement: 'torch==1.13.1+cu116',
      indexFlag: '--extra-index-url',
    });
    expect(one('torch', '1.7.1', 'cu110')).toMatchObject({
      requirement: 'torch==1.7.1+cu110',
      index: 'https://download.pytorch.org/whl/torch_stable.html',
      indexFlag: '-f',
    });
  });

  it('has code for Volta in cu126 to the newest, in cu128 from 2.8 to 2.10 only', () => {
    const withVolta = (tag: string) =>
      buildsOf('torch').filter(({ build, machine }) => build === tag && machine?.includes('7.0'));
    expect(withVolta('cu126')[0]?.version).toBe('2.14.1');
    expect([...new Set(withVolta('cu128').map(({ version }) => version))]).toEqual([
      '2.10.0',
      '2.9.1',
      '2.9.0',
      '2.8.0',
    ]);
    expect(withVolta('cu130')).toEqual([]);
  });

  it('wants glibc 2.28 from 2.7 on, in 2.6 for cu126 alone', () => {
    expect(one('torch', '2.7.0', 'cu118')?.minGlibc).toBe('2.28');
    expect(one('torch', '2.6.0', 'cu126')?.minGlibc).toBe('2.28');
    expect(one('torch', '2.6.0', 'cu124')?.minGlibc).toBe('2.17');
    expect(one('torch', '1.7.1', 'cu110')?.minGlibc).toBeNull();
  });

  it('before 1.12 says nothing for sure of its code but what was printed by the pip wheel itself', () => {
    expect(one('torch', '1.10.0', 'cu102')?.recalled).not.toContain('machine');
    expect(one('torch', '1.10.2', 'cu102')?.recalled).toContain('machine');
    expect(one('torch', '1.4.0', 'cu101')).toMatchObject({ machine: null, ptx: null });
  });
});

describe('TensorFlow', () => {
  it('1.9 wants CUDA 9.0, cuDNN 7.0 and a Python before 3.7', () => {
    expect(one('tensorflow', '1.9.0')).toMatchObject({
      package: 'tensorflow-gpu',
      cuda: '9.0',
      cudnn: '7.0',
      python: '>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.7',
      bundlesCuda: false,
      needsAvx: true,
      pins: ['numpy>=1.13.3,<1.17', 'protobuf>=3.4.0,<=3.19.6', 'h5py<3'],
    });
  });

  it('2.4 has machine code and PTX of 8.0, which was read, not remembered', () => {
    const build = one('tensorflow', '2.4.0');
    expect(build).toMatchObject({ cuda: '11.0', cudnn: '8.0', ptx: ['8.0'] });
    expect(build?.machine).toContain('8.0');
    expect(build?.recalled).toEqual(expect.not.arrayContaining(['machine', 'ptx']));
  });

  it('brings CUDA by its extra from 2.14 on', () => {
    expect(one('tensorflow', '2.14.0')).toMatchObject({
      bundlesCuda: true,
      requirement: 'tensorflow[and-cuda]==2.14.0',
    });
    expect(one('tensorflow', '2.13.0')).toMatchObject({
      bundlesCuda: false,
      requirement: 'tensorflow==2.13.0',
    });
  });
});

describe('the others', () => {
  it('JAX comes from PyPI since 0.4.30, before that from a list of its own', () => {
    expect(one('jax', '0.4.30')).toMatchObject({
      index: null,
      requirement: 'jax[cuda12]==0.4.30',
      cudnn: '9.0',
    });
    expect(one('jax', '0.4.25', 'cuda12')).toMatchObject({
      indexFlag: '-f',
      requirement: 'jax[cuda12_pip]==0.4.25',
    });
    expect(one('jax', '0.11.0', 'cuda13')).toMatchObject({
      cuda: '13.0',
      cudaTo: '13.4',
      minDriver: '580',
      ptx: ['12.0'],
    });
  });

  it('onnxruntime has feeds beside PyPI; where one was not seen by name, no index is made up', () => {
    expect(one('onnxruntime', '1.20', 'cu12')).toMatchObject({ onPyPI: true, index: null, cudnn: '9' });
    expect(one('onnxruntime', '1.18.0', 'cu12')?.index).toMatch(/onnxruntime-cuda-12/);
    expect(one('onnxruntime', '1.25', 'cu13')).toMatchObject({ onPyPI: false, index: null });
  });

  it('TensorRT lost Pascal with 10.0 and Volta with 10.5', () => {
    expect(one('tensorrt', '8.6.1')?.minComputeCapability).toBeNull();
    expect(one('tensorrt', '10.4.0')?.minComputeCapability).toBe('7.0');
    expect(one('tensorrt', '10.5.0')?.minComputeCapability).toBe('7.5');
  });
});

describe('builds that are meant', () => {
  it('by a beginning, a range, or a patch of a line', () => {
    expect(buildsMeant('torch', '2.4').map(({ version }) => version)).toContain('2.4.1');
    expect(buildsMeant('torch', '>=2.4 <2.5').every(({ version }) => version.startsWith('2.4.'))).toBe(true);
    expect(buildsMeant('onnxruntime', '1.20.1')[0]).toMatchObject({
      version: '1.20.1',
      requirement: 'onnxruntime-gpu==1.20.1',
    });
  });

  it('a patch that no table has is taken to be built as its line, and says so', () => {
    const [build] = buildsMeant('tensorflow', '2.4.3');
    expect(build).toMatchObject({ version: '2.4.3', cuda: '11.0', requirement: 'tensorflow==2.4.3' });
    expect(build?.recalled).toContain('version');
    expect(buildsMeant('tensorflow', '9.9.9')).toEqual([]);
    expect(buildsMeant('tensorflow', '9.9')).toEqual([]);
  });
});

describe('frameworkNamed', () => {
  it.each([
    ['pytorch', 'torch'],
    ['tf', 'tensorflow'],
    ['tensorflow-gpu', 'tensorflow'],
    ['TensorFlow[and-cuda]', 'tensorflow'],
    ['jax[cuda12]', 'jax'],
    ['jax-cuda12-plugin', 'jax'],
    ['onnxruntime-gpu', 'onnxruntime'],
    ['flash_attn', 'flash-attn'],
    ['tensorrt-cu12', 'tensorrt'],
    ['constructor', null],
    ['numpy', null],
    ['', null],
  ])('%s is %s', (word, framework) => {
    expect(frameworkNamed(word)).toBe(framework);
  });

  it('knows every framework by its own name', () => {
    for (const name of FRAMEWORKS) expect(frameworkNamed(name)).toBe(name);
  });
});
