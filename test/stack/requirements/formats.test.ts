import { describe, expect, it } from 'vitest';
import { readRequirements } from '../../../src/stack/requirements/read-requirements.ts';
import type { Requirements } from '../../../src/stack/requirements/types.ts';

const read = (
  name: string,
  text: string,
  others: Readonly<Record<string, string>> = {},
): Promise<Requirements> =>
  readRequirements(
    { name, text },
    (path) => Promise.resolve(path in others ? { name: path, text: others[path]! } : null),
    { python: null, architecture: 'x86_64' },
  );

const brief = ({ wanted }: Requirements): unknown[] =>
  wanted.map(({ name, version, build }) => [name, version, build]);

describe('environment.yml', () => {
  it("gives conda's packages and pip's, with their lines", async () => {
    const found = await read(
      'environment.yml',
      'channels: [pytorch, nvidia]\ndependencies:\n  - python=3.10\n  - pytorch=2.1\n  - pytorch-cuda=12.1\n' +
        '  - nvidia::cudnn>=8.9,<9\n  - numpy\n  - pip:\n      - -r more.txt\n      - tensorflow==2.12\n',
    );
    expect(brief(found)).toEqual([
      ['python', '==3.10.*', null],
      ['torch', '==2.1.*', null],
      ['cuda', '==12.1.*', null],
      ['cudnn', '>=8.9,<9', null],
      ['tensorflow', '==2.12', null],
    ]);
    expect(found.wanted.map(({ from }) => from).slice(-2)).toEqual([
      'environment.yml: line 6',
      'environment.yml: line 10',
    ]);
  });

  it.each([
    ['tensorflow=2.4.1=gpu_py39h8236f22_0', ['tensorflow', '==2.4.1.*', null]],
    ['tensorflow 2.4.1 cpu_py39', ['tensorflow', '==2.4.1', 'cpu']],
    ['tensorflow-gpu=2.4.*', ['tensorflow', '==2.4.*', null]],
    ['conda-forge::jaxlib==0.4.14', ['jax', '==0.4.14', null]],
    ['cudatoolkit 11.3|11.4', ['cuda', null, null]],
    ['pytorch >=2.1,<2.3', ['torch', '>=2.1,<2.3', null]],
  ])('understands %s', async (spec, wanted) => {
    expect(brief(await read('env.yaml', `dependencies:\n  - ${spec}\n`))).toEqual([wanted]);
  });

  it('knows that cpuonly means the build for the CPU', async () => {
    expect(brief(await read('e.yml', 'dependencies: [pytorch=2.1, cpuonly]'))).toEqual([
      ['torch', '==2.1.*', 'cpu'],
    ]);
  });

  it.each([
    ['no list', 'name: x\n', /has no list of dependencies/],
    ['no YAML', 'dependencies:\n  - [torch\n', /^environment\.yml:\d+: /],
    ['lists in lists without end', `dependencies: ${'['.repeat(20_000)}`, /nested too deeply/],
    ['an alias that grows', 'a: &a [x,x]\ndependencies: *a\n', /has no list of dependencies/],
  ])('is refused with a reason where it is %s', async (_what, text, message) => {
    await expect(read('environment.yml', text)).rejects.toMatchObject({
      code: 'bad-requirements',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('pyproject.toml', () => {
  it("gives the project's own table, and says what is optional", async () => {
    const found = await read(
      'pyproject.toml',
      '[project]\nname = "x"\nrequires-python = ">=3.10"\ndependencies = ["torch>=2.1,<2.5", "numpy"]\n' +
        '[project.optional-dependencies]\ngpu = ["onnxruntime-gpu"]\n',
    );
    expect(brief(found)).toEqual([
      ['python', '>=3.10', null],
      ['torch', '>=2.1,<2.5', null],
    ]);
    expect(found.notes[0]).toContain('optional');
  });

  it("gives poetry's, with its ranges, groups and sources", async () => {
    const found = await read(
      'pyproject.toml',
      '[tool.poetry.dependencies]\npython = "^3.9"\ntorch = { version = "^2.1", source = "pt" }\n' +
        '[tool.poetry.group.tf.dependencies]\ntensorflow = "~2.12"\n' +
        '[[tool.poetry.source]]\nname = "pt"\nurl = "https://download.pytorch.org/whl/cu118"\n',
    );
    expect(brief(found)).toEqual([
      ['python', '>=3.9,<4', null],
      ['torch', '>=2.1,<3', 'cu118'],
      ['tensorflow', '>=2.12,<2.13', null],
    ]);
  });

  it("takes the index from uv's sources", async () => {
    const found = await read(
      'pyproject.toml',
      '[project]\ndependencies = ["torch==2.5.1"]\n[tool.uv.sources]\ntorch = [{ index = "pytorch-cu124" }]\n' +
        '[[tool.uv.index]]\nname = "pytorch-cu124"\nurl = "https://download.pytorch.org/whl/cu124"\nexplicit = true\n',
    );
    expect(brief(found)).toEqual([['torch', '==2.5.1', 'cu124']]);
  });

  it('is refused with its line where it is no TOML, and with the word where one is no requirement', async () => {
    await expect(read('pyproject.toml', '[project]\ndependencies = [\n')).rejects.toThrow(
      /^pyproject\.toml:\d+: /,
    );
    await expect(read('pyproject.toml', '[project]\ndependencies = ["torch=1"]\n')).rejects.toThrow(
      /"torch=1"/,
    );
  });
});

describe('package.json', () => {
  it.each([
    ['onnxruntime-node', '^1.20.0', [['cuda', '12', null]]],
    ['onnxruntime-node', '1.21.1', [['cuda', '11.8', null]]],
    [
      '@tensorflow/tfjs-node-gpu',
      '^4.22.0',
      [
        ['cuda', '11.2', null],
        ['cudnn', '8.1', null],
      ],
    ],
  ])('%s %s is what its binaries load', async (name, range, wanted) => {
    expect(
      brief(await read('package.json', JSON.stringify({ dependencies: { [name]: range, zod: '1' } }))),
    ).toEqual(wanted);
  });

  it('says of a version that is not known that it does not count', async () => {
    const found = await read('package.json', '{"dependencies": {"@tensorflow/tfjs-node-gpu": "2.8.6"}}');
    expect(found).toMatchObject({ wanted: [], notes: [expect.stringContaining('not known')] });
  });

  it.each(['{', '[]', '"x"'])('is refused where it is %s', async (text) => {
    await expect(read('package.json', text)).rejects.toMatchObject({ code: 'bad-requirements' });
  });
});

describe('a Dockerfile', () => {
  it.each([
    [
      'nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04',
      [
        ['cuda', '12.4.1', null],
        ['cudnn', null, null],
      ],
    ],
    [
      'docker.io/nvidia/cuda:10.0-cudnn7-runtime-ubuntu18.04',
      [
        ['cuda', '10.0', null],
        ['cudnn', '7', null],
      ],
    ],
    ['registry.example:5000/mirror/nvidia/cuda:11.8.0-base-ubuntu22.04', [['cuda', '11.8.0', null]]],
    [
      'pytorch/pytorch:2.4.0-cuda12.1-cudnn9-runtime',
      [
        ['torch', '2.4.0', null],
        ['cuda', '12.1', null],
        ['cudnn', '9', null],
      ],
    ],
    ['tensorflow/tensorflow:2.4.1-gpu-jupyter', [['tensorflow', '2.4.1', null]]],
    ['tensorflow/tensorflow:latest-gpu', [['tensorflow', null, null]]],
    ['tensorflow/tensorflow:2.4.1', [['tensorflow', '2.4.1', 'cpu']]],
    ['python:3.10-slim', [['python', '3.10', null]]],
    ['ubuntu:22.04', []],
  ])('FROM %s brings what its tag says', async (image, wanted) => {
    expect(brief(await read('Dockerfile', `FROM ${image}\n`))).toEqual(wanted);
  });

  it.each([
    ['ubuntu:22.04', 'ubuntu', '22.04'],
    ['ubuntu:jammy-20240808', 'ubuntu', '22.04'],
    ['docker.io/library/debian:12.8-slim', 'debian', '12'],
    ['debian:bookworm-slim', 'debian', '12'],
    ['python:3.10-slim-bookworm', 'debian', '12'],
    ['nvidia/cuda:10.0-cudnn7-runtime-ubuntu18.04', 'ubuntu', '18.04'],
    ['registry.example:5000/nvidia/cuda:12.4.1-devel-ubuntu22.04@sha256:00', 'ubuntu', '22.04'],
  ])('on %s is for %s %s', async (image, id, version) => {
    const { system } = await read('Dockerfile', `FROM ${image} AS base\nFROM alpine AS tools\nFROM base\n`);
    expect(system).toMatchObject({ distribution: { id, version }, from: 'Dockerfile: line 1' });
  });

  it.each(['ubuntu', 'ubuntu:99.04', 'pytorch/pytorch:2.4.0-cuda12.1-cudnn9-runtime', 'scratch', 'ubuntu:2'])(
    'on %s is for a system that nobody named',
    async (image) => {
      expect(await read('Dockerfile', `FROM ${image}\n`)).not.toHaveProperty('system');
    },
  );

  it('puts arguments in, and reads what pip and conda install', async () => {
    const text =
      'ARG CUDA=12.4.1\n# syntax\nFROM --platform=linux/amd64 nvidia/cuda:${CUDA}-devel-ubuntu22.04 AS base\n' +
      'ENV TORCH_VERSION=2.4.0\nRUN apt-get update && \\\n    # pip next\n' +
      '    pip3 install --no-cache-dir "torch==${TORCH_VERSION}" numpy \\\n      --index-url https://download.pytorch.org/whl/cu124\n' +
      'RUN ["python", "-m", "pip", "install", "jax[cuda12]==0.4.30"]\nRUN conda install -y -c pytorch pytorch-cuda=12.1\n';
    const found = await read('Dockerfile', text);
    expect(brief(found)).toEqual([
      ['cuda', '12.4.1', null],
      ['torch', '==2.4.0', 'cu124'],
      ['jax', '==0.4.30', 'cuda12'],
      ['cuda', '==12.1.*', null],
    ]);
    expect(found.wanted.map(({ from }) => from)).toEqual(
      [3, 5, 9, 10].map((line) => `Dockerfile: line ${line}`),
    );
  });

  it('counts the last stage and those that it is made of', async () => {
    const text =
      'FROM nvidia/cuda:12.4.1-devel AS build\nRUN pip install torch==2.4\nFROM nvidia/cuda:11.8.0-devel AS other\n' +
      'RUN pip install tensorflow==2.12\nFROM build\nRUN pip install jax\n';
    expect(brief(await read('Dockerfile', text)).map((row) => (row as string[])[0])).toEqual([
      'cuda',
      'torch',
      'jax',
    ]);
  });

  it('reads the requirements that it installs, where they lie beside it', async () => {
    const text = 'FROM ubuntu:22.04\nCOPY requirements.txt /app/\nRUN pip install -r requirements.txt\n';
    const found = await read('Dockerfile', text, { 'requirements.txt': 'torch==2.4.0\n' });
    expect(found.wanted).toMatchObject([{ name: 'torch', from: 'requirements.txt: line 1' }]);
    expect((await read('Dockerfile', text)).notes).toEqual([
      'Dockerfile: line 3: requirements.txt is not there, and was not read',
    ]);
  });
});

describe('a file of any name', () => {
  it.each([
    ['what', 'FROM nvidia/cuda:12.4.1-devel\n', 'cuda'],
    ['what', '{"dependencies": {"onnxruntime-node": "1.21.0"}}', 'cuda'],
    ['what', '[project]\ndependencies = ["torch"]\n', 'torch'],
    ['what', 'dependencies:\n  - pytorch\n', 'torch'],
    ['what', 'torch\n', 'torch'],
    ['gpu.dockerfile', 'FROM pytorch/pytorch:2.4.0-cuda12.1\n', 'torch'],
    ['Pipfile', '[packages]\ntorch = "*"\n', 'torch'],
    ['deps.in', 'tensorflow\n', 'tensorflow'],
  ])('%s is read by what stands in it', async (name, text, wanted) => {
    expect((await read(name, text)).wanted[0]?.name).toBe(wanted);
  });

  it('is refused where it is none of them', async () => {
    await expect(read('README.md', '# My project\n\nIt does things.\n')).rejects.toMatchObject({
      code: 'bad-requirements',
    });
    await expect(read('empty.txt', ' \n')).rejects.toThrow(/is empty/);
  });
});
