/** A Python and its frameworks, read from real folders: which one is active, what it holds, what that was built for. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/doctor/diagnose.ts';
import { present, valueOf } from '../../../../src/machine/answer.ts';
import type { Facts, PythonFacts } from '../../../../src/machine/facts.ts';
import { ownVersion } from '../../../../src/machine/facts/python/framework-files.ts';
import { requiredPackages } from '../../../../src/machine/facts/python/required-packages.ts';
import { probePython } from '../../../../src/machine/facts/python/python.ts';
import { liveMachine } from '../../../../src/machine/kinds/live.ts';
import { planMachineOf } from '../../../../src/stack/machine.ts';
import { gpu, is, known, RUN } from '../../../support/facts.ts';
import { libraryFor } from '../../../support/fatbin-image.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** A virtual environment with the files that pip leaves of these. */
function venv(files: Readonly<Record<string, string | Uint8Array>>, version = '3.10.12'): string {
  const root = join(tempDir(), 'my venv');
  const all: Record<string, string | Uint8Array> = {
    'pyvenv.cfg': `home = /usr/bin\ninclude-system-site-packages = false\nversion = ${version}\n`,
    'bin/python3': '',
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`lib/python3.10/site-packages/${name}`, text]),
    ),
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const METADATA = 'Metadata-Version: 2.1\n';
const TORCH = {
  'torch-2.1.0+cu118.dist-info/METADATA': METADATA,
  'torch/version.py':
    "from typing import Optional\n__all__ = ['__version__']\n__version__ = '2.1.0+cu118'\ndebug = False\ncuda: Optional[str] = '11.8'\nhip: Optional[str] = None\n",
};
/** For the GPUs before the RTX 50: no code that an RTX 5090 takes. */
const NEWER_TORCH = {
  'torch-2.7.1+cu126.dist-info/METADATA': METADATA,
  'torch/version.py': "__version__ = '2.7.1+cu126'\ncuda: Optional[str] = '12.6'\n",
};
const CPU_TORCH = {
  'torch-2.1.0+cpu.dist-info/METADATA': METADATA,
  'torch/version.py': "__version__ = '2.1.0+cpu'\ncuda: Optional[str] = None\nhip: Optional[str] = None\n",
};

const machineWith = (env: Readonly<Record<string, string>>): ReturnType<typeof liveMachine> =>
  liveMachine({ env: { PATH: '/nowhere', ...env } });

async function pythonIn(root: string): Promise<PythonFacts> {
  return valueOf(await probePython(machineWith({}), root))!;
}

describe('which Python', () => {
  it('is the one whose environment is active, before one on PATH', async () => {
    const root = venv(TORCH);
    const found = await probePython(machineWith({ VIRTUAL_ENV: root, PATH: '/usr/bin' }));
    expect(valueOf(found)).toMatchObject({ path: root, chosen: 'active', version: '3.10.12' });
  });

  it('is the first on PATH where none is active, and the program that was named before all', async () => {
    const [first, second] = [venv(TORCH), venv({}, '3.11.2')];
    const machine = machineWith({ PATH: `${first}/bin:/usr/bin`, VIRTUAL_ENV: '' });
    expect(valueOf(await probePython(machine))).toMatchObject({ path: first, chosen: 'on-path' });
    expect(valueOf(await probePython(machine, `${second}/bin/python3`))).toMatchObject({
      path: second,
      chosen: 'named',
      version: '3.11.2',
    });
  });

  it('is absent where there is none', async () => {
    expect((await probePython(machineWith({}))).state).toBe('absent');
    expect((await probePython(machineWith({}), '/no/such/python')).state).toBe('absent');
  });

  it('has its version in conda from the package, and in a system from its program', async () => {
    const conda = venv(TORCH);
    writeFileSync(join(conda, 'pyvenv.cfg'), '');
    symlinkSync('python3', join(conda, 'bin/python'));
    expect((await pythonIn(conda)).version).toBe('3.10');
    mkdirSync(join(conda, 'conda-meta'));
    writeFileSync(join(conda, 'conda-meta/python-3.10.4-h12debd9_0.json'), '{}');
    expect((await pythonIn(conda)).version).toBe('3.10.4');
  });
});

describe('what a framework was built for', () => {
  it.each([
    ["__version__ = '1.4.0'\ndebug = False\ncuda = '10.1'\n", { cuda: '10.1', isCpuBuild: false }],
    ["__version__ = '1.4.0+cpu'\ncuda = None\n", { cuda: null, isCpuBuild: true, local: 'cpu' }],
    [
      "is_cuda_build = True\ncuda_version_number = '10.1'\ncudnn_version_number = '7'\n",
      { cuda: '10.1', cudnn: '7' },
    ],
    [
      'build_info = collections.OrderedDict([("cpu_compiler", "gcc"), ("cuda_compute_capabilities", ["sm_35", "sm_80", "compute_80"]), ("cuda_version", "11.2"), ("cudnn_version", "8"), ("is_cuda_build", True)])',
      { cuda: '11.2', cudnn: '8', architectures: { machine: ['3.5', '8.0'], ptx: ['8.0'] } },
    ],
    ['build_info = {"is_cuda_build": False}', { cuda: null, isCpuBuild: true }],
    ["package_name = 'onnxruntime-gpu'\ncuda_version = '12.8'\n", { cuda: '12.8', isCpuBuild: false }],
    ['', { cuda: null, cudnn: null, isCpuBuild: false, architectures: null }],
  ])('%s', (text, expected) => {
    expect(ownVersion(text)).toMatchObject(expected);
  });

  it('is found for each framework of a folder, with the libraries that pip brought', async () => {
    const found = await pythonIn(
      venv({
        ...TORCH,
        'nvidia_cudnn_cu11-8.7.0.84.dist-info/METADATA': METADATA,
        'numpy-1.26.4.dist-info/METADATA': METADATA,
      }),
    );
    expect(found.frameworks).toMatchObject([
      { framework: 'torch', version: '2.1.0', build: 'cu118', cuda: '11.8', isCpuBuild: false },
    ]);
    expect(found.nvidiaPackages).toEqual([{ name: 'nvidia-cudnn-cu11', version: '8.7.0.84' }]);
  });
});

describe('what its libraries have code for', () => {
  const KERNELS = {
    'torch/lib/libtorch_cuda.so': libraryFor([
      { kind: 'machine-code', architecture: '8.0' },
      { kind: 'machine-code', architecture: '9.0a' },
      { kind: 'ptx', architecture: '9.0' },
    ]),
    'torch/lib/libtorch_cpu.so': libraryFor(),
    // NVIDIA's own, which has more: that PyTorch has no kernels for them is what counts.
    'torch/lib/libcublas.so.12': libraryFor([{ kind: 'machine-code', architecture: '5.0' }]),
  };

  it('is read from the fat binaries of its own libraries', async () => {
    const root = venv({ ...TORCH, ...KERNELS });
    expect((await pythonIn(root)).frameworks[0]!.architectures).toEqual({
      machine: ['8.0', '9.0a'],
      ptx: ['9.0'],
      from: `${root}/lib/python3.10/site-packages/torch/lib/libtorch_cuda.so`,
    });
  });

  it('is not known where one of them cannot be read, or none has any', async () => {
    const broken = { ...KERNELS, 'torch/lib/libtorch_cuda_linalg.so': '\u007fELF' };
    expect((await pythonIn(venv({ ...TORCH, ...broken }))).frameworks[0]!.architectures).toBeNull();
    expect((await pythonIn(venv(TORCH))).frameworks[0]!.architectures).toBeNull();
  });

  it('judges a build that no table has, and beats the table for one that it has', async () => {
    const own = { 'torch-9.9.0a0+git123.dist-info/METADATA': METADATA, ...KERNELS };
    const python = present(await pythonIn(venv(own)), { kind: 'dir' as const, name: '/venv' });
    const found = diagnose(known({ gpus: is([gpu()]), python }), RUN, 'x').diagnoses;
    expect(found).toContainEqual(
      expect.objectContaining({
        code: 'torch-cuda-arch-unsupported',
        severity: 'error',
        confidence: 'certain',
      }),
    );
    const listed = present(await pythonIn(venv({ ...TORCH, ...KERNELS })), python.from);
    expect(diagnose(known({ gpus: is([gpu()]), python: listed }), RUN, 'x').diagnoses).toContainEqual(
      expect.objectContaining({ code: 'torch-cuda-arch-unsupported', severity: 'error' }),
    );
  });
});

describe('what its metadata says it was built with', () => {
  it.each([
    [
      'Requires-Dist: nvidia-cudnn-cu12==9.1.0.70; platform_system == "Linux"',
      { name: 'nvidia-cudnn-cu12', atLeast: '9.1.0.70', exact: true },
    ],
    [
      "Requires-Dist: nvidia-cudnn-cu12 (==8.9.2.26) ; platform_system == 'Linux'",
      { name: 'nvidia-cudnn-cu12', atLeast: '8.9.2.26', exact: true },
    ],
    [
      "Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == 'and-cuda'",
      { name: 'nvidia-cublas-cu12', atLeast: '12.5.3.2', exact: false },
    ],
  ])('%s', (line, expected) => {
    expect(requiredPackages(`Name: torch\n${line}\nRequires-Dist: numpy`)).toEqual([expected]);
  });

  it('a library that pip has since replaced by an older one is named', async () => {
    const pinned = `${METADATA}Requires-Dist: nvidia-nvjitlink-cu11==12.4.127\n`;
    const files = {
      ...TORCH,
      'torch-2.1.0+cu118.dist-info/METADATA': pinned,
      'nvidia_nvjitlink_cu11-12.1.105.dist-info/METADATA': METADATA,
    };
    const python = present(await pythonIn(venv(files)), { kind: 'dir' as const, name: '/venv' });
    expect(diagnose(known({ python }), RUN, 'x').diagnoses).toContainEqual(
      expect.objectContaining({ code: 'pip-nvidia-libs-mixed', severity: 'warning' }),
    );
  });
});

describe('the libraries that TensorFlow opens by name', () => {
  const TENSORFLOW = {
    'tensorflow-2.10.0.dist-info/METADATA': METADATA,
    'tensorflow/python/platform/build_info.py':
      'build_info = {"cuda_version": "11.2", "cudnn_version": "8", "is_cuda_build": True}',
  };
  const machine = is('x86_64');

  it('are there where pip has brought them, and absent where nobody has', async () => {
    const brought = { 'nvidia_cuda_runtime_cu11-11.8.89.dist-info/METADATA': METADATA };
    const root = venv({ ...TENSORFLOW, ...brought });
    const found = valueOf(await probePython(machineWith({}), root, machine))!.frameworks[0]!.libraries;
    expect(found.map(({ soname, found: where }) => [soname, where.state])).toEqual([
      ['libcudart.so.11.0', 'present'],
      ['libcudnn.so.8', 'absent'],
    ]);
  });

  it('are not looked for where the architecture is not known', async () => {
    const found = valueOf(await probePython(machineWith({}), venv(TENSORFLOW)));
    expect(found!.frameworks[0]!.libraries).toEqual([]);
  });
});

describe('what it comes to on a GPU and driver', () => {
  const blackwell = gpu({ name: 'GeForce RTX 5090', computeCapability: '12.0', firstDriverBranch: '570' });
  const codes = (facts: Facts): [string, string][] =>
    diagnose(facts, RUN, 'x').diagnoses.map(({ code, severity }) => [code, severity]);
  const facts = async (files: Readonly<Record<string, string>>, one = gpu()): Promise<Facts> =>
    known({ gpus: is([one]), python: present(await pythonIn(venv(files)), { kind: 'dir', name: '/venv' }) });

  it('a wheel without code for this GPU is found before it is started, and says which to take', async () => {
    const found = diagnose(await facts(NEWER_TORCH, blackwell), RUN, 'x').diagnoses;
    const wheel = found.find(({ code }) => code === 'torch-cuda-arch-unsupported');
    expect(wheel).toMatchObject({ severity: 'error', confidence: 'certain' });
    expect(wheel!.fix.some(({ argv }) => argv?.join(' ').includes('torch==') === true)).toBe(true);
  });

  it('a wheel that has it is fine', async () => {
    expect(codes(await facts(TORCH))).not.toContainEqual(['torch-cuda-arch-unsupported', 'error']);
  });

  it('of a Python that nobody chose it is information', async () => {
    const seen = await facts(NEWER_TORCH, blackwell);
    const python = present({ ...valueOf(seen.python)!, chosen: 'on-path' as const }, seen.python.from);
    expect(codes({ ...seen, python })).toContainEqual(['torch-cuda-arch-unsupported', 'info']);
  });

  it('a wheel without CUDA beside a GPU is a warning, and nothing without one', async () => {
    expect(codes(await facts(CPU_TORCH))).toContainEqual(['torch-cpu-build', 'warning']);
    expect(codes({ ...(await facts(CPU_TORCH)), gpus: is([]) })).not.toContainEqual([
      'torch-cpu-build',
      'warning',
    ]);
    expect(codes(await facts(TORCH))).not.toContainEqual(['torch-cpu-build', 'warning']);
  });

  it('a driver that is too old for the wheel is named', async () => {
    const old = await facts(TORCH);
    const kernelDriver = { ...old.kernelDriver, moduleVersion: is('390.157') };
    expect(codes({ ...old, kernelDriver })).toContainEqual(['driver-too-old-for-cuda', 'error']);
  });

  it('one library of pip for two CUDA majors is a warning', async () => {
    const one = { 'nvidia_cudnn_cu11-8.7.0.84.dist-info/METADATA': METADATA };
    const two = { ...one, 'nvidia_cudnn_cu12-9.1.0.70.dist-info/METADATA': METADATA };
    expect(codes(await facts(two))).toContainEqual(['pip-nvidia-libs-mixed', 'warning']);
    expect(codes(await facts(one))).not.toContainEqual(['pip-nvidia-libs-mixed', 'warning']);
  });

  it("an active Python is the one that plan plans for; the system's own is not", async () => {
    const active = await facts(TORCH);
    expect(planMachineOf(active, { title: 'x' }).pythons).toEqual(['3.10.12']);
    expect(planMachineOf(active, { title: 'x', python: '3.8' }).pythons).toEqual(['3.8']);
    const python = present({ ...valueOf(active.python)!, chosen: 'on-path' as const }, active.python.from);
    expect(planMachineOf({ ...active, python }, { title: 'x' }).pythons).toBeNull();
  });
});
