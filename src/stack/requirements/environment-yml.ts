/**
 * environment.yml, as conda reads it:
 *
 *     channels: [pytorch, nvidia]
 *     dependencies:
 *       - python=3.10
 *       - pytorch=2.1
 *       - pytorch-cuda=12.1
 *       - pip:
 *           - tensorflow==2.12
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { frameworkNamed } from '../../compat/frameworks.ts';
import { isTooDeep } from '../../formats/structured-text.ts';
import type { Wanted } from '../types.ts';
import { badRequirements } from './bad-requirements.ts';
import { parseCondaSpec } from './conda-spec.ts';
import { countingOf, type Asked } from './counting.ts';
import { parsePipRequirement } from './pip-requirement.ts';
import { wantedOfPackage } from './python-packages.ts';
import type { Requirements, RequirementsText, TargetEnvironment } from './types.ts';

/** What conda calls things that a plan speaks of under another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'pytorch-cuda': 'cuda',
  'cuda-version': 'cuda',
  'cuda-toolkit': 'cuda',
  cudatoolkit: 'cuda',
  cuda: 'cuda',
  cudnn: 'cudnn',
  nccl: 'nccl',
  python: 'python',
};

/** @throws GpuSetupError `bad-requirements` */
export function readEnvironmentYml(file: RequirementsText, target: TargetEnvironment): Requirements {
  if (isTooDeep(file.text)) throw badRequirements(file.name, 'it is nested too deeply');
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, strict: true });
  const lineOf = (node: unknown): number => lines.linePos((node as Node).range?.[0] ?? 0).line;
  const problem = document.errors[0];
  if (problem !== undefined) {
    throw badRequirements(file.name, problem.message.split('\n')[0]!, lines.linePos(problem.pos[0]).line);
  }
  const dependencies = document.get('dependencies', true);
  if (!isSeq(dependencies)) throw badRequirements(file.name, 'it has no list of dependencies');
  const wanted: Wanted[] = [];
  const pip: Asked[] = [];
  let hasCpuOnly = false;
  for (const item of dependencies.items) {
    if (isMap(item)) {
      const list = item.get('pip', true);
      if (isSeq(list)) pip.push(...list.items.flatMap((one) => pipRequirements(one, file.name, lineOf)));
      continue;
    }
    if (!isScalar(item)) throw badRequirements(file.name, 'a dependency was expected', lineOf(item));
    const text = String(item.value);
    if (parseCondaSpec(text) === null) {
      throw badRequirements(file.name, `"${text.slice(0, 60)}" is no dependency`, lineOf(item));
    }
    hasCpuOnly ||= text.trim() === 'cpuonly';
    wanted.push(...wantedOfCondaSpec(text, `${file.name}: line ${lineOf(item)}`));
  }
  const counting = countingOf(pip, target);
  const found = counting.asked.map(({ requirement, from }) => wantedOfPackage(requirement, from));
  return {
    wanted: [
      ...wanted.map((one) => (hasCpuOnly && one.name === 'torch' ? { ...one, build: 'cpu' } : one)),
      ...found.flatMap((one) => one.wanted),
    ],
    notes: [...counting.notes, ...found.flatMap((one) => one.notes)],
  };
}

/** Options of pip (-r FILE, --index-url URL) stand in this list too; of those nothing is read. */
function pipRequirements(item: unknown, name: string, lineOf: (node: unknown) => number): Asked[] {
  const text = isScalar(item) ? String(item.value).trim() : '';
  if (text === '' || text.startsWith('-')) return [];
  const from = `${name}: line ${lineOf(item)}`;
  return [{ requirement: parsePipRequirement(text), from }];
}

/** Nothing where it is no spec, or none that a plan depends on. */
export function wantedOfCondaSpec(text: string, from: string): Wanted[] {
  const spec = parseCondaSpec(text);
  if (spec === null) return [];
  const { name, specifier, build } = spec;
  const named = Object.hasOwn(OTHER_NAMES, name)
    ? OTHER_NAMES[name]!
    : frameworkNamed(name.replace(/-cpu$/, ''));
  if (named === null) return [];
  // The build string says whether it is one for GPUs, and of which Python: "cpu_py39h...", "cuda112py39h...".
  const isCpu = name.endsWith('-cpu') || /^cpu/.test(build ?? '');
  return [
    {
      name: named,
      version: specifier === '' ? null : specifier,
      notation: 'pep440',
      build: isCpu ? 'cpu' : null,
      from,
    },
  ];
}
