/** The nearest stacks that fit, by the one kind of thing that would have to change for each. */
import { CUDA_RELEASES } from '../../compat/cuda-releases.ts';
import { compareDottedVersions, majorOf } from '../../compat/dotted-version.ts';
import { buildsOf } from '../../compat/frameworks.ts';
import { knownCapabilities } from '../../compat/gpu-architectures.ts';
import { gpuNamed, type NamedGpu } from '../../compat/gpu-name.ts';
import type { PlanAlternative, PlanMachine, PlanStack } from '../types.ts';
import { choose } from './choose.ts';
import { cudaMeant, versionsOfFrameworkMeant } from './meant.ts';
import { nearestThat } from './nearest.ts';
import type { Premises } from './premises.ts';
import { stackOf } from './stack-of.ts';
import type { Strand } from './strands.ts';

/** What would fit, and what it takes. */
interface Fitting {
  stack: PlanStack;
  what: string;
}

/** A kind of change: the stacks that it leads to under some premises, nearest first. */
type Change = (strand: Strand, premises: Premises) => Fitting[];

/**
 * Where changing one thing is not enough by itself, the driver may change with it: it is what comes easiest.
 *
 * @param strand under whose premises nothing fits
 */
export function alternativesOf(strand: Strand, premises: Premises, machine: PlanMachine): PlanAlternative[] {
  const driver = driverChange(strand, premises, machine);
  const others = KINDS.flatMap(([change, find]) => {
    const alone = find(strand, premises);
    const found = alone.length > 0 ? alone : withDriver(find, strand, premises, machine);
    return found.map(({ stack, what }): PlanAlternative => ({ change, text: what, stack }));
  });
  return [...driver, ...others];
}

function driverChange(strand: Strand, premises: Premises, machine: PlanMachine): PlanAlternative[] {
  const stack = fitting(strand, { ...premises, driver: null });
  return premises.driver === null || stack === null
    ? []
    : [{ change: 'driver', text: driverInWords(stack, premises.driver, machine), stack }];
}

function withDriver(find: Change, strand: Strand, premises: Premises, machine: PlanMachine): Fitting[] {
  const { driver } = premises;
  if (driver === null) return [];
  return find(strand, { ...premises, driver: null }).map(({ stack, what }) => ({
    stack,
    what: `${what} and ${driverInWords(stack, driver, machine)}`,
  }));
}

/** "driver 450.51.05 or newer"; where the one that is here is too new, "a driver of branch 580 at most". */
function driverInWords(
  { driver: { min, max } }: PlanStack,
  driver: string,
  { container, wsl }: PlanMachine,
): string {
  const where = container ? ' on the host' : wsl ? ' on Windows' : '';
  const isTooNew = max !== null && majorOf(driver)! > Number(max);
  if (isTooNew || min === null) return `a driver of branch ${max ?? 'another'} at most${where}`;
  return `driver ${min} or newer${max === null ? '' : `, of branch ${max} at most`}${where}`;
}

const KINDS: readonly (readonly [PlanAlternative['change'], Change])[] = [
  ['framework', otherVersions],
  ['cuda', otherCuda],
  ['python', otherPython],
  ['gpu', otherGpus],
];

/** The nearest older and the nearest newer version of the framework. */
function otherVersions(strand: Strand, premises: Premises): Fitting[] {
  const { framework } = strand;
  if (framework === null || framework.wanted.version === null) return [];
  const versions = [...new Set(buildsOf(framework.name).map(({ version }) => version))];
  const meant = versionsOfFrameworkMeant(framework.wanted, framework.name);
  const at = versions.indexOf(meant[0] ?? '');
  return nearestThat(versions, at, (version) =>
    meant.includes(version)
      ? null
      : described(withFramework(strand, { version, build: null }), premises, ({ framework: found }) =>
          found === null ? '' : nameOf(found),
        ),
  );
}

/** Another build of the framework, or the nearest toolkits. */
function otherCuda(strand: Strand, premises: Premises): Fitting[] {
  const cuda = strand.parts.find(({ name }) => name === 'cuda');
  if (strand.framework !== null) {
    if (cuda === undefined && strand.framework.wanted.build === null) return [];
    const relaxed = withFramework({ ...strand, parts: withoutToolkit(strand) }, { build: null });
    const found = described(relaxed, premises, ({ framework, cuda: release }) =>
      framework?.build == null ? `CUDA ${release ?? 'of another release'}` : nameOf(framework),
    );
    return found === null ? [] : [found];
  }
  if (cuda === undefined) return [];
  const at = CUDA_RELEASES.indexOf(cudaMeant(cuda)[0] ?? '');
  const nearestWith = (parts: Strand['parts']): Fitting[] =>
    nearestThat(CUDA_RELEASES, at, (version) =>
      described(
        { framework: null, parts: [...parts, { ...cuda, version, notation: 'plain' }] },
        premises,
        () => `CUDA ${version}`,
      ),
    );
  const sameCudnn = nearestWith(strand.parts.filter((one) => one !== cuda));
  return sameCudnn.length > 0 ? sameCudnn : nearestWith(withoutToolkit(strand));
}

function otherPython(strand: Strand, premises: Premises): Fitting[] {
  const parts = strand.parts.filter(({ name }) => name !== 'python');
  if (premises.python === null && parts.length === strand.parts.length) return [];
  const found = described({ ...strand, parts }, { ...premises, python: null }, ({ python }) =>
    python === null ? 'another Python' : `Python ${python}`,
  );
  return found === null ? [] : [found];
}

/** GPUs of the nearest older and the nearest newer compute capability. */
function otherGpus(strand: Strand, premises: Premises): Fitting[] {
  const { gpus } = premises;
  if (gpus === null) return [];
  const capabilities = knownCapabilities();
  const present = gpus.flatMap(({ computeCapability }) => computeCapability ?? []);
  const newest = present.sort(compareDottedVersions).at(-1);
  const at = newest === undefined ? capabilities.length : capabilities.indexOf(newest);
  return nearestThat(capabilities, at, (capability) => {
    const gpu = gpuOf(capability);
    if (gpu === null) return null;
    return described(strand, { ...premises, gpus: [gpu] }, () => `a GPU of ${gpu.name}`);
  });
}

const byCapability = new Map<string, NamedGpu | null>();

/** What all GPUs of a compute capability have in common; null where none is a card that drivers of distributions drive. */
function gpuOf(capability: string): NamedGpu | null {
  let gpu = byCapability.get(capability);
  if (gpu === undefined) {
    gpu = gpuNamed(capability);
    if (gpu?.openKernelModule === null) gpu = null;
    byCapability.set(capability, gpu);
  }
  return gpu;
}

function described(
  strand: Strand,
  premises: Premises,
  inWords: (stack: PlanStack) => string,
): Fitting | null {
  const stack = fitting(strand, premises);
  return stack === null ? null : { stack, what: inWords(stack) };
}

/** What is in doubt is no alternative. */
function fitting(strand: Strand, premises: Premises): PlanStack | null {
  const verdict = choose(strand, premises);
  return verdict === null || verdict.isDoubtful ? null : stackOf(verdict, strand, premises);
}

function withFramework(strand: Strand, change: { version?: string; build: string | null }): Strand {
  const { framework } = strand;
  if (framework === null) return strand;
  const version = change.version === undefined ? {} : { version: change.version, notation: 'plain' as const };
  return {
    ...strand,
    framework: { ...framework, wanted: { ...framework.wanted, ...version, build: change.build } },
  };
}

const withoutToolkit = ({ parts }: Strand): Strand['parts'] =>
  parts.filter(({ name }) => name !== 'cuda' && name !== 'cudnn');

const nameOf = ({ name, version, build }: NonNullable<PlanStack['framework']>): string =>
  build === null ? `${name} ${version}` : `${name} ${version} (${build})`;
