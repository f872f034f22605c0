/** Which version the NVIDIA driver of a machine has, without asking for more than that takes. */
import { valueOf } from './answer.ts';
import { probePackages } from './facts/driver/dpkg.ts';
import { probeDriverLibraries } from './facts/driver/driver-libraries.ts';
import { probeModules, probeModuleVersion } from './facts/driver/modules.ts';
import { probeNvidiaSmi } from './facts/gpu/nvidia-smi.ts';
import { probeKernelLog } from './facts/platform/kernel-log.ts';
import { probeKernel } from './facts/platform/kernel.ts';
import { probeWsl } from './facts/platform/virtualization.ts';
import type { Machine } from './machine.ts';
import { memoized } from './memo.ts';

/**
 * The loaded module counts; where none is loaded, the libraries of the driver that is installed. Null where none is
 * found. Each source is asked only where those before it do not say.
 */
export async function driverVersionOf(given: Machine): Promise<string | null> {
  const machine = memoized(given);
  const kernel = await probeKernel(machine);
  const smi = once(() => probeNvidiaSmi(machine));
  // What the kernel logged at the start of a session is not worth running dmesg for.
  const kernelLog = once(() => probeKernelLog(machine, false));
  const module = await probeModuleVersion(machine, {
    modules: await probeModules(machine),
    wsl: await probeWsl(machine, kernel),
    smi,
    kernelLog,
  });
  const loaded = valueOf(module)?.version ?? valueOf(await smi())?.driverVersion;
  if (loaded !== undefined && loaded !== null) return loaded;
  const { version } = await probeDriverLibraries(machine, {
    kernel,
    packages: await probePackages(machine),
    smi,
    kernelLog,
  });
  return valueOf(version) ?? null;
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= look());
}
