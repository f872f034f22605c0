/**
 * NVIDIA's GPUs by PCI id, by name and by chip. Data: data/gpus.json, and data/chips.json for what is older than Kepler.
 */
import text from 'json-text:src/compat/data/gpus';
import oldChips from './data/chips.json' with { type: 'json' };
import { compareDottedVersions } from './dotted-version.ts';
import { withSource, type Sourced } from './sourced.ts';

export type OpenKernelModule = 'required' | 'supported' | 'unsupported';

export interface Gpu extends Sourced {
  /** "10de:2191" */
  pciId: string;
  name: string;
  /** Names that tools print instead, without the maker's: "Tesla V100-SXM2-16GB". */
  otherNames: readonly string[];
  /** "TU116M" */
  chip: string;
  architecture: string;
  /** "7.5" */
  computeCapability: string;
  form: string;
  /** First and last toolkit whose nvcc makes code for it; last null: still does. */
  firstCuda: string;
  lastCuda: string | null;
  /** A hint (`recalled` in the table): the first branch that knew the chip. */
  firstDriverBranch: string | null;
  /** Null: still served. */
  lastDriverBranch: string | null;
  openKernelModule: OpenKernelModule;
}

/** What all GPUs of one name, or of one chip, have in common; null where they differ. */
export type GpuTraits = {
  [K in Exclude<keyof Gpu, 'pciId' | 'name' | 'otherNames' | 'chip' | keyof Sourced>]: Gpu[K] | null;
};

/** An integrated GPU: it has no PCI id, and its driver comes with the board support package. */
export interface GpuModule extends GpuTraits, Sourced {
  /** "Jetson AGX Orin" */
  name: string;
  /** "GA10B" */
  chip: string;
}

type Group = Omit<Gpu, 'pciId' | 'name' | 'otherNames' | 'chip' | 'form' | 'source'> & {
  source: number;
  devices: readonly Row[];
};
interface Table {
  sources: readonly string[];
  groups: readonly Group[];
  modules: readonly (Omit<GpuModule, 'source' | 'openKernelModule' | `${'first' | 'last'}DriverBranch`> & {
    source: number;
  })[];
}
type Row = [
  id: string,
  name: string,
  otherNames: string[] | null,
  chip: string,
  form: string,
  source: number,
];

const VENDOR = '10de:';

/** Each made once, on the first question: most runs of the program never ask. */
let table: Table | undefined;
const made = new Map<string, Gpu>();
let nameIndex: Map<string, Gpu[]> | undefined;
let modules: readonly GpuModule[] | undefined;

const parsed = (): Table => (table ??= JSON.parse(text) as Table);

/** Of the rows that a question is about: to make a GPU of each of them takes longer than most answers. */
function gpusWhere(isMeant: (row: Row) => boolean): readonly Gpu[] {
  return parsed().groups.flatMap((group) => group.devices.filter(isMeant).map((row) => gpuOf(group, row)));
}

function gpuOf(group: Group, [id, name, otherNames, chip, form, source]: Row): Gpu {
  const known = made.get(id);
  if (known !== undefined) return known;
  const { devices: _, source: ofCapability, ...traits } = group;
  const { sources } = parsed();
  const gpu: Gpu = {
    ...traits,
    pciId: VENDOR + id,
    name,
    otherNames: otherNames ?? [],
    chip,
    form,
    source: `${sources[source]!}; ${sources[ofCapability]!}`,
  };
  made.set(id, gpu);
  return gpu;
}

function byName(): ReadonlyMap<string, readonly Gpu[]> {
  if (nameIndex !== undefined) return nameIndex;
  nameIndex = new Map();
  for (const gpu of allGpus()) {
    for (const name of [gpu.name, ...gpu.otherNames]) {
      const key = nameKey(name);
      const known = nameIndex.get(key);
      if (known === undefined) nameIndex.set(key, [gpu]);
      else if (!known.includes(gpu)) known.push(gpu);
    }
  }
  return nameIndex;
}

/** The last driver branch that still drives a GPU of this kind; null: one of them is driven by every newer branch. */
export function lastBranchFor(modules: OpenKernelModule): string | null {
  const last = new Set(
    allGpus()
      .filter(({ openKernelModule }) => openKernelModule === modules)
      .map(({ lastDriverBranch }) => lastDriverBranch),
  );
  return last.has(null) ? null : ([...last].sort((a, b) => Number(b) - Number(a))[0] ?? null);
}

/** The oldest compute capability of an architecture, "8.0" of "Ampere", in any case; null: no GPU in the table is of it. */
export function firstCapabilityOf(architecture: string): string | null {
  const wanted = architecture.toLowerCase();
  const own = [...allGpus(), ...gpuModules()].flatMap((gpu) =>
    gpu.architecture?.toLowerCase() === wanted ? (gpu.computeCapability ?? []) : [],
  );
  return own.sort(compareDottedVersions)[0] ?? null;
}

/** @param id "10de:2191", in any case; null where the table does not know it */
export function gpuByPciId(id: string): Gpu | null {
  const wanted = id.toLowerCase();
  return gpusWhere(([own]) => VENDOR + own === wanted)[0] ?? null;
}

/** All GPUs that have a PCI id. */
export function allGpus(): readonly Gpu[] {
  return gpusWhere(() => true);
}

/** Those with a name that is meant. */
export function gpusNamed(isMeant: (name: string) => boolean): readonly Gpu[] {
  return gpusWhere(([, name, otherNames]) => isMeant(name) || otherNames?.some(isMeant) === true);
}

export function gpuModules(): readonly GpuModule[] {
  const { modules: rows, sources } = parsed();
  return (modules ??= rows.map((row) => ({ ...UNKNOWN_TRAITS, ...withSource(sources, row) })));
}

/**
 * What is certain from a name alone, as nvidia-smi ("NVIDIA GeForce RTX 3090", also cut off: "GeForce GTX TIT...") or
 * lspci ("GM107M [GeForce GTX 950M]") print it. Null where the table has no such name.
 */
export function traitsByGpuName(name: string): GpuTraits | null {
  const bracketed = /^[^[\]]*\[([^[\]]+)\]/.exec(name)?.[1] ?? name;
  const cut = /^(.*?)\.{2,3}$/.exec(bracketed)?.[1];
  const key = nameKey(cut ?? bracketed);
  if (key === '') return null;
  const found =
    cut === undefined
      ? (byName().get(key) ?? [])
      : [...byName()].filter(([known]) => known.startsWith(key)).flatMap(([, gpus]) => gpus);
  return commonTraits(found);
}

/**
 * What all GPUs with a chip have in common: for devices that the table lacks but lspci names, as "GM107M [GeForce ...]", and for
 * the families before Kepler, whose drivers ended long ago. Null for text that begins with no known chip.
 */
export function traitsByChip(name: string): GpuTraits | null {
  // Mobile variants carry a suffix: GM107M, GP107GLM.
  const chip = /^(?:NVIDIA Corporation )?([A-Z]{1,3}\d{2,3}[A-Z]?)(?:M|GL|GLM|BM)?(?=\s|$)/.exec(name)?.[1];
  if (chip === undefined) return null;
  const bare = chip.replace(/[A-Z]$/, '');
  const old = oldChips.chips.find(({ chips }) => chips.includes(bare) || chips.includes(chip));
  if (old)
    return { ...UNKNOWN_TRAITS, architecture: old.architecture, lastDriverBranch: old.lastDriverBranch };
  return commonTraits(allGpus().filter((gpu) => gpu.chip === bare || gpu.chip === chip));
}

const UNKNOWN_TRAITS: GpuTraits = {
  architecture: null,
  computeCapability: null,
  form: null,
  firstCuda: null,
  lastCuda: null,
  firstDriverBranch: null,
  lastDriverBranch: null,
  openKernelModule: null,
};

/**
 * Makers, form factors and revisions are named by some tools and left out by others: "NVIDIA GeForce RTX 3070 Laptop GPU",
 * "GeForce RTX 3070 Mobile / Max-Q" and "GeForce RTX 3070" share one key, and so do "TITAN X (Pascal)" and "TITAN X Pascal".
 */
function nameKey(name: string): string {
  return name
    .toLowerCase()
    .replace(/^nvidia(?: corporation)? /, '')
    .replace(/ (?:with max-q design|laptop gpu|mobile|max-q|refresh|rev\. [a-z])/g, '')
    .replace(/[()]/g, '')
    .replace(/[\s/-]+/g, ' ')
    .trim();
}

/** Null for no GPUs at all. */
export function commonTraits(gpus: readonly Gpu[]): GpuTraits | null {
  if (gpus.length === 0) return null;
  const agreed = <K extends keyof GpuTraits>(field: K): Gpu[K] | null => {
    const value = gpus[0]![field];
    return gpus.every((gpu) => gpu[field] === value) ? value : null;
  };
  return {
    architecture: agreed('architecture'),
    computeCapability: agreed('computeCapability'),
    form: agreed('form'),
    firstCuda: agreed('firstCuda'),
    lastCuda: agreed('lastCuda'),
    firstDriverBranch: agreed('firstDriverBranch'),
    lastDriverBranch: agreed('lastDriverBranch'),
    openKernelModule: agreed('openKernelModule'),
  };
}
