/**
 * "What if": facts with a part replaced by what the caller assumes (--assume-gpu, --assume-driver, --assume-os). Every
 * replaced answer names the option as its origin, so that evidence never passes an assumption off as seen.
 */
import { usageError } from '../base/errors.ts';
import { DISTRIBUTIONS, distributionOf, nearestDistributions } from '../compat/distributions.ts';
import { branchOf, driverBranchesForGpu, type DriverBranch } from '../compat/drivers.ts';
import { gpuNamed, nearestGpus } from '../compat/gpu-name.ts';
import { familyOf } from '../compat/package-families.ts';
import { absent, present, unknown, valueOf, type Origin } from './answer.ts';
import type { DeviceNodeFacts, Facts, GpuFacts, LibraryFile, OsFacts } from './facts.ts';
import { inWsl } from './questions/platform.ts';

export interface Assumptions {
  /** One, or several: "10de:2191", "GTX 1660 Ti", "sm_75". */
  gpu?: string | readonly string[] | undefined;
  /** "535.183.01": a driver of this version that works. */
  driver?: string | undefined;
  /** "ubuntu-18.04", "ubuntu18.04", "debian-12" */
  os?: string | undefined;
}

/** @throws GpuSetupError `unknown-gpu`, `bad-driver-version`, `bad-os` (exit code 2): what no table knows, with the nearest */
export function assume(facts: Facts, { gpu, driver, os }: Assumptions): Facts {
  let assumed = facts;
  if (os !== undefined) assumed = withOs(assumed, os);
  if (gpu !== undefined) assumed = withGpus(assumed, typeof gpu === 'string' ? [gpu] : gpu);
  if (driver !== undefined) assumed = withDriver(assumed, driver);
  return assumed;
}

const option = (flag: string, value: string): Origin => ({ kind: 'option', name: `${flag} ${value}` });

function withOs(facts: Facts, text: string): Facts {
  const match = /^([a-z][a-z-]*?)(?:[- ]?(\d+(?:\.\d+)*))?$/.exec(text.trim().toLowerCase());
  if (match === null) throw noDistribution(text, `"${text}" names no distribution`);
  const [, id, version = null] = match;
  const known = DISTRIBUTIONS.some((one) => one.id === id);
  // Of some distributions no table has the releases: then the name alone can be wrong.
  if (!known && familyOf(id!, []) === null)
    throw noDistribution(text, `there is no distribution "${id}" that gpu-setup knows`);
  const release = distributionOf(id!, version);
  if (known && version !== null && release === null)
    throw noDistribution(text, `there is no ${id} ${version} that gpu-setup knows`);
  const os: OsFacts = {
    id: id!,
    version,
    codename: version === null ? null : (release?.codename ?? null),
    prettyName: [`${id![0]!.toUpperCase()}${id!.slice(1)}`, version].filter(Boolean).join(' '),
    idLike: id === 'ubuntu' ? ['debian'] : [],
  };
  const from = option('--assume-os', text);
  // Whoever names another distribution speaks of another machine than the container, WSL or Jetson that this one is.
  const another = { container: present(null, from), wsl: present(null, from), jetson: present(null, from) };
  return { ...facts, platform: { ...facts.platform, ...another, os: present(os, from) } };
}

function noDistribution(text: string, message: string): Error {
  const near = nearestDistributions(text);
  return usageError('bad-os', message, {
    hint:
      (near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `) +
      'write ID-VERSION as os-release has them: ubuntu-18.04, debian-12',
    details: { os: text, nearest: near },
  });
}

function withGpus(facts: Facts, names: readonly string[]): Facts {
  const from = option('--assume-gpu', names.join(', '));
  const loaded = facts.kernelDriver.moduleVersion.state === 'present';
  const gpus = names.map((name, at) => assumedGpu(name, at, present(loaded ? 'nvidia' : null, from)));
  return { ...facts, gpus: present(gpus, from) };
}

function assumedGpu(text: string, at: number, kernelDriver: GpuFacts['kernelDriver']): GpuFacts {
  const named = gpuNamed(text);
  if (named === null) {
    const near = nearestGpus(text);
    throw usageError('unknown-gpu', `the table of GPUs has no "${text}"`, {
      hint:
        (near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `) +
        'write a PCI id as "lspci -nn" prints it (10de:2191), a name ("GeForce GTX 1660 Ti") or an architecture (sm_75)',
      details: { gpu: text, nearest: near },
    });
  }
  const { computeCapability, architecture, form, firstDriverBranch, lastDriverBranch, openKernelModule } =
    named;
  return {
    busId: `?${at}`,
    pciId: named.pciId,
    name: named.name,
    computeCapability,
    architecture,
    form,
    firstDriverBranch,
    lastDriverBranch,
    openKernelModule,
    kernelDriver,
  };
}

function refuseUnknownDriver(version: string, facts: Facts): void {
  if (!/^\d{2,4}\.\d+(\.\d+)*$/.test(version)) {
    throw usageError('bad-driver-version', `"${version}" is no driver version`, {
      hint: 'write it as nvidia-smi prints it: 535.183.01',
    });
  }
  if (mayExist(version, inWsl(facts))) return;
  const near = nearestReleases(version);
  throw usageError(
    'bad-driver-version',
    `there was never a driver ${version} for Linux that gpu-setup knows of`,
    {
      hint: `the nearest: ${near.join(', ')}`,
      details: { driver: version, nearest: near },
    },
  );
}

/** Older branches that lived for weeks are in no table; from this one on the table has all of them. */
const ALL_KNOWN_FROM = 390;

/** @param ofWindows under WSL the driver is Windows' own, whose branches have numbers in between */
function mayExist(version: string, ofWindows: boolean): boolean {
  const known = branchOf(version)?.branch;
  const major = Number.parseInt(version, 10);
  return known !== undefined && (ofWindows || Number(known) === major || major < ALL_KNOWN_FROM);
}

/** The newest of the branches next to it, the nearest first. */
function nearestReleases(version: string): string[] {
  const distance = ({ branch }: DriverBranch): number =>
    Math.abs(Number(branch) - Number.parseInt(version, 10));
  return [...driverBranchesForGpu({ firstDriverBranch: null, lastDriverBranch: null })]
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, 2)
    .map(({ branch, lastRelease }) => lastRelease ?? branch);
}

/** A driver that is whole: module loaded, nodes there and open to all, user-mode libraries of the same version. */
function withDriver(facts: Facts, version: string): Facts {
  refuseUnknownDriver(version, facts);
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
      buildLog: absent(from),
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
    forbidden: false,
  }));
}
