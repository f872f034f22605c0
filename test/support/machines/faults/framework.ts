import { changed, type Host } from '../host.ts';
import { any } from '../kinds.ts';
import { withToolkit } from '../parts.ts';
import {
  firstGpu,
  forCuda12,
  kernelSays,
  otherGpu,
  PACKAGES,
  renumbered,
  unequipped,
  withoutPackage,
  withPython,
  withTensorFlow,
} from './changes.ts';
import type { Fault } from './fault.ts';

/** The newest PyTorch that the driver of the machine serves. */
const torchFor = (host: Host): string => (host.name.includes('18.04') ? '1.7.1+cu101' : '2.5.1+cu124');

const withTorch = (host: Host, version: string): Host =>
  changed(withPython(host, `torch-${version}`), {
    files: { [`${PACKAGES}/torch/version.py`]: versionFile(version) },
  });

function versionFile(version: string): string {
  const [, major, minor] = /\+cu(\d+)(\d)$/.exec(version) ?? [];
  return `__version__ = '${version}'\ncuda: Optional[str] = ${major === undefined ? 'None' : `'${major}.${minor}'`}\n`;
}

export const faults: readonly Fault[] = [
  {
    code: 'application-fault',
    how: 'a program read where it may not',
    severity: 'warning',
    on: any('native'),
    inject: (host) =>
      kernelSays(
        host,
        `NVRM: Xid (PCI:${firstGpu(host).slice(0, -2)}): 31, pid=4242, name=python3, Ch 00000008, intr 10000000. MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_0 faulted @ 0x7f92_9a53d000.`,
      ),
  },
  {
    code: 'torch-cpu-build',
    how: 'pip was given the build without CUDA',
    severity: 'warning',
    on: any('native', 'container', 'wsl', 'jetson'),
    inject: (host) => withTorch(host, `${torchFor(host).split('+')[0]!}+cpu`),
  },
  {
    code: 'torch-cuda-arch-unsupported',
    how: 'the PyTorch that is installed has no code for the card',
    on: any('native', 'container', 'wsl'),
    given: (host) =>
      otherGpu(renumbered(unequipped(host), '580.95.05', '13.0', false), '1b80', 'NVIDIA GeForce GTX 1080'),
    inject: (host) => withTorch(host, '2.9.0+cu130'),
  },
  {
    code: 'tf-built-for-other-cuda',
    how: 'TensorFlow is for another CUDA than the toolkit',
    on: any('native', 'container', 'wsl'),
    given: (host) =>
      withTensorFlow(withToolkit(forCuda12(host), '11.8', '11.8.89', 99), [
        'sm_60',
        'sm_80',
        'sm_90',
        'sm_75',
      ]),
    inject: (host) => withoutPackage(host, 'nvidia_cuda_runtime'),
  },
  {
    code: 'pip-nvidia-libs-mixed',
    how: 'two packages bring the same files',
    severity: 'warning',
    on: any('native', 'container', 'wsl', 'jetson'),
    given: (host) => withTorch(host, torchFor(host)),
    inject: (host) => withPython(host, 'nvidia_cudnn_cu11-8.9.6.50', 'nvidia_cudnn_cu12-9.1.0.70'),
  },
];
