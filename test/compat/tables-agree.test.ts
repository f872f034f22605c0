/** The tables against each other: what one names, the others know. */
import { validRange } from '@renovatebot/pep440';
import { describe, expect, it } from 'vitest';
import { CUDA_RELEASES, newestPatchOf } from '../../src/compat/cuda-releases.ts';
import { cudnnReleases } from '../../src/compat/cudnn.ts';
import driverBranches from '../../src/compat/data/driver-branches.json' with { type: 'json' };
import sonames from '../../src/compat/data/sonames.json' with { type: 'json' };
import { compareDottedVersions } from '../../src/compat/dotted-version.ts';
import {
  branchOf,
  driverServesCuda,
  maxCudaForDriver,
  minDriverForCuda,
  minorCompatDriverForCuda,
} from '../../src/compat/drivers.ts';
import { buildsOf, FRAMEWORKS } from '../../src/compat/frameworks.ts';
import {
  architecturesOfToolkit,
  knownCapabilities,
  libraryPtx,
  toolkitsForCapability,
} from '../../src/compat/gpu-architectures.ts';
import { allGpus, gpuModules } from '../../src/compat/gpus.ts';
import { hostCompilersForCuda } from '../../src/compat/host-compilers.ts';
import { releasesOfSoname } from '../../src/compat/sonames.ts';

const OLDEST = CUDA_RELEASES[0]!;
const isRelease = (cuda: string): boolean => CUDA_RELEASES.includes(cuda);
const ascending = (versions: readonly string[]): boolean =>
  versions.every((version, at) => at === 0 || compareDottedVersions(versions[at - 1]!, version) < 0);

describe('a CUDA release', () => {
  it.each(CUDA_RELEASES)('%s has a driver, architectures, compilers, a newest patch', (cuda) => {
    const driver = minDriverForCuda(cuda)!;
    expect(driver).toMatch(/^\d{3}\./);
    expect(driverServesCuda(driver, cuda)).toBe('native');
    expect(compareDottedVersions(maxCudaForDriver(driver)!, cuda), driver).toBeGreaterThanOrEqual(0);
    expect(branchOf(driver)?.maxCuda, driver).not.toBeNull();
    expect(architecturesOfToolkit(cuda)?.machine.length).toBeGreaterThan(5);
    expect(hostCompilersForCuda(cuda)?.gccMax).toBeGreaterThan(4);
    expect(newestPatchOf(cuda)?.startsWith(`${cuda}.`)).toBe(true);
  });

  it('is in order, and asks for a newer driver than the one before', () => {
    expect(ascending(CUDA_RELEASES)).toBe(true);
    expect(ascending(CUDA_RELEASES.map((cuda) => minDriverForCuda(cuda)!))).toBe(true);
  });

  it('of one major has one floor of minor version compatibility, which its first release reaches', () => {
    const floors = new Map<string, Set<string | null>>();
    for (const cuda of CUDA_RELEASES) {
      const major = cuda.split('.')[0]!;
      floors.set(major, (floors.get(major) ?? new Set()).add(minorCompatDriverForCuda(cuda)));
    }
    for (const [major, found] of floors) {
      expect(found.size, major).toBe(1);
      expect([...found][0] !== null, major).toBe(Number(major) >= 11);
    }
  });
});

describe('architectures', () => {
  it('of a toolkit are in order, and one that was dropped never comes back', () => {
    for (const cuda of CUDA_RELEASES)
      expect(ascending(architecturesOfToolkit(cuda)!.machine), cuda).toBe(true);
    for (const capability of knownCapabilities()) {
      const makers = CUDA_RELEASES.filter((cuda) =>
        architecturesOfToolkit(cuda)!.machine.includes(capability),
      );
      const from = CUDA_RELEASES.indexOf(makers[0]!);
      expect(makers, capability).toEqual(CUDA_RELEASES.slice(from, from + makers.length));
    }
  });

  it('with features are of architectures that the toolkit makes code for', () => {
    for (const cuda of CUDA_RELEASES) {
      const { features, machine } = architecturesOfToolkit(cuda)!;
      for (const feature of features) expect(machine, cuda).toContain(feature.slice(0, -1));
    }
  });

  it('of a GPU are made by the toolkits that its row names', () => {
    for (const gpu of [...allGpus(), ...gpuModules()]) {
      const { first, last } = toolkitsForCapability(gpu.computeCapability!);
      const named = `${gpu.name} ${gpu.computeCapability}`;
      expect(last, named).toBe(gpu.lastCuda);
      // The table of toolkits begins with CUDA 8.0.
      const firstNamed = compareDottedVersions(gpu.firstCuda!, OLDEST) < 0 ? OLDEST : gpu.firstCuda;
      expect(first, named).toBe(firstNamed);
    }
  });

  it('of libraries without PTX are those of whole releases', () => {
    for (const cuda of CUDA_RELEASES)
      expect(libraryPtx(cuda) === null, cuda).toBe(Number(cuda.split('.')[0]) >= 11);
  });
});

describe('driver branches', () => {
  it('are in order, speak no older CUDA than those before, and hold their newest release', () => {
    const branches = driverBranches.branches;
    expect(ascending(branches.map(({ branch }) => branch))).toBe(true);
    const spoken = branches.flatMap(({ maxCuda }) => maxCuda ?? []);
    for (const [at, cuda] of spoken.entries())
      if (at > 0) expect(compareDottedVersions(spoken[at - 1]!, cuda)).toBeLessThanOrEqual(0);
    for (const { branch, lastRelease, endOfLife } of branches) {
      if (lastRelease !== null) expect(lastRelease.split('.')[0]).toBe(branch);
      if (endOfLife !== null) expect(endOfLife).toMatch(/^\d{4}(?:-\d{2}(?:-\d{2})?)?$/);
    }
  });

  it('that a GPU names are branches', () => {
    const known = driverBranches.branches.map(({ branch }) => branch);
    for (const { firstDriverBranch, lastDriverBranch, name } of allGpus()) {
      for (const branch of [firstDriverBranch, lastDriverBranch])
        if (branch !== null && compareDottedVersions(branch, known[0]!) >= 0)
          expect(known, name).toContain(branch);
      if (firstDriverBranch !== null && lastDriverBranch !== null)
        expect(compareDottedVersions(firstDriverBranch, lastDriverBranch), name).toBeLessThanOrEqual(0);
    }
  });
});

describe('sonames', () => {
  it('name releases', () => {
    for (const { soname, cudaFrom, cudaTo } of sonames.rows) {
      for (const cuda of [cudaFrom, cudaTo]) if (cuda !== null) expect(isRelease(cuda), soname).toBe(true);
      expect(releasesOfSoname(soname).length > 0, soname).toBe(cudaFrom !== null);
    }
  });

  it('of one library follow each other: each release has one of them', () => {
    // libnvvm's two overlap in what was seen.
    for (const library of ['cudart', 'cublas', 'cufft', 'curand', 'cusolver', 'cusparse', 'nvrtc']) {
      const shipped = sonames.rows
        .filter(({ soname }) => soname.startsWith(`lib${library}.so.`))
        .flatMap(({ soname }) => releasesOfSoname(soname));
      const sorted = [...shipped].sort(compareDottedVersions);
      expect(sorted, library).toEqual(
        CUDA_RELEASES.filter((cuda) => compareDottedVersions(cuda, '9.0') >= 0),
      );
    }
  });
});

describe('cuDNN', () => {
  it('is built for releases, and its floor is an architecture', () => {
    for (const { cudnn, cudaFrom, cudaTo, minComputeCapability } of cudnnReleases()) {
      expect(isRelease(cudaFrom) && isRelease(cudaTo), cudnn).toBe(true);
      expect(compareDottedVersions(cudaFrom, cudaTo), cudnn).toBeLessThanOrEqual(0);
      if (minComputeCapability !== null) expect(knownCapabilities(), cudnn).toContain(minComputeCapability);
    }
  });
});

describe.each(FRAMEWORKS)('%s', (framework) => {
  const builds = buildsOf(framework);

  it('has builds, newest first, each once', () => {
    expect(builds.length).toBeGreaterThan(0);
    for (const [at, { version }] of builds.entries())
      if (at > 0) expect(compareDottedVersions(builds[at - 1]!.version, version)).toBeGreaterThanOrEqual(0);
    const keys = builds.map(({ version, build, cuda }) => `${version} ${build ?? ''} ${cuda ?? ''}`);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it('names CUDA releases, Pythons and architectures that there are', () => {
    for (const build of builds) {
      const named = `${framework} ${build.version} ${build.build ?? ''}`;
      for (const cuda of [build.cuda, build.cudaTo])
        expect(cuda === null || isRelease(cuda), named).toBe(true);
      expect(build.cuda === null, named).toBe(build.cudaTo === null);
      expect(compareDottedVersions(build.cuda ?? '0', build.cudaTo ?? '0'), named).toBeLessThanOrEqual(0);
      if (build.python !== null) expect(validRange(build.python), `${named} ${build.python}`).toBe(true);
      for (const pin of build.pins) expect(validRange(pin.replace(/^[a-z0-9-]+/, '')), pin).toBe(true);
      for (const list of [build.machine, build.machineAarch64, build.ptx])
        for (const capability of list ?? []) expect(knownCapabilities(), named).toContain(capability);
      expect(build.requirement, named).toMatch(
        /^[a-z][a-z0-9-]*(?:\[[a-z0-9_-]+\])?(?:==[\d.]+(?:\*|\+cu\d+)?)?$/,
      );
      expect(build.indexFlag === null, named).toBe(build.index === null);
      for (const field of build.recalled) expect(build, named).toHaveProperty(field);
    }
  });

  it('has machine code only of architectures that the toolkits it is built with make', () => {
    for (const { cuda, cudaTo, machine, recalled, version, build } of builds) {
      if (machine === null || cuda === null || recalled.includes('machine')) continue;
      const makers = CUDA_RELEASES.filter(
        (one) => compareDottedVersions(one, cuda) >= 0 && compareDottedVersions(one, cudaTo!) <= 0,
      );
      for (const capability of machine)
        expect(
          makers.some((one) => architecturesOfToolkit(one)!.machine.includes(capability)),
          `${framework} ${version} ${build ?? ''} ${capability}`,
        ).toBe(true);
    }
  });
});
