/** The facts as `doctor --json` prints them: values where known, null where absent, and what could not be looked at by name. */
import { originText, valueOf, type Answer } from '../machine/answer.ts';
import type { Facts } from '../machine/facts.ts';
import { driverVersion } from '../machine/questions/driver.ts';

export function viewOf(facts: Facts): Record<string, unknown> {
  const { platform, kernelDriver, driverLibraries } = facts;
  return {
    os: valueOf(platform.os) ?? null,
    kernel: valueOf(platform.kernel) ?? null,
    container: valueOf(platform.container) ?? null,
    virtualMachine: valueOf(platform.virtualMachine) ?? null,
    wsl: valueOf(platform.wsl) ?? null,
    secureBoot: valueOf(platform.secureBoot) ?? null,
    gpus: (valueOf(facts.gpus) ?? []).map((gpu) => ({
      ...gpu,
      kernelDriver: valueOf(gpu.kernelDriver) ?? null,
    })),
    driver: {
      version: driverVersion(facts) ?? null,
      flavour: valueOf(kernelDriver.moduleFlavour) ?? null,
      builtFor: valueOf(kernelDriver.moduleBuiltFor) ?? [],
      packages: valueOf(kernelDriver.packages) ?? [],
      libraries: valueOf(driverLibraries.version) ?? null,
      libcuda: valueOf(driverLibraries.libcudaLoaded) ?? null,
    },
    nodes: (valueOf(facts.nodes) ?? []).map(({ path, stat, accessible }) => ({
      path,
      mode: modeOf(valueOf(stat)?.mode ?? null),
      accessible: valueOf(accessible) ?? null,
    })),
    toolkits: valueOf(facts.toolkits) ?? [],
    cudnn: valueOf(facts.cudnn) ?? [],
    nvcc: valueOf(facts.nvcc) ?? null,
    compilers: valueOf(facts.compilers) ?? [],
    unknown: unknownsOf(facts),
  };
}

const modeOf = (mode: number | null): string | null =>
  mode === null ? null : mode.toString(8).padStart(4, '0');

/** { "secureBoot": "permission denied (file: /sys/firmware/efi/...)" } */
function unknownsOf(facts: Facts): Record<string, string> {
  const { platform, kernelDriver, driverLibraries } = facts;
  const answers: Record<string, Answer<unknown>> = {
    ...platform,
    gpus: facts.gpus,
    moduleVersion: kernelDriver.moduleVersion,
    modules: kernelDriver.modules,
    moduleBuiltFor: kernelDriver.moduleBuiltFor,
    packages: kernelDriver.packages,
    kernelLog: kernelDriver.kernelLog,
    nodes: facts.nodes,
    libcuda: driverLibraries.libcuda,
    libcudaLoaded: driverLibraries.libcudaLoaded,
    nvidiaSmi: facts.nvidiaSmi,
    toolkits: facts.toolkits,
    cudnn: facts.cudnn,
    nvcc: facts.nvcc,
    compilers: facts.compilers,
    aptSources: facts.apt.nvidiaSources,
    aptKeys: facts.apt.nvidiaKeys,
  };
  return Object.fromEntries(
    Object.entries(answers).flatMap(([name, answer]) =>
      answer.state === 'unknown' ? [[name, `${answer.why} (${originText(answer.from)})`]] : [],
    ),
  );
}
