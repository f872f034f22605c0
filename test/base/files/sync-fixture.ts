/** Has a folder synced meanwhile and ends when the first sync is there, which it leaves to itself; run by sync-to-disk.test.ts. */
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { syncMeanwhile } from '../../../src/base/files/sync-to-disk.ts';

const [folder, called] = process.argv.slice(2) as [string, string];
syncMeanwhile(folder, new AbortController().signal, 1);
while (!existsSync(called)) await setTimeout(5);
