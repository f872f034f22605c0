/** A machine of which nothing is known: what a log alone is judged against, and what everything else is assumed of. */
import { absent, unknown, type Answer, type Unknown } from './answer.ts';
import type { Facts } from './facts.ts';
import { NO_PROCESS } from './facts/process/process.ts';

const nothing = (): Unknown =>
  unknown('not-recorded', 'nothing is known about this', { kind: 'text', name: 'log' });

/** @param architecture as `uname -m` names it, where that alone is known, and how */
export function unknownMachine(architecture: Answer<string> = nothing()): Facts {
  return {
    platform: {
      os: nothing(),
      architecture,
      kernel: nothing(),
      container: nothing(),
      virtualMachine: nothing(),
      wsl: nothing(),
      jetson: nothing(),
      secureBoot: nothing(),
      kernelsInstalled: nothing(),
      kernelHeaders: nothing(),
    },
    gpus: nothing(),
    kernelDriver: {
      modules: nothing(),
      moduleVersion: nothing(),
      moduleFlavour: nothing(),
      moduleBuiltFor: nothing(),
      packages: nothing(),
      blacklisted: { nouveau: nothing(), nvidia: nothing() },
      kernelLog: nothing(),
      buildLog: nothing(),
    },
    nodes: nothing(),
    driverLibraries: {
      libcuda: nothing(),
      libcudaLoaded: nothing(),
      libnvidiaMl: nothing(),
      version: nothing(),
    },
    nvidiaSmi: nothing(),
    gpuStates: nothing(),
    lent: {
      visibleDevices: nothing(),
      capabilities: nothing(),
      job: nothing(),
      sharedMemory: nothing(),
    },
    runtimes: {
      docker: nothing(),
      containerd: nothing(),
      toolkit: nothing(),
      cdi: nothing(),
      snapDocker: nothing(),
    },
    compute: null,
    nvSwitches: nothing(),
    services: { fabricManager: nothing(), persistenced: nothing() },
    toolkits: nothing(),
    damagedPrefixes: nothing(),
    cudnn: nothing(),
    nvcc: nothing(),
    cudaHome: nothing(),
    environment: {
      visibleDevices: nothing(),
      cudaHomeIsThere: nothing(),
      cudaLink: nothing(),
      nvccCompiler: nothing(),
      nvidiaModprobe: nothing(),
    },
    compilers: nothing(),
    python: nothing(),
    process: absent(NO_PROCESS),
    apt: { nvidiaSources: nothing(), nvidiaKeys: nothing() },
    disks: [],
    transcripts: [],
  };
}
