/**
 * All facts about a machine. Probes run side by side; what several of them need is looked up once. Commands are a last
 * resort: a machine without a GPU is described without starting a single child process.
 */
import { mapAnswer, valueOf, type Answer } from '../answer.ts';
import type { Facts, KernelDriverFacts, NvidiaSmiFacts, PlatformFacts } from '../facts.ts';
import type { Machine } from '../machine.ts';
import { memoized } from '../memo.ts';
import { probeNvidiaKeys } from './apt/apt-keys.ts';
import { probeNvidiaSources } from './apt/apt-sources.ts';
import { probeModuleBuiltFor } from './driver/built-modules.ts';
import { probeCompilers } from './toolkit/compilers.ts';
import { probeCudnn } from './toolkit/cudnn.ts';
import { probeDisks } from './platform/disks.ts';
import { probePackages } from './driver/dpkg.ts';
import { probeDriverLibraries } from './driver/driver-libraries.ts';
import { probeGpus, seesNvidiaDevice } from './gpu/gpus.ts';
import { probeKernelLog } from './platform/kernel-log.ts';
import {
  probeCommandLine,
  probeKernel,
  probeKernelHeaders,
  probeKernelsInstalled,
} from './platform/kernel.ts';
import { probeBlacklists } from './driver/modprobe.ts';
import { probeModuleFlavour, probeModules, probeModuleVersion } from './driver/modules.ts';
import { probeNodes } from './driver/nodes.ts';
import { findNvcc, nvccFacts } from './toolkit/nvcc.ts';
import { probeNvidiaSmi, type SmiReport } from './gpu/nvidia-smi.ts';
import { probeOs } from './platform/os.ts';
import { probeSecureBoot } from './platform/secure-boot.ts';
import { probeToolkits } from './toolkit/toolkits.ts';
import { probeContainer, probeVirtualMachine, probeWsl } from './platform/virtualization.ts';

/** Never throws for what the machine is or lacks. */
export async function collectFacts(given: Machine): Promise<Facts> {
  const machine = memoized(given);
  const { kernel, wsl, modules, smi, kernelLog } = await sharedAnswers(machine);

  const [platform, gpus, kernelDriver, report, nodes, cuda, compilers, apt, disks] = await Promise.all([
    platformFacts(machine, kernel, wsl, kernelLog),
    probeGpus(machine, { smi, kernelLog, wsl }),
    kernelDriverFacts(machine, { modules, smi, kernelLog, wsl }),
    smi(),
    probeNodes(machine),
    cudaFacts(machine),
    probeCompilers(machine),
    aptFacts(machine),
    probeDisks(machine),
  ]);
  return {
    platform,
    gpus,
    kernelDriver,
    nodes,
    driverLibraries: await probeDriverLibraries(machine, {
      kernel,
      packages: kernelDriver.packages,
      smi,
      kernelLog,
    }),
    nvidiaSmi: mapAnswer(report, shownSmi),
    ...cuda,
    cudaHome: machine.env('CUDA_HOME'),
    compilers,
    apt,
    disks,
    transcripts: machine.transcripts().filter(({ probe }) => probe !== true),
  };
}

/** The GPUs alone, for who asks nothing else. */
export async function collectGpus(given: Machine): Promise<Facts['gpus']> {
  const machine = memoized(given);
  return probeGpus(machine, await sharedAnswers(machine));
}

type KernelLog = () => Promise<Answer<readonly string[]>>;

/** What several probes need; what takes a command is looked up when the first of them asks. */
async function sharedAnswers(machine: Machine): Promise<{
  kernel: PlatformFacts['kernel'];
  wsl: PlatformFacts['wsl'];
  modules: KernelDriverFacts['modules'];
  smi: () => Promise<Answer<SmiReport>>;
  kernelLog: KernelLog;
}> {
  const kernel = await probeKernel(machine);
  const modules = await probeModules(machine);
  return {
    kernel,
    wsl: await probeWsl(machine, kernel),
    modules,
    smi: once(() => probeNvidiaSmi(machine)),
    kernelLog: once(async () => probeKernelLog(machine, await mayConcernGpu(machine, modules))),
  };
}

async function platformFacts(
  machine: Machine,
  kernel: PlatformFacts['kernel'],
  wsl: PlatformFacts['wsl'],
  kernelLog: KernelLog,
): Promise<PlatformFacts> {
  const container = await probeContainer(machine);
  const [os, virtualMachine, secureBoot, kernelsInstalled, kernelHeaders] = await Promise.all([
    probeOs(machine),
    probeVirtualMachine(machine),
    probeSecureBoot(machine, container, kernelLog),
    probeKernelsInstalled(machine),
    probeKernelHeaders(machine, kernel),
  ]);
  return { os, kernel, container, virtualMachine, wsl, secureBoot, kernelsInstalled, kernelHeaders };
}

async function kernelDriverFacts(
  machine: Machine,
  sources: {
    modules: KernelDriverFacts['modules'];
    smi: () => Promise<Answer<SmiReport>>;
    kernelLog: KernelLog;
    wsl: PlatformFacts['wsl'];
  },
): Promise<KernelDriverFacts> {
  const [version, moduleBuiltFor, packages, blacklisted] = await Promise.all([
    probeModuleVersion(machine, sources),
    probeModuleBuiltFor(machine),
    probePackages(machine),
    probeCommandLine(machine).then((commandLine) => probeBlacklists(machine, commandLine)),
  ]);
  return {
    modules: sources.modules,
    moduleVersion: mapAnswer(version, (one) => one.version),
    moduleFlavour: await probeModuleFlavour(machine, version, sources.kernelLog),
    moduleBuiltFor,
    packages,
    blacklisted,
    kernelLog: await sources.kernelLog(),
  };
}

async function cudaFacts(machine: Machine): Promise<Pick<Facts, 'toolkits' | 'cudnn' | 'nvcc'>> {
  const found = await findNvcc(machine);
  const toolkits = await probeToolkits(machine, found);
  const [cudnn, nvcc] = await Promise.all([
    probeCudnn(machine, toolkits),
    nvccFacts(machine, found, valueOf(toolkits) ?? []),
  ]);
  return { toolkits, cudnn, nvcc };
}

async function aptFacts(machine: Machine): Promise<Facts['apt']> {
  const nvidiaSources = await probeNvidiaSources(machine);
  return { nvidiaSources, nvidiaKeys: await probeNvidiaKeys(machine, nvidiaSources) };
}

/** Whether the kernel can have said anything about an NVIDIA GPU; not knowing counts as yes. */
async function mayConcernGpu(machine: Machine, modules: Answer<readonly string[]>): Promise<boolean> {
  if ((await seesNvidiaDevice(machine)) !== false) return true;
  return valueOf(modules)?.some((name) => /^(?:nvidia|nouveau)/.test(name)) ?? false;
}

/** What the report shows of it; the rest went into other facts. */
function shownSmi(report: SmiReport): NvidiaSmiFacts {
  const { outcome, driverVersion, cudaVersion, cudaVersionNotAvailable, gpuNames, excerpt } = report;
  return { outcome, driverVersion, cudaVersion, cudaVersionNotAvailable, gpuNames, excerpt };
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= look());
}
