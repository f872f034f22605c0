/** Debian's names of licences become SPDX's only where both mean the same text: a wrong name is a wrong promise. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import table from '../../src/compat/data/licence-names.json' with { type: 'json' };
import { spdxExpression } from '../../src/compat/licence-names.ts';

describe('licence names', () => {
  it.each([
    ['Expat', 'MIT'],
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['LGPL-2.1', 'LGPL-2.1-only'],
    ['Zlib and Expat', 'Zlib AND MIT'],
    ['GPL-2 or BSD-3-clause', '(GPL-2.0-only OR BSD-3-Clause)'],
    ['GPL-3+ with GCC-Runtime-Library exception', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
  ])('%s is %s', (name, expression) => {
    expect(spdxExpression(name)).toBe(expression);
  });

  it.each([
    'NVIDIA-EULA',
    'public-domain',
    'GPL',
    'GPL-4',
    'GPL-2+ with odd exception',
    'Expat and/or Zlib',
    'Expat and Zlib or ISC',
    '',
    'constructor',
  ])('"%s" has no name', (name) => {
    expect(spdxExpression(name)).toBeNull();
  });

  it('says nothing that the list of SPDX does not have', () => {
    const schema = createRequire(import.meta.url)
      .resolve('@cyclonedx/cyclonedx-library')
      .replace(/\/dist\.node\/.*$/, '/res/schema/spdx.SNAPSHOT.schema.json');
    const list = (JSON.parse(readFileSync(schema, 'utf8')) as { enum: string[] }).enum;
    const versioned = Object.entries(table.versioned).flatMap(([family, versions]) =>
      versions.flatMap((version) => [`${family}-${version}-only`, `${family}-${version}-or-later`]),
    );
    for (const id of [...Object.values(table.names), ...versioned, ...Object.values(table.exceptions)])
      expect(list).toContain(id);
  });
});
