import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** From the top down (docs/design.md); rooms of one floor do not import each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['cli'],
  ['report'],
  ['config', 'self'],
  ['recipe'],
  ['smoke'],
  ['darknet'],
  ['doctor', 'stack', 'prefix'],
  ['machine', 'apt'],
  ['compat', 'formats'],
  ['base'],
];

/** Which rooms a room may import from, besides itself. */
const BELOW: Readonly<Record<string, readonly string[]>> = (() => {
  const below: Record<string, readonly string[]> = {};
  FLOORS.forEach((rooms, at) => {
    for (const room of rooms) below[room] = FLOORS.slice(at + 1).flat();
  });
  return below;
})();

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

function sourceFiles(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return /(?<!\.d)\.ts$/.test(name) ? [path] : [];
  });
}

/** `import ... from './x.ts'`, `export ... from './x.ts'`, `import './x.ts'`, `import('./x.ts')` */
function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^'";]*?\bfrom\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm,
  );
  return [...found].map((match) => ({
    from: relative(SRC, file),
    to: match[2] ?? match[3] ?? match[4]!,
    typeOnly: match[1] !== undefined,
  }));
}

/** `from 'modules:src/doctor/diagnoses:diagnosis'` imports every module of the folder (scripts/from-folders-plugin.mjs). */
function modulesOfFolder(one: Import): Import[] {
  const folder = /^modules:src\/([^:]+):/.exec(one.to)?.[1];
  if (folder === undefined) return [one];
  return sourceFiles(join(SRC, folder)).map((file) => ({
    ...one,
    to: `./${relative(join(SRC, dirname(one.from)), file)}`,
  }));
}

const imports = sourceFiles(SRC).flatMap(importsOf).flatMap(modulesOfFolder);
const local = imports
  .filter(({ to }) => to.startsWith('.'))
  .map((one) => ({ ...one, target: relative(SRC, join(SRC, dirname(one.from), one.to)) }));
const roomOf = (path: string): string => path.split('/')[0]!;

describe('imports', () => {
  it('are found at all, so that the rules below judge something', () => {
    expect(local.length).toBeGreaterThan(20);
  });

  it('of a whole folder are found too', () => {
    const { from } = local.find(({ target }) => target === 'doctor/diagnoses/hardware/no-nvidia-gpu.ts')!;
    expect(from).toBe('doctor/registry.ts');
  });

  it('run only downwards between rooms', () => {
    const wrong = local.filter(({ from, target }) => {
      const [room, other] = [roomOf(from), roomOf(target)];
      if (from === 'main.ts') return target !== 'cli/program.ts';
      return room !== other && !BELOW[room]?.includes(other);
    });
    expect(wrong.map(({ from, target }) => `${from} -> ${target}`)).toEqual([]);
  });

  it('know every room: a new folder needs its place in the order', () => {
    const rooms = new Set(sourceFiles(SRC).map((file) => roomOf(relative(SRC, file))));
    rooms.delete('main.ts');
    expect([...rooms].filter((room) => BELOW[room] === undefined)).toEqual([]);
  });

  it('form no cycle of modules (imports of types alone vanish and do not count)', () => {
    const graph = new Map<string, string[]>();
    for (const { from, target, typeOnly } of local) {
      if (!typeOnly) graph.set(from, [...(graph.get(from) ?? []), target]);
    }
    const cycles: string[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of graph.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('start programs in one place only (src/base/processes/run-process.ts says how and why)', () => {
    const elsewhere = imports.filter(
      ({ from, to, typeOnly }) =>
        /^(node:child_process|execa)$/.test(to) &&
        !typeOnly &&
        !/^base\/processes\/(run-process|process-group|filter-through|run-foreground)\.ts$/.test(from),
    );
    expect(elsewhere.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('name local files with their ending, and Node modules with node:', () => {
    const bare = imports.filter(({ to }) =>
      /^(fs|path|os|util|stream|crypto|child_process|url|zlib|http)$/.test(to),
    );
    const endless = local.filter(({ to }) => !/\.(ts|json)$/.test(to));
    expect([...bare, ...endless].map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('ask a machine what it can do, never what kind it is: how it is looked at stays behind its interface', () => {
    const asking = sourceFiles(SRC)
      .filter((file) => /\bmachine\.kind\b/i.test(readFileSync(file, 'utf8')))
      .map((file) => relative(SRC, file));
    expect(asking).toEqual([]);
  });
});
