// Makes the tables in src/compat/data from a folder of facts, a collection of what was read about NVIDIA's releases and the
// frameworks on them, each row with its source (README.md in that folder says what it holds):
//
//   node scripts/compat/generate.mjs FACTS [INTO]
//
// What the facts lack and the program needs stands in additions/, with its source too. The same input gives the same bytes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedTables } from './generated-tables.mjs';

const [facts, into] = process.argv.slice(2);
if (facts === undefined) throw new Error('usage: node scripts/compat/generate.mjs FACTS [INTO]');
const data = resolve(
  into ?? join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'src/compat/data'),
);
for (const [file, text] of await generatedTables(facts)) {
  mkdirSync(dirname(join(data, file)), { recursive: true });
  writeFileSync(join(data, file), text);
}
