/** The newest GPUs are driven by NVIDIA's open kernel modules alone, those before Turing by the proprietary ones alone. */
import type { GpuTraitsKnown, Judgement } from './judgement.ts';
import { judged, known, refused } from './judged.ts';

const SOURCE = 'https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html';

/** @param flavour of the modules that are loaded or chosen; null: not known */
export function openModulesFit(gpu: GpuTraitsKnown, flavour: 'open' | 'proprietary' | null): Judgement {
  const { name, openKernelModule } = gpu;
  const needs = {
    required: `${name} is driven by the open kernel modules alone`,
    supported: `${name} is driven by the open and by the proprietary kernel modules`,
    unsupported: `${name} is driven by the proprietary kernel modules alone`,
  };
  if (openKernelModule === null)
    return judged('open-kernel-modules', 'unknown', `which kernel modules drive ${name} is in no table`);
  const fact = known({ source: SOURCE, confidence: 'seen' }, needs[openKernelModule]);
  const wrong = { required: 'proprietary', supported: null, unsupported: 'open' }[openKernelModule];
  return flavour !== null && flavour === wrong
    ? refused('open-kernel-modules', `${needs[openKernelModule]}, not by the ${flavour} ones`, fact)
    : judged('open-kernel-modules', 'yes', needs[openKernelModule], fact);
}
