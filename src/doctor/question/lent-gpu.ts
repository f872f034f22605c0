/** What a container or a job was given of the GPUs of its host, and what it was told. */
import { valueOf } from '../../machine/answer.ts';
import type { DeviceNodeFacts, Facts } from '../../machine/facts.ts';
import { deviceFiles, isGpuNode } from '../../machine/questions/gpu.ts';

/** Whether NVIDIA_VISIBLE_DEVICES asks for no GPU: "void" and nothing keep the driver out too, "none" the GPUs alone. */
export const givesNone = (told: string): boolean => /^(?:void|none|)$/i.test(told.trim());

const isGiven = ({ path, forbidden }: DeviceNodeFacts): boolean => isGpuNode(path) && !forbidden;

/** How many GPUs a cgroup leaves open; null: it closes none, or that is not known. */
export function givenByCgroup(facts: Facts): number | null {
  const files = valueOf(facts.nodes) ?? [];
  return files.some(({ path, forbidden }) => isGpuNode(path) && forbidden)
    ? files.filter(isGiven).length
    : null;
}

/**
 * A pod to which the device plugin has allotted a GPU (it names it by UUID, or by number), and in which there is none: the runtime
 * that started it was not NVIDIA's. "all" says nothing: images set it for themselves.
 */
export function allottedInVain(facts: Facts): boolean {
  const told = valueOf(facts.lent.visibleDevices)?.trim();
  return (
    valueOf(facts.platform.container) === 'kubernetes' &&
    told !== undefined &&
    /^(?:GPU-|MIG-|\d)/.test(told) &&
    facts.nodes.state !== 'unknown' &&
    !deviceFiles(facts).some(({ path }) => isGpuNode(path))
  );
}

/** Why a job that was given no GPU sees none; null: it sees one, as where the batch system keeps none of them closed. */
export function whyJobHasNone(facts: Facts): string | null {
  const visible = valueOf(facts.environment.visibleDevices)?.trim();
  if (facts.gpus.state === 'absent') return 'the node that it runs on has none';
  if (visible !== undefined && /^(?:NoDevFiles|)$/i.test(visible))
    return `CUDA_VISIBLE_DEVICES is "${visible}"`;
  if (facts.nodes.state === 'unknown' || deviceFiles(facts).some(isGiven)) return null;
  return facts.nodes.state === 'present' && deviceFiles(facts).some(({ forbidden }) => forbidden)
    ? 'its cgroup keeps the GPUs of the node closed'
    : null;
}
