import { changed, without } from '../host.ts';
import { all, any } from '../kinds.ts';
import { equipped, toolkitOf } from './changes.ts';
import type { Fault } from './fault.ts';

const isLibcuda = /\/libcuda\.so/;

export const faults: readonly Fault[] = [
  {
    code: 'libcuda-missing',
    how: 'the library is not installed',
    on: any('native', 'jetson'),
    inject: (host) => without(host, isLibcuda),
  },
  {
    code: 'libcuda-missing',
    how: "the container was given the driver's tools alone",
    on: all('container'),
    inject: (host) => changed(without(host, isLibcuda), { env: { NVIDIA_DRIVER_CAPABILITIES: 'utility' } }),
  },
  {
    code: 'libcuda-missing',
    how: "Windows' driver brings none",
    on: all('wsl'),
    inject: (host) => without(host, isLibcuda),
  },
  {
    code: 'libcuda-stub-loaded',
    how: "LD_LIBRARY_PATH leads to a toolkit's stubs",
    on: any('native', 'container', 'wsl', 'jetson'),
    given: equipped,
    inject: (host) => {
      const stubs = `${toolkitOf(host)}/lib64/stubs`;
      return changed(host, {
        links: { [`${stubs}/libcuda.so.1`]: 'libcuda.so' },
        env: { LD_LIBRARY_PATH: stubs },
      });
    },
  },
  {
    code: 'nvidia-utils-missing',
    severity: 'warning',
    how: 'nvidia-smi is not installed',
    on: any('native'),
    inject: (host) => without(host, '/usr/bin/nvidia-smi'),
  },
  {
    code: 'nvidia-utils-missing',
    severity: 'warning',
    how: "the container was given the driver's libraries alone",
    on: all('container'),
    inject: (host) =>
      changed(without(host, '/usr/bin/nvidia-smi'), { env: { NVIDIA_DRIVER_CAPABILITIES: 'compute' } }),
  },
];
