import { gpuNamed } from '../../src/compat/gpu-name.ts';
import type { GpuTraitsKnown } from '../../src/compat/rules/judgement.ts';
import type { PlanMachine, Wanted } from '../../src/stack/types.ts';

export function gpu(name: string): GpuTraitsKnown {
  const found = gpuNamed(name);
  if (found === null) throw new Error(`no GPU is named ${name}`);
  const { computeCapability, firstDriverBranch, lastDriverBranch, openKernelModule } = found;
  return { name: found.name, computeCapability, firstDriverBranch, lastDriverBranch, openKernelModule };
}

/** A machine of which only what is given is known. */
export function machineWith(
  known: {
    gpus?: readonly string[];
    driver?: string;
    os?: [id: string, version: string, glibc: string];
    python?: string;
    gcc?: readonly number[];
    architecture?: string;
  },
  from: Partial<PlanMachine['from']> = {},
): PlanMachine {
  const { gpus, driver, os, python, gcc, architecture } = known;
  return {
    gpus: gpus === undefined ? null : gpus.map(gpu),
    driver: driver ?? null,
    os: os === undefined ? null : { id: os[0], version: os[1], prettyName: `${os[0]} ${os[1]}` },
    architecture: architecture ?? null,
    glibc: os?.[2] ?? null,
    pythons: python === undefined ? null : [python],
    gcc: gcc ?? null,
    container: false,
    wsl: false,
    jetson: false,
    from: {
      gpus: 'this machine',
      driver: 'this machine',
      os: 'this machine',
      python: python === undefined ? 'this machine' : `--assume-python ${python}`,
      ...from,
    },
  };
}

/** "tensorflow@1.9", "torch@2.14+cu130", "cuda", "torch@>=2.1,<2.5" as pip writes ranges. */
export function wanted(text: string): Wanted {
  const [, name = '', version, build] = /^([^@]+)(?:@([^+]*)(?:\+(.*))?)?$/.exec(text)!;
  return {
    name,
    version: version ?? null,
    notation: version !== undefined && /[<>=~]/.test(version) ? 'pep440' : 'plain',
    build: build ?? null,
    from: 'command line',
  };
}
