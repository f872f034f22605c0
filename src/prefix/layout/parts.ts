/**
 * Parts of a toolkit under the names of NVIDIA's redistributables (`nvcc`, `cudart`, `cublas`): which files of a prefix and which packages
 * each has, and what it needs. A component says what files are there for, a part whose they are: of `cublas` the headers are for building,
 * the shared library is for running. All of it is data (parts.json), the same for every publisher: every prefix has one shape.
 */
import { COMPONENTS, type Component } from './component.ts';
import { whole } from './rule-matcher.ts';
import table from './parts.json' with { type: 'json' };

interface PartRow {
  name: string;
  what: string;
  component: string;
  needs?: readonly string[];
  /** Regular expressions of package names, less what publishers put around them. */
  bases: readonly string[];
  /** True where a package with much else may be all that has it. */
  carried?: boolean;
  /** Regular expressions of places in a prefix; the first part that one fits has the place. */
  paths: readonly string[];
}

const ROWS: readonly PartRow[] = table.parts;

/** A part of a toolkit. */
export interface Part {
  name: string;
  /** For people. */
  what: string;
  /** That a prefix has to have for it. */
  component: Component;
  needs: readonly string[];
}

export const PARTS: readonly Part[] = ROWS.map(({ name, what, component, needs }) => ({
  name,
  what,
  component: component as Component,
  needs: needs ?? [],
}));

/** Components that are one library of their own, and what of the toolkit those load. */
const LIBRARY_NEEDS: Partial<Record<Component, readonly string[]>> = {
  cudnn: ['cublas', 'nvrtc'],
  nccl: ['cudart'],
  tensorrt: ['cudart', 'cublas'],
};
export const LIBRARY_COMPONENTS = [
  'cudnn',
  'nccl',
  'tensorrt',
  'compat',
] as const satisfies readonly Component[];

const ALL = new Map(PARTS.map((part) => [part.name, part]));

/**
 * The name of a part or of a library's component as somebody may write it: "libcublas", "cuda_nvcc", "cuda-nvcc"; null for what is
 * neither.
 */
export function partNamed(text: string): Part['name'] | null {
  const plain = text.toLowerCase().replaceAll('-', '_');
  const names = [plain, plain.replace(/^(?:cuda_|lib)/, ''), plain.replace(/^lib(?:cuda_)?/, '')];
  return (
    names.find((name) => ALL.has(name) || (LIBRARY_COMPONENTS as readonly string[]).includes(name)) ?? null
  );
}

/** The parts of the toolkit that are named, and what they need, in the order of the table. */
export function withNeeds(named: readonly string[]): readonly string[] {
  const all = new Set(named.flatMap((name) => LIBRARY_NEEDS[name as Component] ?? [name]));
  for (const name of all) for (const needed of ALL.get(name)?.needs ?? []) all.add(needed);
  return PARTS.map(({ name }) => name).filter((name) => all.has(name));
}

/** A part that comes along with those that were named. */
export interface NeededPart {
  name: string;
  /** Parts, named or come along themselves, that need it. */
  neededBy: readonly string[];
}

/** What comes along with named parts, in the order of the table. */
export function neededParts(named: readonly string[]): readonly NeededPart[] {
  const all = withNeeds(named);
  const needing = [...new Set([...all, ...named])];
  return all
    .filter((name) => !named.includes(name))
    .map((name) => ({
      name,
      neededBy: needing.filter((one) => needsOf(one).includes(name)),
    }));
}

const needsOf = (name: string): readonly string[] =>
  ALL.get(name)?.needs ?? LIBRARY_NEEDS[name as Component] ?? [];

/** Every name that can be asked for. */
export const PART_NAMES: readonly string[] = [...PARTS.map(({ name }) => name), ...LIBRARY_COMPONENTS];

/** Named parts, each once, in the order of the table. */
export const inTableOrder = (named: readonly string[]): readonly string[] =>
  PART_NAMES.filter((name) => named.includes(name));

/** The components that a prefix of these parts has: what a library loads is for running. */
export function componentsOfParts(named: readonly string[]): readonly Component[] {
  const all = new Set<string>(named.map((name) => ALL.get(name)?.component ?? name));
  if (named.some((name) => LIBRARY_NEEDS[name as Component] !== undefined)) all.add('runtime');
  return COMPONENTS.filter((component) => all.has(component));
}

const EVERYWHERE = whole(table.everywhere);
const PATHS = ROWS.flatMap(({ name, paths }) => paths.map((path) => ({ name, path: whole(path) })));

/** The part that a place in a prefix belongs to; null for what is there whatever the parts are. */
export function partOfPath(path: string): string | null {
  if (EVERYWHERE.test(path)) return null;
  return PATHS.find((one) => one.path.test(path))?.name ?? null;
}

/** cuda-cublas-dev-10-0, libcublas-dev-12-4, libcublas11, libnvrtc-builtins11.8, nvidia-cuda-gdb */
const around = (base: string): RegExp =>
  new RegExp(`^(?:cuda-|lib)?(?:${base})(?:-(?:dev|static))?(?:-?\\d[\\d.-]*)?$`);

const BASES = ROWS.flatMap(({ name, bases }) => bases.map((base) => ({ name, package: around(base) })));
const CARRIERS = table.carriers.map(({ package: name, parts, but = [] }) => ({
  package: whole(name),
  parts: typeof parts === 'string' ? PARTS.map((one) => one.name).filter((one) => !but.includes(one)) : parts,
}));

/** Parts that a package has files of; empty where that is not known. */
export function partsOfPackage(packageName: string): readonly string[] {
  const carrier = CARRIERS.find((one) => one.package.test(packageName));
  return carrier?.parts ?? BASES.filter((one) => one.package.test(packageName)).map(({ name }) => name);
}

/** Whether a package shows that its source has the part: one that carries many need not have each. */
export function provesPart(packageName: string, part: string): boolean {
  const isCarrier = CARRIERS.some((one) => one.package.test(packageName));
  const carried = ROWS.find(({ name }) => name === part)?.carried === true;
  return partsOfPackage(packageName).includes(part) && (!isCarrier || carried);
}

/**
 * Whether a package has anything to do with these parts. One of which nothing is known has: nothing is missing silently.
 *
 * @param parts null: all of them
 */
export function servesParts(packageName: string, parts: readonly string[] | null): boolean {
  if (parts === null) return true;
  const own = partsOfPackage(packageName);
  return own.length === 0 || own.some((part) => parts.includes(part));
}
