/** A `quota` of linuxquota's form on PATH, for tests on a system without quotas. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { tempDir } from './temp-dir.ts';

/**
 * Stays for the rest of the test.
 *
 * @param script of sh; the mount point that is asked about is in $point
 * @returns the file that its arguments, language and calls are written to, a line each
 */
export function fakeQuota(script: string): string {
  const folder = tempDir();
  const calls = join(folder, 'calls');
  const program = join(folder, 'quota');
  writeFileSync(program, `#!/bin/sh\necho "$LC_ALL $*" >> '${calls}'\nfor point; do :; done\n${script}\n`);
  chmodSync(program, 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
  return calls;
}

/** @param columns blocks used, soft, hard, grace; files used, soft, hard, grace */
export function answering(columns: string): string {
  return `printf 'Disk quotas for user ann (uid 1000): \\n     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace\\n%15s %s\\n' "$point" '${columns}'`;
}
