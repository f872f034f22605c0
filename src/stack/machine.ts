/** A machine as far as a plan depends on it, from its facts. */
import { distributionOf } from '../compat/distributions.ts';
import type { GpuTraitsKnown } from '../compat/rules/judgement.ts';
import { valueOf, type Answer } from '../machine/answer.ts';
import type { CompilerFacts, Facts, GpuFacts } from '../machine/facts.ts';
import { driverVersion, moduleLoaded } from '../machine/questions/driver.ts';
import { nameOfGpu } from '../machine/questions/gpu.ts';
import { hasKernelPackages } from '../machine/questions/packages.ts';
import { inContainer, inWsl, onJetson } from '../machine/questions/platform.ts';
import type { RequiredSystem } from './requirements/types.ts';
import type { PlanMachine } from './types.ts';

export interface MachineSource {
  /** "this machine", "laptop.json" */
  title: string;
  /** Of --assume-python: "3.10"; undefined: nothing is assumed, and no fact tells. */
  python?: string | undefined;
}

export function planMachineOf(facts: Facts, { title, python }: MachineSource): PlanMachine {
  const os = valueOf(facts.platform.os);
  const isOtherSystem = facts.platform.os.from.kind === 'option';
  const active = python ?? (isOtherSystem ? undefined : activePython(facts));
  const fromOf = (answer: Answer<unknown>): string =>
    answer.from.kind === 'option' ? answer.from.name : title;
  return {
    gpus: gpusOf(facts.gpus),
    driver: driverOf(facts),
    os: os === undefined ? null : { id: os.id, version: os.version, prettyName: os.prettyName },
    architecture: valueOf(facts.platform.architecture) ?? null,
    glibc: os?.version == null ? null : (distributionOf(os.id, os.version)?.glibc ?? null),
    pythons: active === undefined ? null : [active],
    gcc: gccOf(facts.compilers),
    container: inContainer(facts),
    wsl: inWsl(facts),
    jetson: onJetson(facts),
    from: {
      gpus: fromOf(facts.gpus),
      driver: fromOf(facts.kernelDriver.moduleVersion),
      os: fromOf(facts.platform.os),
      python: python === undefined ? title : `--assume-python ${python}`,
    },
  };
}

/** An environment that somebody is in is chosen; of the system's own Python another can stand beside it. */
function activePython(facts: Facts): string | undefined {
  const found = valueOf(facts.python);
  return found === undefined || found.chosen === 'on-path' ? undefined : (found.version ?? undefined);
}

/** The same hardware and driver under another system: what an image is built on. Its compilers and Pythons are not known. */
export function withSystem(machine: PlanMachine, { distribution, from }: RequiredSystem): PlanMachine {
  const { id, version, glibc } = distribution;
  const prettyName = `${id[0]!.toUpperCase()}${id.slice(1)} ${version}`;
  return {
    ...machine,
    os: { id, version, prettyName },
    host: machine.os,
    glibc,
    gcc: null,
    pythons: machine.from.python.startsWith('--') ? machine.pythons : null,
    from: { ...machine.from, os: from },
  };
}

function gpusOf(gpus: Answer<readonly GpuFacts[]>): readonly GpuTraitsKnown[] | null {
  if (gpus.state === 'unknown') return null;
  return (valueOf(gpus) ?? []).map((gpu) => ({
    name: gpu.name ?? nameOfGpu(gpu),
    computeCapability: gpu.computeCapability,
    firstDriverBranch: gpu.firstDriverBranch,
    lastDriverBranch: gpu.lastDriverBranch,
    openKernelModule: gpu.openKernelModule,
  }));
}

/** Of a driver whose module does not run, or is not seen from here, its libraries have the version. */
function driverOf(facts: Facts): string | 'none' | null {
  const version = driverVersion(facts) ?? valueOf(facts.driverLibraries.version);
  if (version !== undefined) return version;
  return moduleLoaded(facts) === false && hasKernelPackages(facts) === false ? 'none' : null;
}

/** Majors that a C++ compiler is there of, newest first; null: nobody could look. */
function gccOf(compilers: Answer<readonly CompilerFacts[]>): readonly number[] | null {
  if (compilers.state === 'unknown') return null;
  const majors = (valueOf(compilers) ?? [])
    .filter(({ family, language }) => family === 'gcc' && language === 'c++')
    .flatMap(({ major }) => major ?? []);
  return [...new Set(majors)].sort((a, b) => b - a);
}
