/**
 * "What if": facts with a part replaced by what the caller assumes (--assume-gpu, --assume-driver, --assume-os). Every
 * replaced answer names the option as its origin, so that evidence never passes an assumption off as seen.
 */
import { usageError } from '../base/errors.ts';
import { gpuByPciId, traitsByGpuName } from '../compat/gpus.ts';
import { absent, present, unknown, valueOf, type Origin } from './answer.ts';
import type { DeviceNodeFacts, Facts, GpuFacts, LibraryFile, OsFacts } from './facts.ts';

export interface Assumptions {
  /** "10de:2191", or a name: "GTX 1660 Ti". */
  gpu?: string | undefined;
  /** "535.183.01": a driver of this version that works. */
  driver?: string | undefined;
  /** "ubuntu-18.04", "ubuntu18.04", "debian-12" */
  os?: string | undefined;
}

/** @throws GpuSetupError `unknown-gpu`, `bad-driver-version`, `bad-os` (exit code 2) */
export function assume(facts: Facts, assumptions: Assumptions): Facts {
  let assumed = facts;
  if (assumptions.os !== undefined) assumed = withOs(assumed, assumptions.os);
  if (assumptions.gpu !== undefined) assumed = withGpu(assumed, assumptions.gpu);
  if (assumptions.driver !== undefined) assumed = withDriver(assumed, assumptions.driver);
  return assumed;
}

const option = (flag: string, value: string): Origin => ({ kind: 'option', name: `${flag} ${value}` });

const CODENAMES: Readonly<Record<string, string>> = {
  'ubuntu 16.04': 'xenial',
  'ubuntu 18.04': 'bionic',
  'ubuntu 20.04': 'focal',
  'ubuntu 22.04': 'jammy',
  'ubuntu 24.04': 'noble',
  'debian 11': 'bullseye',
  'debian 12': 'bookworm',
  'debian 13': 'trixie',
};

function withOs(facts: Facts, text: string): Facts {
  const match = /^([a-z][a-z-]*?)(?:[- ]?(\d+(?:\.\d+)*))?$/.exec(text.trim().toLowerCase());
  if (match === null) {
    throw usageError('bad-os', `"${text}" names no distribution`, {
      hint: 'write ID-VERSION as os-release has them: ubuntu-18.04, debian-12, fedora-40',
    });
  }
  const [, id, version = null] = match;
  const os: OsFacts = {
    id: id!,
    version,
    codename: CODENAMES[`${id} ${version}`] ?? null,
    prettyName: [`${id![0]!.toUpperCase()}${id!.slice(1)}`, version].filter(Boolean).join(' '),
    idLike: id === 'ubuntu' ? ['debian'] : [],
  };
  return { ...facts, platform: { ...facts.platform, os: present(os, option('--assume-os', text)) } };
}

function withGpu(facts: Facts, text: string): Facts {
  const from = option('--assume-gpu', text);
  const byId = gpuByPciId(text);
  const traits = byId ?? traitsByGpuName(text) ?? traitsByGpuName(`GeForce ${text}`);
  if (traits === null) {
    throw usageError('unknown-gpu', `the table of GPUs has no "${text}"`, {
      hint: 'write a PCI id as "lspci -nn" prints it (10de:2191) or a name ("GeForce GTX 1660 Ti")',
    });
  }
  const loaded = facts.kernelDriver.moduleVersion.state === 'present';
  const { computeCapability, architecture, form, firstDriverBranch, lastDriverBranch, openKernelModule } =
    traits;
  const gpu: GpuFacts = {
    busId: '?0',
    pciId: byId?.pciId ?? null,
    name: byId?.name ?? text,
    computeCapability,
    architecture,
    form,
    firstDriverBranch,
    lastDriverBranch,
    openKernelModule,
    kernelDriver: present(loaded ? 'nvidia' : null, from),
  };
  return { ...facts, gpus: present([gpu], from) };
}

/** A driver that is whole: module loaded, nodes there and open to all, user-mode libraries of the same version. */
function withDriver(facts: Facts, version: string): Facts {
  if (!/^\d{2,4}\.\d+(\.\d+)*$/.test(version)) {
    throw usageError('bad-driver-version', `"${version}" is no driver version`, {
      hint: 'write it as nvidia-smi prints it: 535.183.01',
    });
  }
  const from = option('--assume-driver', version);
  const notAsked = unknown('not-applicable', 'a driver is assumed', from);
  const gpus = valueOf(facts.gpus);
  const modules = (valueOf(facts.kernelDriver.modules) ?? []).filter((name) => name !== 'nouveau');
  const kernel = valueOf(facts.platform.kernel);
  const libcuda = library('libcuda.so', version);
  return {
    ...facts,
    gpus:
      gpus === undefined
        ? facts.gpus
        : present(
            gpus.map((gpu) => ({ ...gpu, kernelDriver: present('nvidia', from) })),
            facts.gpus.from,
          ),
    kernelDriver: {
      modules: present([...new Set([...modules, 'nvidia', 'nvidia_uvm'])], from),
      moduleVersion: present(version, from),
      moduleFlavour: notAsked,
      moduleBuiltFor: kernel === undefined ? notAsked : present([kernel.release], from),
      packages: notAsked,
      blacklisted: { nouveau: notAsked, nvidia: notAsked },
      kernelLog: absent(from),
    },
    nodes: present(nodesFor(gpus?.length ?? 1, from), from),
    driverLibraries: {
      libcuda: present([libcuda], from),
      libcudaLoaded: present({ ...libcuda, by: 'ld.so.cache' as const, stub: false }, from),
      libnvidiaMl: present([library('libnvidia-ml.so', version)], from),
      version: present(version, from),
    },
    nvidiaSmi: notAsked,
  };
}

function library(name: string, version: string): LibraryFile {
  const path = `/usr/lib/x86_64-linux-gnu/${name}.1`;
  return { path, realPath: path.replace(/1$/, version), soname: `${name}.1`, version };
}

function nodesFor(gpus: number, from: Origin): DeviceNodeFacts[] {
  const names = [...Array.from({ length: gpus }, (_, at) => `nvidia${at}`), 'nvidiactl', 'nvidia-uvm'];
  return names.map((name) => ({
    path: `/dev/${name}`,
    stat: present({ type: 'char', mode: 0o666, uid: 0, gid: 0, rdev: null, size: null }, from),
    accessible: present(true, from),
  }));
}
