/** The new executable while it is fetched: beside the old one, under a name by which what a killed update left is found. */
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export const stagedPath = (program: string): string => `${program}.${randomBytes(6).toString('hex')}.new`;

/** Of an update that was killed, or that still runs: that one then says that it could not write. */
export async function removeStaged(program: string): Promise<void> {
  const start = `${basename(program)}.`;
  for (const name of await readdir(dirname(program)).catch(() => [])) {
    if (name.startsWith(start) && /^[0-9a-f]{12}\.new$/.test(name.slice(start.length))) {
      await rm(join(dirname(program), name), { force: true });
    }
  }
}
