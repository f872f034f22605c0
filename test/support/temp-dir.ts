/** Private folders below the system's temporary one that are removed by themselves. */
import { mkdirSync, readFileSync, realpathSync, statfsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { removeTree } from '../../src/base/files/tree.ts';

/** For one test, in which (or in whose beforeEach) it is called: removed when the test is over. */
export function tempDir(): string {
  return madeForTest(newPath());
}

/**
 * The same in memory where this machine has a file system for that, for tests that install again and again: most of the time
 * of a small install is the wait for a disk that is to have everything now.
 */
export function memoryDir(): string {
  return madeForTest(newPath(memoryFolder ?? tmpdir()));
}

function madeForTest(dir: string): string {
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
const newPath = (folder = tmpdir()): string =>
  join(realpathSync(folder), `gpu-setup-test-${randomUUID().slice(0, 13).replace('-', '')}`);

/** /dev/shm, where it has room, and programs may be started from it (in some containers they may not). */
const memoryFolder = ((): string | null => {
  try {
    const mounted = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .findLast(([, at]) => at === '/dev/shm');
    if (mounted?.[2] !== 'tmpfs' || /\b(?:noexec|ro)\b/.test(mounted[3]!)) return null;
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize >= 1 << 30 ? '/dev/shm' : null;
  } catch {
    return null;
  }
})();
