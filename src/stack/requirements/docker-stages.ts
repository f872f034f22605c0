/** The stages of a Dockerfile that its last one is made of, with arguments put in. */
import type { RequirementsText } from './types.ts';

export interface DockerInstruction {
  text: string;
  /** From 1. */
  line: number;
}

export interface Base {
  image: string;
  line: number;
}

interface Stage extends Base {
  name: string | null;
  /** Its RUN lines. */
  runs: DockerInstruction[];
  /** Names, or numbers, of the stages that it copies from. */
  copies: string[];
}

/**
 * @returns `images`: what FROM names, where it is no stage of this file; `base`: the one that the last stage stands on;
 *   `instructions`: what RUN runs, oldest first
 */
export function dockerStages(file: RequirementsText): {
  images: readonly Base[];
  base: Base | null;
  instructions: readonly DockerInstruction[];
} {
  const stages = readStages(file.text);
  const counting = new Set<Stage>();
  const open = stages.slice(-1);
  const named = (name: string): Stage | undefined =>
    stages.find((stage, at) => stage.name === name.toLowerCase() || String(at) === name);
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (counting.has(stage)) continue;
    counting.add(stage);
    open.push(...[stage.image, ...stage.copies].flatMap((name) => named(name) ?? []));
  }
  const made = stages.filter((stage) => counting.has(stage));
  let base = stages.at(-1);
  // A stage can stand on an earlier one alone.
  for (let at = stages.length - 1; base !== undefined && at > 0; at--) base = named(base.image) ?? base;
  return {
    images: made.filter(({ image }) => stages.every(({ name }) => name !== image.toLowerCase())),
    base: base ?? null,
    instructions: made.flatMap(({ runs }) => runs),
  };
}

function readStages(text: string): Stage[] {
  const stages: Stage[] = [];
  const values = new Map<string, string>();
  for (const { text: line, line: number } of instructionsOf(text)) {
    const [, keyword = '', rest = ''] = /^(\w+)\s+([\s\S]*)$/.exec(line) ?? [];
    const stage = stages.at(-1);
    switch (keyword.toUpperCase()) {
      case 'ARG':
      case 'ENV':
        for (const [, name, value] of rest.matchAll(/([A-Za-z_]\w*)[= ]("[^"]*"|'[^']*'|\S+)/g)) {
          values.set(name!, filledIn(value!.replace(/^(["'])(.*)\1$/, '$2'), values));
        }
        break;
      case 'FROM': {
        const [, image = '', , name] =
          /^(?:--\S+\s+)*(\S+)(\s+[aA][sS]\s+(\S+))?/.exec(filledIn(rest, values)) ?? [];
        stages.push({ name: name?.toLowerCase() ?? null, image, line: number, runs: [], copies: [] });
        break;
      }
      case 'COPY':
        stage?.copies.push(...[...(/--from=(\S+)/.exec(rest) ?? [])].slice(1, 2));
        break;
      case 'RUN':
        stage?.runs.push({ text: filledIn(rest, values), line: number });
        break;
    }
  }
  return stages;
}

/** $NAME, ${NAME}, ${NAME:-default}; one that is not known stays. */
function filledIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*))/g,
    (whole, braced: string | undefined, otherwise: string | undefined, bare: string | undefined) =>
      values.get(braced ?? bare ?? '') ?? otherwise ?? whole,
  );
}

/** Lines that end in a backslash go on; comments and empty lines between them do not count. */
function* instructionsOf(text: string): Generator<DockerInstruction> {
  let parts: string[] = [];
  let first = 0;
  let number = 0;
  for (const raw of text.split('\n')) {
    number++;
    const line = raw.replace(/\r$/, '');
    if (/^\s*(?:#|$)/.test(line)) continue;
    if (parts.length === 0) first = number;
    const continues = /\\\s*$/.test(line);
    parts.push(continues ? line.replace(/\\\s*$/, '') : line);
    if (continues) continue;
    yield { text: parts.join(' ').trim(), line: first };
    parts = [];
  }
  if (parts.length > 0) yield { text: parts.join(' ').trim(), line: first };
}
