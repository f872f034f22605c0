import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

describe('every table', () => {
  const files = [
    'compat/data',
    'compat/data/frameworks',
    'compat/data/releases',
    'prefix/layout/rules',
  ].flatMap((folder) =>
    readdirSync(join(SRC, folder))
      .filter((file) => file.endsWith('.json'))
      .map((file) => `${folder}/${file}`),
  );

  it.each(files)('%s says where it was read, as a whole or row by row', (file) => {
    const table = JSON.parse(readFileSync(join(SRC, file), 'utf8')) as Table;
    // Tables of releases list package sources under the same name.
    if (typeof table.sources?.[0] === 'string') {
      for (const source of table.sources) expect(source).toMatch(/\w{4}/);
      for (const [name, row] of rowsOf(table)) {
        expect(table.sources[row.source as number], name).toBeDefined();
        expect(['seen', 'inferred', 'recalled'], name).toContain(row.confidence);
      }
      return;
    }
    const rows = Object.values(table).find(Array.isArray) as readonly { source?: unknown }[] | undefined;
    const named =
      table.source === undefined ? (rows ?? [{}]).map(({ source }) => source) : [table.source].flat();
    expect(named.length).toBeGreaterThan(0);
    for (const source of named) expect(source).toMatch(/\w{4}/);
  });
});

interface Row {
  source?: unknown;
  confidence?: unknown;
}

interface Table {
  source?: unknown;
  sources?: readonly unknown[];
}

/** Where rows are lists of values, `columns` names them, and a type their order. */
const isRow = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);

/** Rows of a table whose sources are listed once: every object in its lists. */
function rowsOf(table: Table): readonly (readonly [string, Row])[] {
  return Object.entries(table).flatMap(([name, value]) =>
    Array.isArray(value) && name !== 'sources'
      ? value.filter(isRow).map((row, at) => [`${name} ${at}`, row as Row] as const)
      : [],
  );
}
