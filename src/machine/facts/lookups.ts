/** What several probes need: looked up once, and only when one of them asks. */
import { valueOf, type Answer } from '../answer.ts';
import type { Facts, InstalledPackage, KernelDriverFacts, PlatformFacts } from '../facts.ts';
import type { Machine } from '../machine.ts';
import { memoized } from '../memo.ts';
import { probePackages } from './driver/dpkg.ts';
import { probeModules, probeModuleVersion, type ModuleVersion } from './driver/modules.ts';
import { probeGpus, seesNvidiaDevice } from './gpu/gpus.ts';
import { probeNvidiaSmi, type SmiReport } from './gpu/nvidia-smi.ts';
import { probeArchitecture } from './platform/architecture.ts';
import { probeJetson } from './platform/jetson.ts';
import { probeKernelLog } from './platform/kernel-log.ts';
import { probeKernel } from './platform/kernel.ts';
import { probeWsl } from './platform/virtualization.ts';

type Lookup<T> = () => Promise<T>;

export interface Lookups {
  /** Asked each question once. */
  machine: Machine;
  kernel: Lookup<PlatformFacts['kernel']>;
  architecture: Lookup<PlatformFacts['architecture']>;
  wsl: Lookup<PlatformFacts['wsl']>;
  jetson: Lookup<PlatformFacts['jetson']>;
  modules: Lookup<KernelDriverFacts['modules']>;
  moduleVersion: Lookup<Answer<ModuleVersion>>;
  packages: Lookup<Answer<readonly InstalledPackage[]>>;
  kernelLog: Lookup<Answer<readonly string[]>>;
  smi: Lookup<Answer<SmiReport>>;
  gpus: Lookup<Facts['gpus']>;
}

export function lookupsOf(given: Machine): Lookups {
  const machine = memoized(given);
  const kernel = once(() => probeKernel(machine));
  const packages = once(() => probePackages(machine));
  const architecture = once(async () => probeArchitecture(machine, { kernel: await kernel(), packages }));
  const wsl = once(async () => probeWsl(machine, await kernel()));
  const jetson = once(async () =>
    probeJetson(machine, { kernel: await kernel(), architecture: await architecture() }),
  );
  const modules = once(() => probeModules(machine));
  const smi = once(() => probeNvidiaSmi(machine));
  const kernelLog = once(async () => probeKernelLog(machine, await mayConcernGpu(machine, await modules())));
  const moduleVersion = once(async () =>
    probeModuleVersion(machine, { modules: await modules(), smi, kernelLog, wsl: await wsl() }),
  );
  const gpus = once(async () =>
    probeGpus(machine, { smi, kernelLog, wsl: await wsl(), jetson: await jetson() }),
  );
  return {
    machine,
    kernel,
    architecture,
    wsl,
    jetson,
    modules,
    moduleVersion,
    packages,
    kernelLog,
    smi,
    gpus,
  };
}

/** Whether the kernel can have said anything about an NVIDIA GPU; not knowing counts as yes. */
async function mayConcernGpu(machine: Machine, modules: Answer<readonly string[]>): Promise<boolean> {
  if ((await seesNvidiaDevice(machine)) !== false) return true;
  return valueOf(modules)?.some((name) => /^(?:nvidia|nouveau)/.test(name)) ?? false;
}

function once<T>(look: Lookup<T>): Lookup<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= look());
}
