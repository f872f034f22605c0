/** How rules name things. */
import type { FrameworkBuild } from '../frameworks.ts';
import type { GpuTraitsKnown } from './judgement.ts';

/** "GeForce RTX 3080 (compute capability 8.6)" */
export function gpuInWords({
  name,
  computeCapability,
}: Pick<GpuTraitsKnown, 'name' | 'computeCapability'>): string {
  return computeCapability === null || name.includes(computeCapability)
    ? name
    : `${name} (compute capability ${computeCapability})`;
}

/** "torch 2.14.1 (cu126)" */
export function buildInWords({ framework, version, build }: FrameworkBuild): string {
  return build === null ? `${framework} ${version}` : `${framework} ${version} (${build})`;
}
