/**
 * A GPU by any of the ways in which one is written:
 *
 *     10de:2191                                   PCI id, also inside a line of lspci -nn
 *     7.5   sm_75   compute_90a                   what code is made for
 *     NVIDIA GeForce RTX 3070 Laptop GPU          nvidia-smi, also cut off ("GeForce GTX TIT...") and with -L's number and UUID
 *     Tesla V100-SXM2-16GB
 *     TU116M [GeForce GTX 1660 Ti Mobile]         lspci
 *     GTX 1660Ti   RTX5090   1080 Ti   A100       people
 *     NVIDIA Jetson AGX Orin Developer Kit        /proc/device-tree/model
 */
import { nearest } from '../base/suggest.ts';
import { compareDottedVersions } from './dotted-version.ts';
import { knownCapabilities, toolkitsForCapability } from './gpu-architectures.ts';
import {
  allGpus,
  commonTraits,
  gpuByPciId,
  gpuModules,
  gpusNamed,
  traitsByChip,
  traitsByGpuName,
  type Gpu,
  type GpuTraits,
} from './gpus.ts';
import { brandless, brandsIn, spellings, wordsOf } from './gpu-words.ts';

export interface NamedGpu extends GpuTraits {
  /** As the table writes it; what several have in common ("A100") where the text fits several; "compute capability 7.5". */
  name: string;
  /** Null where the text fits several, or names no device. */
  pciId: string | null;
  /** Where the table's row was read. */
  source: string;
}

/** Null: not in the table, never guessed. What several GPUs of one name do not share is null in the answer. */
export function gpuNamed(text: string): NamedGpu | null {
  const word = text.trim().slice(0, 500);
  const id = /(?<![0-9a-f])10de:[0-9a-f]{4}(?![0-9a-f])/i.exec(word)?.[0];
  if (id !== undefined) return ofGpus(gpuByPciId(id));
  const capability = capabilityIn(word);
  if (capability !== null) return ofCapability(capability);
  return byName(word) ?? byModule(word) ?? byChip(word);
}

/** What may have been meant, at most three, for hints; of an unknown PCI id nothing: another id is another GPU. */
export function nearestGpus(text: string): readonly string[] {
  const word = text.trim().slice(0, 100);
  const capability = capabilityIn(word);
  if (capability !== null) {
    const wanted = Number(capability);
    return [...knownCapabilities()]
      .sort((a, b) => Math.abs(Number(a) - wanted) - Math.abs(Number(b) - wanted))
      .slice(0, 3)
      .sort(compareDottedVersions);
  }
  if (word === '' || /^10de:/i.test(word)) return [];
  const names = new Map<string, string>();
  for (const { name } of allGpus()) {
    const key = brandless(wordsOf(name)).join('');
    if (!names.has(key)) names.set(key, name);
  }
  return nearest(brandless(wordsOf(word)).join(''), names.keys()).map((key) => names.get(key)!);
}

/** "7.5" of 7.5, sm_75, compute_75, "compute capability 7.5"; null where the text is none of these. */
function capabilityIn(text: string): string | null {
  const dotted = /^(?:(?:cc|compute capability) ?)?(\d{1,2})\.(\d)$/i.exec(text);
  const joined = /^(?:sm|compute)[_-]?(\d{1,2})(\d)[af]?$/i.exec(text);
  const found = dotted ?? joined;
  return found === null ? null : `${Number(found[1])}.${found[2]!}`;
}

function ofCapability(capability: string): NamedGpu | null {
  if (!knownCapabilities().includes(capability)) return null;
  const gpus = allGpus().filter(({ computeCapability }) => computeCapability === capability);
  const module = gpuModules().find(({ computeCapability }) => computeCapability === capability);
  const { first, last } = toolkitsForCapability(capability);
  return {
    ...(commonTraits(gpus) ?? {
      architecture: module?.architecture ?? null,
      firstDriverBranch: null,
      lastDriverBranch: null,
      openKernelModule: null,
      firstCuda: first,
      lastCuda: last,
    }),
    form: null,
    computeCapability: capability,
    name: `compute capability ${capability}`,
    pciId: null,
    source: gpus[0]?.source ?? module?.source ?? 'gpu-architectures.json',
  };
}

/** Names of desktop, laptop and data centre GPUs. */
function byName(text: string): NamedGpu | null {
  const inner = [...text.matchAll(/\[([^[\]]*[a-z][^[\]]*)\]/gi)].at(-1)?.[1];
  const name = (inner ?? text).replace(/^GPU \d+: /, '').replace(/\(UUID: .*$/, '');
  if (/\.{2,3}$/.test(name.trim())) {
    const traits = traitsByGpuName(name.trim());
    return traits === null ? null : { ...traits, name: name.trim(), pciId: null, source: 'gpus.json' };
  }
  // pci.ids gives two names of one device so: "A2 / A16".
  return search(wordsOf(name)) ?? search(wordsOf(name.split(' / ')[0]!));
}

function search(words: readonly string[]): NamedGpu | null {
  if (words.length === 0) return null;
  // "10GB" tells variants apart where the table has it, and says nothing where not.
  return searchWords(words) ?? (words.at(-1) === 'gb' ? searchWords(words.slice(0, -2)) : null);
}

function searchWords(words: readonly string[]): NamedGpu | null {
  const names = spelled(words);
  for (const wanted of spellings(words)) {
    const exact = names.filter((one) => one.key === wanted.join(' ') && mayBe(words, one));
    const found = ofGpus(...exact.map(({ gpu }) => gpu));
    if (found !== null) return { ...found, name: shortest(exact.map(({ name }) => name)) };
  }
  const wanted = brandless(words);
  // The beginning of a name ("A100", "RTX 5000 Ada") stands for all that begin so; a word without a number ("RTX") does not.
  if (!wanted.some((word) => /\d/.test(word))) return null;
  const begun = names.filter((one) => one.key.startsWith(`${wanted.join(' ')} `) && mayBe(words, one));
  const found = ofGpus(...begun.map(({ gpu }) => gpu));
  if (found === null) return null;
  return { ...found, name: beginningOf(begun, wanted.join(' ')) ?? found.name };
}

/** "Tesla V100" of "Tesla V100 SXM2 16GB" where V100 was asked for. */
function beginningOf(names: readonly Spelled[], wanted: string): string | null {
  for (const { name } of names) {
    const words = name.split(' ');
    for (let end = 1; end < words.length; end++) {
      const beginning = words.slice(0, end).join(' ');
      if (brandless(wordsOf(beginning)).join(' ') === wanted) return beginning;
    }
  }
  return null;
}

interface Spelled {
  name: string;
  /** Its words without brand: "gtx 1660 ti". */
  key: string;
  brands: readonly string[];
  gpu: Gpu;
}

let allSpelled: readonly Spelled[] | undefined;

/**
 * Names that hold the numbers of what is looked for. Without one (TITAN V) it is all of them, which takes a hundred times as long
 * and is done once.
 */
function spelled(words: readonly string[]): readonly Spelled[] {
  const numbers = words.filter((word) => /^\d/.test(word));
  if (numbers.length === 0) return (allSpelled ??= spelledOf(allGpus()));
  return spelledOf(gpusNamed((name) => numbers.every((number) => name.includes(number))));
}

function spelledOf(gpus: readonly Gpu[]): Spelled[] {
  return gpus.flatMap((gpu) =>
    [gpu.name, ...gpu.otherNames]
      .flatMap((name) => name.split(' / '))
      .map((name) => ({ name, words: wordsOf(name) }))
      .filter(({ words }) => words.length > 0)
      .map(({ name, words }) => ({ name, key: brandless(words).join(' '), brands: brandsIn(words), gpu })),
  );
}

/**
 * A brand that was named must be the GPU's, unless that goes without: "Tesla A100" is an A100, "Quadro 4000" is no RTX 4000. A bare
 * number means a GeForce: 3080 is one, 4000 is none.
 */
function mayBe(words: readonly string[], { brands }: Spelled): boolean {
  const named = brandsIn(words);
  if (/^\d/.test(words[0]!)) return brands.includes('geforce');
  return brands.length === 0 || named.every((brand) => brands.includes(brand));
}

function byModule(text: string): NamedGpu | null {
  const words = [...new Set(wordsOf(text))];
  const all = gpuModules().map((module) => ({ module, own: wordsOf(module.name.replace(/\(.*\)/, '')) }));
  const said = all.filter(({ own }) => own.every((word) => words.includes(word)));
  const begun = all.filter(
    ({ module }) => words.length >= 2 && words.every((word) => wordsOf(module.name).includes(word)),
  );
  const found =
    said.sort((a, b) => b.own.length - a.own.length)[0]?.module ??
    begun.sort((a, b) => a.own.length - b.own.length)[0]?.module;
  if (found === undefined) return null;
  const { confidence: _, ...traits } = found;
  return { ...traits, pciId: null };
}

function byChip(text: string): NamedGpu | null {
  const traits = traitsByChip(text);
  if (traits === null) return null;
  return { ...traits, name: text.replace(/^NVIDIA Corporation /, ''), pciId: null, source: 'gpus.json' };
}

function ofGpus(...found: readonly (Gpu | null)[]): NamedGpu | null {
  const gpus = [...new Set(found)].filter((gpu) => gpu !== null);
  const traits = commonTraits(gpus);
  if (traits === null) return null;
  return {
    ...traits,
    name: shortest(gpus.map(({ name }) => name)),
    pciId: gpus.length === 1 ? gpus[0]!.pciId : null,
    source: gpus[0]!.source,
  };
}

const shortest = (names: readonly string[]): string => names.reduce((a, b) => (b.length < a.length ? b : a));
