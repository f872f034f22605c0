/** Nobody edits generated tables: they are what scripts/compat makes of the facts. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
// @ts-expect-error plain JavaScript: it runs without a build
import { generatedTables } from '../../scripts/compat/generated-tables.mjs';

const FACTS = fileURLToPath(new URL('../../../shared/facts', import.meta.url));
const DATA = fileURLToPath(new URL('../../src/compat/data/', import.meta.url));

// The collection of facts is no part of the repository.
it.skipIf(!existsSync(FACTS))('the tables are what the script makes of ../shared/facts', async () => {
  const tables = (await generatedTables(FACTS)) as Map<string, string>;
  expect(tables.size).toBeGreaterThan(10);
  for (const [file, text] of tables) expect(readFileSync(DATA + file, 'utf8'), file).toBe(text);
});
