/**
 * requirements.txt, as pip reads it:
 *
 *     --extra-index-url https://download.pytorch.org/whl/cu118
 *     -r base.txt
 *     torch==2.1.0 \
 *         --hash=sha256:0123...     # held back
 *     tensorflow==2.4 ; python_version < "3.9"
 */
import { badRequirements } from './bad-requirements.ts';
import { countingOf, type Asked } from './counting.ts';
import { parsePipRequirement } from './pip-requirement.ts';
import { wantedOfPackage } from './python-packages.ts';
import type { ReadOther, Requirements, RequirementsText, TargetEnvironment } from './types.ts';

/** Files that name each other; more is a circle, or nobody's. */
const MOST_FILES = 50;

/** @throws GpuSetupError `bad-requirements`: a line that pip would refuse */
export async function readRequirementsTxt(
  file: RequirementsText,
  readOther: ReadOther,
  target: TargetEnvironment,
): Promise<Requirements> {
  const indexes: string[] = [];
  const asked: Asked[] = [];
  const notes: string[] = [];
  const seen = new Set([file.name]);
  const open = [file];
  for (let one = open.shift(); one !== undefined; one = open.shift()) {
    for (const { line, number } of logicalLines(one.text)) {
      const from = `${one.name}: line ${number}`;
      if (!line.startsWith('-')) {
        asked.push(requirementOf(line, one.name, number, from));
        continue;
      }
      const { name, value } = optionOf(line);
      if (INDEX_OPTIONS.has(name) && value !== '') indexes.push(value);
      if (!FILE_OPTIONS.has(name) || value === '') continue;
      const other = await readOther(value, one);
      if (other === null) notes.push(`${from}: ${value} is not there, and was not read`);
      else if (!seen.has(other.name) && seen.size < MOST_FILES) {
        seen.add(other.name);
        open.push(other);
      }
    }
  }
  const counting = countingOf(asked, target);
  const found = counting.asked.map(({ requirement, from }) => wantedOfPackage(requirement, from, indexes));
  return {
    wanted: found.flatMap(({ wanted }) => wanted),
    notes: [...notes, ...counting.notes, ...found.flatMap((one) => one.notes)],
  };
}

const FILE_OPTIONS = new Set(['-r', '--requirement', '-c', '--constraint']);
const INDEX_OPTIONS = new Set(['-i', '--index-url', '--extra-index-url', '-f', '--find-links']);

/** "--index-url=URL", "--index-url URL", "-rFILE" */
function optionOf(line: string): { name: string; value: string } {
  const match = /^(--[\w-]+|-[a-zA-Z])[\s=]*(\S*)/.exec(line);
  return { name: match?.[1] ?? line, value: match?.[2] ?? '' };
}

function requirementOf(line: string, name: string, number: number, from: string): Asked {
  // Options of one requirement (--hash=...) stand behind it.
  const text = line.replace(/\s--?[a-zA-Z][\s\S]*$/, '');
  const requirement = parsePipRequirement(text);
  if (requirement !== null) return { requirement, from };
  // A folder or a file of the project: what it asks for stands in there.
  if (/^(?:\.{0,2}\/|\.$|[\w.-]+\/)|\.(?:whl|zip|tar\.gz)$|^[a-z+]+:\/\//i.test(text))
    return { requirement: null, from };
  throw badRequirements(name, `"${text.slice(0, 60)}" is no requirement that pip takes`, number);
}

/** Lines as they are meant: without comments, continued ones put together, each with the number of its first. */
export function* logicalLines(text: string): Generator<{ line: string; number: number }> {
  let parts: string[] = [];
  let number = 0;
  let first = 1;
  for (const raw of text.split('\n')) {
    number++;
    const line = raw.replace(/\r$/, '');
    // pip: a comment line in the middle of continued ones ends them.
    const isComment = /^\s*#/.test(line);
    const continues = !isComment && line.endsWith('\\');
    if (parts.length === 0) first = number;
    parts.push(isComment ? '' : withoutComment(continues ? line.slice(0, -1) : line));
    if (continues) continue;
    yield* whole(parts, first);
    parts = [];
  }
  yield* whole(parts, first);
}

function* whole(parts: readonly string[], number: number): Generator<{ line: string; number: number }> {
  const line = parts.join('').trim();
  if (line !== '') yield { line, number };
}

/** A # begins a comment at the begin of a line and behind a blank: in a URL it is none. */
function withoutComment(line: string): string {
  const at = line.startsWith('#') ? 0 : line.search(/\s#/);
  return at < 0 ? line : line.slice(0, at);
}
