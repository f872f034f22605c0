/**
 * pyproject.toml: the project's table (PEP 621), poetry's and uv's.
 *
 *     [project]
 *     requires-python = ">=3.10"
 *     dependencies = ["torch>=2.1,<2.5"]
 *
 *     [tool.poetry.dependencies]
 *     python = "^3.10"
 *     torch = { version = "^2.1", source = "pytorch" }
 *
 *     [tool.uv.sources]
 *     torch = { index = "pytorch-cu124" }
 */
import { parse, TomlError } from 'smol-toml';
import { isRecord } from '../../base/is-record.ts';
import type { Wanted } from '../types.ts';
import { badRequirements } from './bad-requirements.ts';
import { countingOf, type Asked } from './counting.ts';
import { normalName, parsePipRequirement } from './pip-requirement.ts';
import { pythonSpecifier } from './poetry-range.ts';
import { isPlanned, wantedOfPackage } from './python-packages.ts';
import type { Requirements, RequirementsText, TargetEnvironment } from './types.ts';

/** @throws GpuSetupError `bad-requirements` */
export function readPyprojectToml(file: RequirementsText, target: TargetEnvironment): Requirements {
  const document = tomlOf(file);
  const project = at(document, 'project');
  const poetry = at(document, 'tool', 'poetry');
  const groups = Object.entries(at(poetry, 'group'));
  // Pipfile has its packages on top, in poetry's form.
  const named: [string, Readonly<Record<string, unknown>>][] = [
    ['tool.poetry.dependencies', at(poetry, 'dependencies')],
    ...groups.map(([name, group]): [string, Readonly<Record<string, unknown>>] => [
      `tool.poetry.group.${name}.dependencies`,
      at(group, 'dependencies'),
    ]),
    ['packages', at(document, 'packages')],
  ];
  const asked = [
    ...projectRequirements(file.name, project),
    ...named.flatMap(([place, table]) => poetryRequirements(`${file.name}: ${place}`, table)),
  ];
  const counting = countingOf(asked, target);
  const addresses = addressesOf(document);
  const found = counting.asked.map(({ requirement, from }) =>
    wantedOfPackage(requirement, from, addresses(requirement.name)),
  );
  return {
    wanted: [...pythonsOf(file.name, document), ...found.flatMap(({ wanted }) => wanted)],
    notes: [...counting.notes, ...found.flatMap(({ notes }) => notes), ...optionalNotes(file.name, project)],
  };
}

function tomlOf(file: RequirementsText): Readonly<Record<string, unknown>> {
  try {
    return parse(file.text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw badRequirements(file.name, error.message.split('\n')[0]!, error.line);
  }
}

/** The table at a path; an empty one where there is none. */
function at(value: unknown, ...path: readonly string[]): Readonly<Record<string, unknown>> {
  let found = value;
  for (const key of path) found = isRecord(found) ? found[key] : undefined;
  return isRecord(found) ? found : {};
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

function projectRequirements(file: string, project: Readonly<Record<string, unknown>>): Asked[] {
  return texts(project['dependencies']).map((text) => {
    const requirement = parsePipRequirement(text);
    if (requirement !== null) return { requirement, from: `${file}: project.dependencies` };
    throw badRequirements(file, `"${text.slice(0, 60)}" in project.dependencies is no requirement`);
  });
}

/** "^2.1", { version = "^2.1", markers = "..." }, or a list of such. */
function poetryRequirements(from: string, table: Readonly<Record<string, unknown>>): Asked[] {
  return Object.entries(table).flatMap(([name, value]) =>
    [value].flat().flatMap((one: unknown): Asked[] => {
      const { version, markers, python, extras, url } = isRecord(one) ? one : { version: one };
      if (normalName(name) === 'python') return [];
      const specifier = typeof version === 'string' ? pythonSpecifier(version) : '';
      const marker =
        typeof markers === 'string' ? markers : typeof python === 'string' ? pythonMarker(python) : null;
      const head = `${name}${texts(extras).length === 0 ? '' : `[${texts(extras).join(',')}]`}`;
      const text = typeof url === 'string' ? `${head} @ ${url}` : `${head}${specifier ?? ''}`;
      return [{ requirement: parsePipRequirement(marker === null ? text : `${text} ; ${marker}`), from }];
    }),
  );
}

/** python = ">=3.9,<3.12" of one dependency, as a marker. */
function pythonMarker(range: string): string | null {
  const specifier = pythonSpecifier(range);
  if (specifier === null || specifier === '') return null;
  return specifier
    .split(',')
    .map((part) => part.trim().replace(/^([<>=!~]+)\s*(.+)$/, "python_version $1 '$2'"))
    .join(' and ');
}

function pythonsOf(file: string, document: Readonly<Record<string, unknown>>): Wanted[] {
  const places: [string, unknown][] = [
    ['project.requires-python', at(document, 'project')['requires-python']],
    ['tool.poetry.dependencies', at(document, 'tool', 'poetry', 'dependencies')['python']],
    ['requires', at(document, 'requires')['python_version']],
  ];
  return places.flatMap(([place, value]) => {
    const specifier = typeof value === 'string' ? pythonSpecifier(value) : null;
    if (specifier === null || specifier === '') return [];
    const from = `${file}: ${place}`;
    return [{ name: 'python', version: specifier, notation: 'pep440' as const, build: null, from }];
  });
}

/** Addresses of the indexes that a package is taken from, as poetry's and uv's tables name them. */
function addressesOf(document: Readonly<Record<string, unknown>>): (name: string) => readonly string[] {
  const rows = [
    at(document, 'tool', 'uv')['index'],
    at(document, 'tool', 'poetry')['source'],
    document['source'],
  ]
    .flat()
    .filter(isRecord);
  const urls = new Map(rows.map((row) => [String(row['name']), String(row['url'])]));
  const sources = at(document, 'tool', 'uv', 'sources');
  const poetry = at(document, 'tool', 'poetry', 'dependencies');
  const namesOf = (table: Readonly<Record<string, unknown>>, name: string): unknown[] =>
    Object.entries(table)
      .filter(([key]) => normalName(key) === name)
      .flatMap(([, value]) => [value].flat());
  return (name) =>
    [...namesOf(sources, name), ...namesOf(poetry, name)].filter(isRecord).flatMap((row) => {
      const index = row['index'] ?? row['source'];
      return typeof index === 'string' ? (urls.get(index) ?? []) : [];
    });
}

/** An extra is installed by who asks for it: what stands there is told, and not counted. */
function optionalNotes(file: string, project: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(at(project, 'optional-dependencies')).flatMap(([extra, list]) => {
    const named = texts(list).filter((text) => isPlanned(parsePipRequirement(text)?.name ?? ''));
    if (named.length === 0) return [];
    return [`${file}: ${named.join(', ')} of the extra "${extra}" does not count: it is optional`];
  });
}
