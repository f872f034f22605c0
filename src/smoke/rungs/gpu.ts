/** Whether programs can reach a GPU here, from facts alone. */
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';

export type GpuState =
  /** A driver's library and device nodes are here. computeCapability: of the first one, null where it is not known. */
  | { state: 'usable'; computeCapability: string | null }
  /** There is a GPU, and programs cannot use it. */
  | { state: 'broken'; because: string }
  | { state: 'none'; because: string };

export function gpuState(facts: Pick<Facts, 'gpus' | 'nodes' | 'driverLibraries' | 'platform'>): GpuState {
  const gpus = valueOf(facts.gpus) ?? [];
  const loaded = valueOf(facts.driverLibraries.libcudaLoaded);
  const library = loaded !== undefined && !loaded.stub;
  const nodes = (valueOf(facts.nodes) ?? []).some(
    ({ path, stat, accessible }) =>
      /^\/dev\/nvidia\d+$/.test(path) && stat.state === 'present' && valueOf(accessible) !== false,
  );
  // Windows brings the device into WSL under another name.
  const wsl = valueOf(facts.platform.wsl) === 2;
  if (library && (nodes || wsl)) {
    return { state: 'usable', computeCapability: gpus[0]?.computeCapability ?? null };
  }
  if (gpus.length === 0) {
    const because =
      facts.gpus.state === 'unknown' ? 'no NVIDIA GPU can be seen here' : 'there is no NVIDIA GPU here';
    return { state: 'none', because };
  }
  const name = gpus[0]!.name ?? 'the NVIDIA GPU';
  const why = library
    ? 'its device nodes cannot be opened'
    : "the driver's library libcuda.so.1 is not found";
  return { state: 'broken', because: `${name} cannot be used: ${why}` };
}
