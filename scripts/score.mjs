// How often the doctor is right: first, with the right fix, in the first three; and how often it cries wolf.
//
//   npm run score -- [--json] [--verbose] [--program "CMD ARG"] DIR...
//
// A case is a JSON file anywhere below DIR:
//
//   { "id": "...", "source": "...", "kind": "text",     "text": "a log",       "expect": {...} }
//   { "id": "...", "source": "...", "kind": "snapshot", "snapshot": { ... },   "expect": {...} }
//
//   expect: { "code": "nouveau-in-use", "accept": ["driver-not-installed"], "fixMentions": ["apt", "dnf"] }
//
// Right first: the first diagnosis has the code, or one of `accept`. With the right fix: its steps hold one of
// `fixMentions`, where there are some. The code "healthy": no diagnosis is an error; one that is, is a false alarm.
// Exit code 0: scored; 1: a case got no answer or is none; 2: usage.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIMIT_MS = 60_000;

/** What an answer is worth. @param diagnoses null where there was none */
export function judge(expect, diagnoses) {
  if (diagnoses === null) return { answered: false, first: false, fix: false, three: false, alarm: false };
  const codes = diagnoses.map(({ code }) => code);
  if (expect.code === 'healthy') {
    const calm = diagnoses.every(({ severity }) => severity !== 'error');
    return { answered: true, first: calm, fix: calm, three: calm, alarm: !calm };
  }
  const wanted = [expect.code, ...(expect.accept ?? [])];
  const first = codes.length > 0 && wanted.includes(codes[0]);
  const steps = first ? JSON.stringify(diagnoses[0].fix ?? []).toLowerCase() : '';
  const mentions = expect.fixMentions ?? [];
  const fix = first && (mentions.length === 0 || mentions.some((word) => steps.includes(word.toLowerCase())));
  return {
    answered: true,
    first,
    fix,
    three: codes.slice(0, 3).some((code) => wanted.includes(code)),
    alarm: false,
  };
}

/** Sums of what judge says. */
export function tally(scored) {
  const count = (field) => scored.filter(({ score }) => score[field]).length;
  return {
    cases: scored.length,
    first: count('first'),
    fix: count('fix'),
    three: count('three'),
    healthy: scored.filter(({ code }) => code === 'healthy').length,
    alarms: count('alarm'),
    unanswered: scored.length - count('answered'),
  };
}

/** The same for each value of a field. */
export function tallyBy(scored, field) {
  const by = new Map();
  for (const one of scored) by.set(one[field], [...(by.get(one[field]) ?? []), one]);
  return Object.fromEntries(
    [...by].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, own]) => [name, tally(own)]),
  );
}

function casesBelow(path) {
  if (!statSync(path).isDirectory()) return path.endsWith('.json') ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => casesBelow(join(path, name)));
}

/** @throws where the file is no case */
function readCase(file) {
  const { kind, text, snapshot, expect } = JSON.parse(readFileSync(file, 'utf8'));
  const input = kind === 'text' ? text : snapshot;
  if (!['text', 'snapshot'].includes(kind) || input === undefined || typeof expect?.code !== 'string') {
    throw new Error(`${file} is no case: kind, text or snapshot, and expect.code are needed`);
  }
  return { file, kind, input, expect };
}

/** Code of a diagnosis -> its layer, as the folders say. */
function layers() {
  const folder = join(ROOT, 'src/doctor/diagnoses');
  return new Map(
    readdirSync(folder).flatMap((layer) =>
      readdirSync(join(folder, layer)).map((file) => [file.replace(/\.ts$/, ''), layer]),
    ),
  );
}

async function ask({ kind, input }, program, folder, number) {
  if (kind === 'text') return answerOf([...program, 'explain', '--json', '-'], input);
  const file = join(folder, `${number}.json`);
  writeFileSync(file, JSON.stringify({ ...input, format: 'gpu-setup/snapshot@1' }));
  return answerOf([...program, 'doctor', '--json', '--snapshot', file], '');
}

/** The diagnoses; null where none can be read. */
function answerOf([command, ...args], input) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], timeout: LIMIT_MS });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.on('error', () => resolve(null));
    child.on('close', () => {
      try {
        resolve(JSON.parse(out).diagnoses ?? null);
      } catch {
        resolve(null);
      }
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

export async function score(dirs, program) {
  const layerOf = layers();
  const cases = dirs.flatMap(casesBelow).map(readCase);
  const scored = new Array(cases.length);
  const folder = mkdtempSync(join(tmpdir(), 'gpu-setup-score-'));
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < cases.length; at = next++) {
      const { file, kind, expect } = cases[at];
      const diagnoses = await ask(cases[at], program, folder, at);
      const layer = expect.code === 'healthy' ? 'healthy' : (layerOf.get(expect.code) ?? 'unknown code');
      const got = diagnoses?.slice(0, 3).map(({ code }) => code) ?? null;
      scored[at] = { file, kind, code: expect.code, layer, got, score: judge(expect, diagnoses) };
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return scored;
}

function textOf(scored, verbose) {
  const sentence = ({ cases, first, fix, three, healthy, alarms, unanswered }) => {
    const share = (n) => `${n} (${cases === 0 ? 0 : Math.round((100 * n) / cases)} %)`;
    const silent = unanswered === 0 ? '' : `, no answer ${unanswered}`;
    return `${cases} cases: right first ${share(first)}, with the right fix ${share(fix)}, in the first three ${share(three)}, false alarms ${alarms} of ${healthy} healthy${silent}`;
  };
  const missed = scored
    .filter(({ score: { first, fix } }) => !first || (verbose && !fix))
    .map(({ file, code, got, score: { first } }) =>
      first
        ? `fix   ${file}: ${code}`
        : `miss  ${file}: ${code}, got ${got === null ? 'no answer' : got.join(', ') || 'nothing'}`,
    );
  const groups = ['layer', 'kind'].flatMap((field) =>
    Object.entries(tallyBy(scored, field)).map(
      ([name, sums]) => `${`${field} ${name}`.padEnd(24)} ${sentence(sums)}`,
    ),
  );
  return [...missed, ...groups, sentence(tally(scored)), ''].join('\n');
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      program: { type: 'string' },
    },
  });
  if (positionals.length === 0) throw new TypeError('no folder of cases was named');
  const program = values.program?.split(' ') ?? [process.execPath, join(ROOT, 'dist/main.js')];
  const scored = await score(positionals, program);
  const document = {
    total: tally(scored),
    layers: tallyBy(scored, 'layer'),
    kinds: tallyBy(scored, 'kind'),
    cases: scored,
  };
  process.stdout.write(
    values.json ? `${JSON.stringify(document, null, 2)}\n` : textOf(scored, values.verbose),
  );
  process.exitCode = document.total.unanswered > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(
      `${error.message}\nusage: npm run score -- [--json] [--verbose] [--program "CMD ARG"] DIR...`,
    );
    process.exitCode = error instanceof TypeError ? 2 : 1;
  });
}
