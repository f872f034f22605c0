/** scripts/build-binary.mjs after the launcher's install, which brings what the build takes and no more. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/source-text.ts';
import { tempDir } from '../support/temp-dir.ts';

it('says what is missing and the command that brings it, without a stack', () => {
  const folder = tempDir();
  cpSync(join(ROOT, 'scripts'), join(folder, 'scripts'), { recursive: true });
  mkdirSync(join(folder, 'node_modules/esbuild'), { recursive: true });
  const done = spawnSync(process.execPath, [join(folder, 'scripts/build-binary.mjs')], { encoding: 'utf8' });
  expect(done).toMatchObject({ status: 1, stdout: '' });
  expect(done.stderr).toMatch(/^error: .*Bun.*\nhint: .*npm ci.*\n$/);
});
