/** Private folders below the system's temporary one that are removed by themselves. */
import { mkdirSync, realpathSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { removeTree } from '../../src/base/tree.ts';

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

/** No UUID: recordings of machines hide those. */
const newPath = (): string =>
  join(realpathSync(tmpdir()), `gpu-setup-test-${randomBytes(6).toString('hex')}`);
