/**
 * Facts about a machine: all of them, or those that one question needs. Probes run side by side; what several of them need is
 * looked up once. Commands are a last resort: a machine without a GPU is described without starting a single child process.
 */
import { mapAnswer, valueOf } from '../answer.ts';
import type {
  DriverLibraryFacts,
  Facts,
  KernelDriverFacts,
  NvidiaSmiFacts,
  PlatformFacts,
} from '../facts.ts';
import type { Machine } from '../machine.ts';
import type { GpuUseFacts } from '../questions/gpu.ts';
import { probeNvidiaKeys } from './apt/apt-keys.ts';
import { probeNvidiaSources } from './apt/apt-sources.ts';
import { probeBuildLog } from './driver/build-log.ts';
import { probeModuleBuiltFor } from './driver/built-modules.ts';
import { probeDriverLibraries } from './driver/driver-libraries.ts';
import { probeRuntimes } from './container/runtimes.ts';
import { probeBlacklists } from './driver/modprobe.ts';
import { probeModuleFlavour } from './driver/modules.ts';
import { probeCompute } from './compute/probe.ts';
import { probeNodes } from './driver/nodes.ts';
import type { SmiReport } from './gpu/nvidia-smi.ts';
import { probeNvSwitches } from './gpu/nvswitch.ts';
import type { NvmlLook } from './gpu/state/nvml/probe.ts';
import { probeGpuStates } from './gpu/state/probe.ts';
import { lookupsOf, type Lookups } from './lookups.ts';
import { probeDisks } from './platform/disks.ts';
import { probeCommandLine, probeKernelHeaders, probeKernelsInstalled } from './platform/kernel.ts';
import { probeLent } from './platform/lent.ts';
import { probeOs } from './platform/os.ts';
import { probeSecureBoot } from './platform/secure-boot.ts';
import { probeContainer, probeVirtualMachine } from './platform/virtualization.ts';
import { asSeenBy, probeProcess, pythonOf } from './process/process.ts';
import { probePython } from './python/python.ts';
import { probeServices } from './services/services.ts';
import { probeCompilers } from './toolkit/compilers.ts';
import { probeCudnn } from './toolkit/cudnn.ts';
import { probeEnvironment } from './toolkit/environment.ts';
import { findNvcc, nvccFacts } from './toolkit/nvcc.ts';
import { probePrefixes } from './toolkit/prefixes.ts';
import { probeToolkits } from './toolkit/toolkits.ts';

/** What is looked at besides the machine itself. */
export interface Named {
  /** Absolute path of a Python or of its environment; left out: the one that is active. */
  python?: string | undefined;
  /** Whether libcuda is loaded and asked to compute. */
  deep?: boolean;
  /** A running process, whose environment then takes the place of ours. */
  pid?: number | undefined;
}

/** Everything. Never throws for what the machine is or lacks. */
export async function collectFacts(given: Machine, named: Named = {}): Promise<Facts> {
  const process = await probeProcess(given, named.pid);
  const look = lookupsOf(process.state === 'present' ? await asSeenBy(given, process.value.pid) : given);
  const { machine } = look;
  const [
    platform,
    gpus,
    kernelDriver,
    report,
    nodes,
    cuda,
    compilers,
    python,
    apt,
    disks,
    environment,
    gpuStates,
    lent,
    runtimes,
    compute,
    nvSwitches,
    services,
  ] = await Promise.all([
    platformFacts(look),
    look.gpus(),
    kernelDriverFacts(look),
    look.smi(),
    look.jetson().then((jetson) => probeNodes(machine, jetson)),
    cudaFacts(machine),
    probeCompilers(machine),
    look
      .architecture()
      .then((architecture) => probePython(machine, named.python ?? pythonOf(process), architecture)),
    aptFacts(machine),
    probeDisks(machine),
    probeEnvironment(machine),
    look.smi().then((smi) => probeGpuStates(machine, smi, () => nvmlLook(look))),
    probeLent(machine),
    probeRuntimes(machine),
    probeCompute(machine, named.deep === true, {
      gpus: look.gpus,
      libraries: () => driverLibraryFacts(look),
    }),
    probeNvSwitches(machine),
    servicesOf(look),
  ]);
  return {
    platform,
    gpus,
    kernelDriver,
    nodes,
    driverLibraries: await driverLibraryFacts(look),
    nvidiaSmi: mapAnswer(report, shownSmi),
    gpuStates,
    lent,
    runtimes,
    compute,
    nvSwitches,
    services,
    ...cuda,
    cudaHome: machine.env('CUDA_HOME'),
    environment,
    compilers,
    python,
    process,
    apt,
    disks,
    transcripts: machine.transcripts().filter(({ probe }) => probe !== true),
  };
}

async function nvmlLook(look: Lookups): Promise<NvmlLook> {
  const [gpus, version, architecture, container, wsl] = await Promise.all([
    look.gpus(),
    look.moduleVersion(),
    look.architecture(),
    probeContainer(look.machine),
    look.wsl(),
  ]);
  return {
    gpus,
    moduleVersion: mapAnswer(version, (one) => one.version),
    platform: { architecture, container, wsl },
  };
}

/** Of a machine without driver and GPU no service is asked for. */
async function servicesOf(look: Lookups): Promise<Facts['services']> {
  const [container, version, gpus] = await Promise.all([
    probeContainer(look.machine),
    look.moduleVersion(),
    look.gpus(),
  ]);
  const concerned = version.state === 'present' && gpus.state !== 'absent';
  return probeServices(look.machine, { container, concerned });
}

/** The NVIDIA GPUs alone. */
export async function collectGpus(machine: Machine): Promise<Facts['gpus']> {
  return lookupsOf(machine).gpus();
}

/** What `gpuState` asks for. */
export async function collectGpuUse(given: Machine): Promise<GpuUseFacts> {
  const look = lookupsOf(given);
  const [wsl, jetson, gpus, version, report, nodes, driverLibraries] = await Promise.all([
    look.wsl(),
    look.jetson(),
    look.gpus(),
    look.moduleVersion(),
    look.smi(),
    look.jetson().then((jetson) => probeNodes(look.machine, jetson)),
    driverLibraryFacts(look),
  ]);
  return {
    platform: { wsl, jetson },
    gpus,
    kernelDriver: { moduleVersion: mapAnswer(version, (one) => one.version) },
    nodes,
    driverLibraries,
    nvidiaSmi: mapAnswer(report, shownSmi),
  };
}

async function platformFacts({
  machine,
  kernel,
  wsl,
  jetson,
  architecture,
  kernelLog,
}: Lookups): Promise<PlatformFacts> {
  const container = await probeContainer(machine);
  const [os, virtualMachine, secureBoot, kernelsInstalled, kernelHeaders] = await Promise.all([
    probeOs(machine),
    probeVirtualMachine(machine),
    probeSecureBoot(machine, container, kernelLog),
    probeKernelsInstalled(machine),
    kernel().then((running) => probeKernelHeaders(machine, running)),
  ]);
  return {
    os,
    architecture: await architecture(),
    kernel: await kernel(),
    container,
    virtualMachine,
    wsl: await wsl(),
    jetson: await jetson(),
    secureBoot,
    kernelsInstalled,
    kernelHeaders,
  };
}

async function kernelDriverFacts(look: Lookups): Promise<KernelDriverFacts> {
  const { machine } = look;
  const [modules, version, moduleBuiltFor, packages, blacklisted] = await Promise.all([
    look.modules(),
    look.moduleVersion(),
    probeModuleBuiltFor(machine),
    look.packages(),
    probeCommandLine(machine).then((commandLine) => probeBlacklists(machine, commandLine)),
  ]);
  return {
    modules,
    moduleVersion: mapAnswer(version, (one) => one.version),
    moduleFlavour: await probeModuleFlavour(machine, version, look.kernelLog),
    moduleBuiltFor,
    packages,
    blacklisted,
    kernelLog: await look.kernelLog(),
    buildLog: await probeBuildLog(machine, valueOf(await look.kernel())?.release, moduleBuiltFor),
  };
}

export async function driverLibraryFacts(look: Lookups): Promise<DriverLibraryFacts> {
  return probeDriverLibraries(look.machine, {
    architecture: await look.architecture(),
    packages: look.packages,
    smi: look.smi,
    kernelLog: look.kernelLog,
  });
}

async function cudaFacts(
  machine: Machine,
): Promise<Pick<Facts, 'toolkits' | 'damagedPrefixes' | 'cudnn' | 'nvcc'>> {
  const found = await findNvcc(machine);
  const prefixes = await probePrefixes(machine);
  const toolkits = await probeToolkits(machine, found, prefixes);
  const [cudnn, nvcc] = await Promise.all([
    probeCudnn(machine, toolkits),
    nvccFacts(machine, found, valueOf(toolkits) ?? []),
  ]);
  return { toolkits, damagedPrefixes: prefixes.damaged, cudnn, nvcc };
}

async function aptFacts(machine: Machine): Promise<Facts['apt']> {
  const nvidiaSources = await probeNvidiaSources(machine);
  return { nvidiaSources, nvidiaKeys: await probeNvidiaKeys(machine, nvidiaSources) };
}

/** What the report shows of it; the rest went into other facts. */
export function shownSmi(report: SmiReport): NvidiaSmiFacts {
  const { outcome, driverVersion, cudaVersion, cudaVersionNotAvailable, gpuNames, excerpt } = report;
  return { outcome, driverVersion, cudaVersion, cudaVersionNotAvailable, gpuNames, excerpt };
}
