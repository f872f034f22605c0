/** Ways in which the reference laptop may be broken: parts of facts, to lay over `laptop()`. */
import type { Question } from '../../src/doctor/types.ts';
import type { AptSourceFacts, Facts } from '../../src/machine/facts.ts';
import { gpu, is, laptop, none, smi, ubuntu, type Over } from './facts.ts';

export const MIB = 1 << 20;

export const FOR_CUDA9: Question = {
  purpose: 'run',
  needs: {
    recipe: 'cuda9',
    install: ['cuda9'],
    prefix: 'cuda9',
    cuda: '9.0',
    cudnn: '7.0',
    compiler: true,
    builds: [],
  },
};

export const kernelDriver = (over: Partial<Facts['kernelDriver']>): Facts['kernelDriver'] => ({
  ...laptop().kernelDriver,
  ...over,
});

export const platform = (over: Partial<Facts['platform']>): Facts['platform'] => ({
  ...laptop().platform,
  ...over,
});

/** The driver is installed, and no nvidia module is loaded. */
export const notLoaded = (over: Partial<Facts['kernelDriver']> = {}): Facts['kernelDriver'] =>
  kernelDriver({ modules: is(['i915']), moduleVersion: none(), moduleFlavour: none(), ...over });

/** What one sees of the GPU then. */
export const UNLOADED: Over = {
  gpus: is([gpu({ kernelDriver: is<string | null>(null) })]),
  nodes: none(),
  nvidiaSmi: is(smi({ outcome: 'no-driver', driverVersion: null, cudaVersion: null })),
};

export const DOCKER = platform({ container: is('docker'), os: ubuntu('22.04') });

export const NO_DRIVER_LIBRARIES: Facts['driverLibraries'] = {
  libcuda: none(),
  libcudaLoaded: none(),
  libnvidiaMl: none(),
  version: none(),
};

export const freeOnRoot = (freeBytes: number, freeInodes: number | null = 1e6): Over => ({
  disks: [{ path: '/', purpose: 'root', space: is({ freeBytes, freeInodes }) }],
});

export const NVIDIA_SOURCE: AptSourceFacts = {
  file: '/etc/apt/sources.list.d/cuda.list',
  line: 1,
  uri: 'https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64/',
  suite: '/',
  signedBy: null,
  trusted: false,
  enabled: true,
};
