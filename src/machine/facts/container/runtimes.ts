/** How containers that are started here are given the GPU: what was written for their runtimes. */
import type { RuntimesFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { probeCdi } from './cdi.ts';
import {
  probeContainerd,
  probeDocker,
  probeSnapDocker,
  probeToolkitConfiguration,
} from './runtime-configuration.ts';

export async function probeRuntimes(machine: Machine): Promise<RuntimesFacts> {
  const [docker, containerd, toolkit, cdi, snapDocker] = await Promise.all([
    probeDocker(machine),
    probeContainerd(machine),
    probeToolkitConfiguration(machine),
    probeCdi(machine),
    probeSnapDocker(machine),
  ]);
  return { docker, containerd, toolkit, cdi, snapDocker };
}
