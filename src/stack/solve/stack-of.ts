/** A candidate that fits, as the stack that a plan shows. */
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { driverRowOfCuda } from '../../compat/drivers.ts';
import { hostCompilersForCuda } from '../../compat/host-compilers.ts';
import { newestCudnnFor } from '../../compat/rules/cudnn-fits.ts';
import { leastDriverFor } from '../../compat/rules/driver-serves-toolkit.ts';
import { leastBranchFor } from '../../compat/rules/gpu-takes-driver.ts';
import { isPlainVersion } from '../../compat/version-range.ts';
import type { PlanStack } from '../types.ts';
import type { Candidate } from './candidates.ts';
import type { Premises } from './premises.ts';
import type { Strand } from './strands.ts';
import type { Verdict } from './verdict.ts';

export function stackOf(verdict: Verdict, strand: Strand, { purpose }: Premises): PlanStack {
  const { build, cuda } = verdict.candidate;
  const takesToolkit = cuda !== null && (build === null || !build.bundlesCuda || purpose === 'build');
  return {
    recipe: recipeOf(strand),
    framework:
      build === null
        ? null
        : { name: build.framework, version: build.version, package: build.package, build: build.build },
    environment: null,
    driver: driverOf(verdict),
    cuda,
    cudnn: cudnnOf(verdict, strand),
    compiler: takesToolkit ? compilerOf(cuda) : null,
    python: build?.python ?? null,
    pins: build?.pins ?? [],
    architectures: verdict.gpus.map(({ gpu, fit }) => ({
      gpu: gpu.name,
      sm: gpu.computeCapability === null ? 'unknown' : `sm_${gpu.computeCapability.replace('.', '')}`,
      fit,
    })),
  };
}

/** What one environment holds: one Python, which is for all of it. */
export function inOneEnvironment(stacks: readonly PlanStack[], name: string): PlanStack[] {
  const python = [...new Set(present(stacks.map((one) => one.python)).flatMap((one) => one.split(',')))];
  return stacks.map((stack) => ({
    ...stack,
    environment: name,
    python: python.length === 0 ? null : python.join(','),
  }));
}

/** All that a recipe needs stands in one strand, and nothing else does. */
function recipeOf({ framework, parts }: Strand): PlanStack['recipe'] {
  const [first] = [...(framework === null ? [] : [framework.wanted]), ...parts];
  return first?.recipe === undefined ? null : { name: first.recipe, builds: first.recipeBuilds === true };
}

/** All stacks run under one driver: new enough for each of them, and not too new for the GPU. */
export function underOneDriver(stacks: readonly PlanStack[]): PlanStack[] {
  const driver = {
    min: newest(stacks.map((one) => one.driver.min)),
    max: oldest(stacks.map((one) => one.driver.max)),
    openModules: stacks.some((one) => one.driver.openModules),
  };
  return stacks.map((stack) => ({ ...stack, driver }));
}

function driverOf({ candidate, gpus }: Verdict): PlanStack['driver'] {
  const used = gpus.filter(({ fit }) => fit !== 'no').map(({ gpu }) => gpu);
  return {
    min: newest([...askedBy(candidate, gpus), ...used.map((gpu) => leastBranchFor(gpu)?.branch ?? null)]),
    max: oldest(used.map((gpu) => gpu.lastDriverBranch)),
    openModules: used.some((gpu) => gpu.openKernelModule === 'required'),
  };
}

/** What must be compiled at start takes a driver that serves all of its CUDA. */
function askedBy({ build, cuda }: Candidate, gpus: Verdict['gpus']): (string | null)[] {
  const compiled = gpus.some(({ judgements }) => judgements.some(({ rule }) => rule === 'ptx-takes-driver'));
  const ofCuda =
    cuda === null ? null : compiled ? (driverRowOfCuda(cuda)?.minDriver ?? null) : leastDriverFor(cuda);
  const ofBuild = build === null || build.recalled.includes('minDriver') ? null : build.minDriver;
  return [ofCuda, ofBuild];
}

/** As it was asked for, where the newest that is meant will do: so that a fixed one can still come. */
function cudnnOf({ candidate, gpus }: Verdict, { parts }: Strand): string | null {
  const { build, cuda, cudnn } = candidate;
  if (cudnn === null || cuda === null) return cudnn;
  const wanted = parts.find(({ name }) => name === 'cudnn')?.version ?? null;
  const asked = build === null && wanted !== null && isPlainVersion(wanted) ? wanted : cudnn;
  const capabilities = gpus
    .filter(({ fit }) => fit !== 'no')
    .flatMap(({ gpu }) => gpu.computeCapability ?? []);
  const best = newestCudnnFor(asked, cuda, capabilities)?.cudnn ?? cudnn;
  return best === (newestCudnnFor(asked, cuda, [])?.cudnn ?? cudnn) ? asked : best;
}

function compilerOf(cuda: string): PlanStack['compiler'] {
  const row = hostCompilersForCuda(cuda);
  return row === null ? null : { family: 'gcc', min: row.gccMin, max: row.gccMax };
}

const newest = (versions: readonly (string | null)[]): string | null =>
  present(versions).sort(compareDottedVersions).at(-1) ?? null;

const oldest = (versions: readonly (string | null)[]): string | null =>
  present(versions).sort(compareDottedVersions)[0] ?? null;

const present = (versions: readonly (string | null)[]): string[] => versions.filter((one) => one !== null);
