/** Private folders below the system's temporary one that are removed by themselves. */
import { mkdirSync, realpathSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { removeTree } from '../../src/base/files/tree.ts';

/** For one test, in which (or in whose beforeEach) it is called: removed when the test is over. */
export function tempDir(): string {
  const dir = newPath();
  mkdirSync(dir, { mode: 0o700 });
  onTestFinished(() => removeTree(dir));
  return dir;
}

/** For all tests of the file or describe in which it is called: there from the first beforeAll on. */
export function sharedTempDir(): string {
  const dir = newPath();
  beforeAll(() => void mkdirSync(dir, { mode: 0o700 }));
  afterAll(() => removeTree(dir));
  return dir;
}

// Not a whole UUID: a recording replaces those wherever they stand.
const newPath = (): string =>
  join(realpathSync(tmpdir()), `gpu-setup-test-${randomUUID().slice(0, 13).replace('-', '')}`);
