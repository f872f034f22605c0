/** Carries out the plan in a file and is killed before its n-th change below a folder; run by killed.test.ts. */
import { readFileSync } from 'node:fs';
import { executePlan } from '../../../../src/prefix/install/execute-plan.ts';
import type { InstallPlan } from '../../../../src/prefix/plan/install-plan.ts';
import { lookAtChanges } from '../../../support/disk-changes.ts';

const [planFile, folder, cache, moment] = process.argv.slice(2) as [string, string, string, string];
const plan = JSON.parse(readFileSync(planFile, 'utf8')) as InstallPlan;
let changes = 0;
await lookAtChanges(folder, () => {
  if (changes++ === Number(moment)) process.kill(process.pid, 'SIGKILL');
  return null;
});
await executePlan(plan, {
  apt: { cache, emit: () => {}, retryDelayMs: 1 },
  acceptLicences: async () => [],
  replan: null,
});
process.stdout.write(`${changes}\n`);
