import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/config/parse-configuration.ts';
import { SETTINGS } from '../../src/config/settings.ts';

const page = readFileSync(
  fileURLToPath(new URL('../../docs/guide/configuration.md', import.meta.url)),
  'utf8',
);

describe('docs/guide/configuration.md', () => {
  it('has every setting, with the variables that win over it, and no other', () => {
    const rows = [...page.matchAll(/^\| `([^`]+)` +\|.*\| (.+?) +\|$/gm)];
    expect(rows.map(([, key]) => key)).toEqual(SETTINGS.map(({ key }) => key));
    for (const [at, { variables }] of SETTINGS.entries()) {
      const named = [...rows[at]![2]!.matchAll(/`([A-Za-z_]+)`/g)].map(([, name]) => name);
      expect(named).toEqual(variables);
    }
  });

  it('shows a file that is understood and holds all of them', () => {
    const reading = readSettings(/^```yaml\n(.*?)^```$/ms.exec(page)![1]!);
    const settings = reading.ok ? reading.value : reading;
    for (const { key, example } of SETTINGS) {
      const [first, second] = key.replace('<source>', 'nvidia-cuda-ubuntu1804').split('.') as [
        string,
        string?,
      ];
      const part = (settings as Record<string, Record<string, unknown>>)[first];
      expect([second === undefined ? part : part?.[second]].flat(), key).toEqual(example);
    }
  });
});
