/** Mends a prefix and is killed before its n-th change below a folder; run by repair-killed.test.ts. */
import { join } from 'node:path';
import { repair } from '../../../src/recipe/lock/repair.ts';
import { lookAtChanges } from '../../support/disk-changes.ts';

const [folder, name, moment] = process.argv.slice(2) as [string, string, string];
let changes = 0;
await lookAtChanges(folder, () => {
  if (changes++ === Number(moment)) process.kill(process.pid, 'SIGKILL');
  return null;
});
await repair(name, {
  folders: { home: join(folder, 'home'), config: join(folder, 'config'), cache: join(folder, 'cache') },
  env: {},
  emit: () => {},
  signal: new AbortController().signal,
  acceptLicences: async () => [],
});
process.stdout.write(`${changes}\n`);
