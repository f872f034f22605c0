/** Which GPUs there are, and whether programs can use one. Unknown is never taken for absent. */
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { valueOf } from '../answer.ts';
import type { DeviceNodeFacts, Facts, GpuFacts } from '../facts.ts';
import { smiWorks } from './driver.ts';
import { inWsl, onJetson } from './platform.ts';

export const gpusOf = (facts: Pick<Facts, 'gpus'>): readonly GpuFacts[] => valueOf(facts.gpus) ?? [];

/** "GeForce GTX 1660 Ti at 01:00.0" */
export function nameOfGpu(gpu: GpuFacts): string {
  const name = gpu.name ?? (gpu.pciId ? `NVIDIA GPU (PCI id ${gpu.pciId})` : 'NVIDIA GPU');
  return gpu.busId.startsWith('?') ? name : `${name} at ${gpu.busId}`;
}

/** Whether an NVIDIA GPU is known to be there, by whatever shows it. */
export const gpuSeen = (facts: Pick<Facts, 'gpus' | 'nvidiaSmi'>): boolean =>
  gpusOf(facts).length > 0 || smiWorks(facts);

/** Whether nvidia-smi worked on these very GPUs: what it reached is served, whatever a table says. */
export const smiReached = (facts: Pick<Facts, 'gpus' | 'nvidiaSmi'>): boolean =>
  smiWorks(facts) && facts.gpus.from.kind !== 'option';

/** What opening the device files of a GPU comes to; `unseen`: nvidia-smi works, although no such file was seen. */
export type DeviceAccess = 'open' | 'closed' | 'missing' | 'unseen' | 'unknown';

type WithPlatform = { platform: Pick<Facts['platform'], 'wsl' | 'jetson'> };

/** Whether this is the device file of a GPU: /dev/nvidia0, in WSL /dev/dxg, on a Jetson /dev/nvmap and what its release has beside it. */
export const isGpuNode = (path: string): boolean =>
  /\/(?:nvidia\d+|dxg|nvmap|nvhost-(?:ctrl-)?gpu|nvgpu\/igpu\d+\/ctrl)$/.test(path);

export function deviceAccess(facts: Pick<Facts, 'nodes' | 'nvidiaSmi'> & WithPlatform): DeviceAccess {
  // WSL's one device, /dev/dxg, is open to everybody; nvidia-smi goes through it.
  if (inWsl(facts) && smiWorks(facts)) return 'open';
  if (facts.nodes.state === 'unknown') return 'unknown';
  const files = deviceFiles(facts);
  if (!files.some(({ path }) => isGpuNode(path))) {
    // They are made when they are first used: a working nvidia-smi has just done so.
    if (smiWorks(facts)) return 'unseen';
    return 'missing';
  }
  if (files.some(({ accessible }) => valueOf(accessible) === false)) return 'closed';
  return files.every(({ accessible }) => accessible.state === 'present') ? 'open' : 'unknown';
}

/**
 * What a program opens to reach a GPU, as far as it is there or could not be looked at. Beside one that is open, those that a cgroup
 * keeps closed were given to others.
 */
export function deviceFiles(facts: Pick<Facts, 'nodes'>): DeviceNodeFacts[] {
  const files = (valueOf(facts.nodes) ?? []).filter(
    ({ path, stat }) => stat.state !== 'absent' && (isGpuNode(path) || /\/nvidia(ctl|-uvm)$/.test(path)),
  );
  const isOthers = ({ path, forbidden }: DeviceNodeFacts): boolean => isGpuNode(path) && forbidden;
  const given = files.some(({ path, forbidden }) => isGpuNode(path) && !forbidden);
  return given ? files.filter((file) => !isOthers(file)) : files;
}

/**
 * What loading the driver's library comes to.
 * - `works`: nvidia-smi has loaded it
 * - `found`: the loader finds it, and whether it is of the module's version is not known
 * - `matches`, `other-version`: it is of the version of the loaded module, or is not
 */
export type LibcudaState = 'works' | 'matches' | 'found' | 'other-version' | 'stub' | 'missing' | 'unknown';

export type LibcudaFacts = Pick<Facts, 'nvidiaSmi'> &
  WithPlatform & {
    driverLibraries: Pick<Facts['driverLibraries'], 'libcudaLoaded' | 'version'>;
    kernelDriver: Pick<Facts['kernelDriver'], 'moduleVersion'>;
  };

export function libcudaState(facts: LibcudaFacts): LibcudaState {
  const { libcudaLoaded } = facts.driverLibraries;
  // nvidia-smi reads its "CUDA Version" by loading libcuda.
  if (smiWorks(facts) && valueOf(facts.nvidiaSmi)?.cudaVersion != null) return 'works';
  if (libcudaLoaded.state === 'absent') return 'missing';
  if (libcudaLoaded.state === 'unknown') return 'unknown';
  if (libcudaLoaded.value.stub) return 'stub';
  // Under WSL the module is Windows' own, on a Jetson L4T's: each brings its library along.
  if (inWsl(facts) || onJetson(facts)) return 'matches';
  const module = valueOf(facts.kernelDriver.moduleVersion);
  const library = libcudaLoaded.value.version ?? valueOf(facts.driverLibraries.version);
  if (module === undefined || library === undefined) return 'found';
  return compareDottedVersions(module, library) === 0 ? 'matches' : 'other-version';
}

export type GpuState =
  /** The driver's library and the device files are here. computeCapability: of the first GPU, null where it is not known. */
  | { state: 'usable'; computeCapability: string | null }
  /** There is a GPU, and programs cannot use it. */
  | { state: 'broken'; because: string }
  /** Something that decides it could not be looked at. */
  | { state: 'unknown'; because: string }
  | { state: 'none'; because: string };

export type GpuUseFacts = Pick<Facts, 'gpus' | 'nodes'> & LibcudaFacts;

/** Whether programs can reach a GPU here. */
export function gpuState(facts: GpuUseFacts): GpuState {
  const gpus = gpusOf(facts);
  const library = libcudaState(facts);
  const device = deviceAccess(facts);
  const fault = LIBRARY_FAULTS[library] ?? DEVICE_FAULTS[device];
  if (fault === undefined && library !== 'unknown' && device !== 'unknown') {
    return { state: 'usable', computeCapability: gpus[0]?.computeCapability ?? null };
  }
  if (facts.gpus.state === 'absent' && !inWsl(facts) && !smiWorks(facts)) {
    return { state: 'none', because: 'there is no NVIDIA GPU here' };
  }
  const name = gpus[0]?.name ?? 'the NVIDIA GPU';
  if (fault === undefined) {
    const what = library === 'unknown' ? "the driver's library libcuda.so.1" : 'its device files';
    return {
      state: 'unknown',
      because: `whether ${name} can be used is not known: ${what} could not be looked at`,
    };
  }
  return gpuSeen(facts)
    ? { state: 'broken', because: `${name} cannot be used: ${fault}` }
    : { state: 'none', because: 'no NVIDIA GPU can be seen here' };
}

const LIBRARY_FAULTS: Partial<Record<LibcudaState, string>> = {
  missing: "the driver's library libcuda.so.1 is not found",
  stub: "the loader takes a stub in place of the driver's library libcuda.so.1",
  'other-version': "the driver's library libcuda.so.1 is not of the loaded module's version",
};

const DEVICE_FAULTS: Partial<Record<DeviceAccess, string>> = {
  closed: 'its device files cannot be opened',
  missing: 'its device files are not there',
};
