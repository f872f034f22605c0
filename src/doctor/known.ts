/** Questions that several judgements ask of the facts. Each answers for what is known; unknown is never taken for absent. */
import type { GpuFacts, Facts, InstalledPackage, ToolkitFacts } from '../machine/facts.ts';
import { valueOf } from '../machine/answer.ts';
import type { Question } from './types.ts';

export const inContainer = (facts: Facts): boolean => valueOf(facts.platform.container) != null;

export const inWsl = (facts: Facts): boolean => valueOf(facts.platform.wsl) != null;

/** Kernel modules and device nodes of this machine are its own: no container, no WSL. */
export const ownsItsKernel = (facts: Facts): boolean => !inContainer(facts) && !inWsl(facts);

export const smiWorks = (facts: Facts): boolean => valueOf(facts.nvidiaSmi)?.outcome === 'ok';

/** Version of the running driver: the loaded module's, else what a working nvidia-smi says. */
export function driverVersion(facts: Facts): string | undefined {
  const smi = valueOf(facts.nvidiaSmi);
  return (
    valueOf(facts.kernelDriver.moduleVersion) ??
    (smi?.outcome === 'ok' ? (smi.driverVersion ?? undefined) : undefined)
  );
}

/** Whether the nvidia module runs; undefined: not known. */
export function moduleLoaded(facts: Facts): boolean | undefined {
  const { moduleVersion, modules } = facts.kernelDriver;
  if (smiWorks(facts) || moduleVersion.state === 'present') return true;
  if (modules.state === 'present') return modules.value.includes('nvidia');
  return moduleVersion.state === 'absent' || modules.state === 'absent' ? false : undefined;
}

export const gpusOf = (facts: Facts): readonly GpuFacts[] => valueOf(facts.gpus) ?? [];

/** "GeForce GTX 1660 Ti at 01:00.0" */
export function nameOfGpu(gpu: GpuFacts): string {
  const name = gpu.name ?? (gpu.pciId ? `NVIDIA GPU (PCI id ${gpu.pciId})` : 'NVIDIA GPU');
  return gpu.busId.startsWith('?') ? name : `${name} at ${gpu.busId}`;
}

/** Whether an NVIDIA GPU is known to be there, by whatever shows it. */
export const gpuSeen = (facts: Facts): boolean => gpusOf(facts).length > 0 || smiWorks(facts);

const isInstalled = (pkg: InstalledPackage): boolean =>
  pkg.state !== 'config-files' && pkg.state !== 'not-installed';

/** nvidia-driver-535, nvidia-dkms-535, nvidia-384, nvidia-kernel-dkms, linux-modules-nvidia-535-generic, akmod-nvidia */
const KERNEL_PACKAGE =
  /^(nvidia-driver(-\d+.*)?|nvidia-(kernel-)?dkms(-\d+.*)?|nvidia-open-kernel-dkms|nvidia-kernel-open-dkms|nvidia-\d+|linux-(modules|objects)-nvidia-.+|akmod-nvidia|kmod-nvidia.*|cuda-drivers(-\d+)?|nvidia-open(-\d+)?)$/;

export function installedPackages(facts: Facts): InstalledPackage[] {
  return (valueOf(facts.kernelDriver.packages) ?? []).filter(isInstalled);
}

/** Packages that bring, or build, the kernel module. */
export function kernelPackages(facts: Facts): InstalledPackage[] {
  return installedPackages(facts).filter(({ name }) => KERNEL_PACKAGE.test(name));
}

/** Whether packages are known not to bring a kernel driver; undefined: not known. */
export function hasKernelPackages(facts: Facts): boolean | undefined {
  const { packages } = facts.kernelDriver;
  if (kernelPackages(facts).length > 0) return true;
  return packages.state === 'unknown' ? undefined : false;
}

/** "535" of nvidia-driver-535, nvidia-dkms-535-open, nvidia-384; undefined where no package names a branch. */
export function packagedBranch(facts: Facts): string | undefined {
  for (const { name } of kernelPackages(facts)) {
    const branch = /^(?:nvidia-driver|nvidia-dkms|nvidia|linux-modules-nvidia)-(\d{3})/.exec(name)?.[1];
    if (branch) return branch;
  }
  return undefined;
}

/** Whether the module exists for the running kernel; undefined: not known. */
export function builtForRunningKernel(facts: Facts): boolean | undefined {
  const kernel = valueOf(facts.platform.kernel);
  const { moduleBuiltFor } = facts.kernelDriver;
  if (moduleBuiltFor.state === 'absent') return false;
  if (moduleBuiltFor.state === 'unknown' || kernel === undefined) return undefined;
  return moduleBuiltFor.value.includes(kernel.release);
}

/** Whether a toolkit's findings count: it is in use, or it is what the question is about. */
export function counts(toolkit: ToolkitFacts, question: Question): boolean {
  return toolkit.inUse.length > 0 || isNeeded(toolkit, question);
}

export function isNeeded(toolkit: ToolkitFacts, question: Question): boolean {
  const wanted = question.needs?.cuda;
  return wanted != null && toolkit.version !== null && startsWithVersion(toolkit.version, wanted);
}

/** "10.0.130" starts with "10.0" and "10", not with "10.0.1". */
export function startsWithVersion(version: string, prefix: string): boolean {
  return version === prefix || version.startsWith(`${prefix}.`);
}

export function subjectOf(toolkit: ToolkitFacts): string {
  return toolkit.prefix === null ? `toolkit:${toolkit.path}` : `prefix:${toolkit.prefix}`;
}

export function nameOfToolkit(toolkit: ToolkitFacts): string {
  const version = toolkit.version === null ? 'a CUDA toolkit of unknown version' : `CUDA ${toolkit.version}`;
  return `${version} (${toolkit.prefix === null ? toolkit.path : `prefix ${toolkit.prefix}`})`;
}
