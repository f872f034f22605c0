/** scripts/published-manifest.mjs: what npm packs has no dependencies, and the clone keeps them. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { textOf, ROOT } from '../support/source-text.ts';
import { tempDir } from '../support/temp-dir.ts';

const SCRIPT = 'scripts/published-manifest.mjs';

it('takes out of package.json what is not for those who install it, and puts it back', () => {
  const folder = tempDir();
  mkdirSync(join(folder, 'scripts'));
  copyFileSync(join(ROOT, SCRIPT), join(folder, SCRIPT));
  const manifest = join(folder, 'package.json');
  writeFileSync(manifest, textOf('package.json'));
  const exchange = (step: string): unknown => {
    const done = spawnSync(process.execPath, [join(folder, SCRIPT), step], { encoding: 'utf8' });
    expect(done.status, done.stderr).toBe(0);
    return JSON.parse(readFileSync(manifest, 'utf8'));
  };
  const whole = JSON.parse(textOf('package.json')) as Record<string, unknown>;
  const { name, version, description, license, type, bin, files, engines, os } = whole;
  const published = { name, version, description, license, type, bin, files, engines, os };
  expect(exchange('strip')).toEqual(published);
  // An npm that was killed never came to the second step.
  expect(exchange('strip')).toEqual(published);
  expect(exchange('restore')).toEqual(whole);
  expect(readFileSync(manifest, 'utf8')).toBe(textOf('package.json'));
  expect(exchange('restore')).toEqual(whole);
});
