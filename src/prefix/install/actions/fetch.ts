/** fetch: a package file into the cache, from the addresses that the plan names. */
import { fetchPackage } from '../../../apt/package/fetch-package.ts';
import type { ActionOf } from '../../plan/install-plan.ts';
import { fileInstead } from '../locked-file.ts';
import { keepOpen, packageOf, type Execution } from '../execution.ts';

export async function fetch(action: ActionOf<'fetch'>, run: Execution): Promise<void> {
  const wanted = packageOf(run, action.package);
  const fetched = await fetchPackage(wanted, action.from, run.apt).catch((error: unknown) =>
    fileInstead(error, wanted, action.from, run),
  );
  run.came.set(wanted.name, fetched.listed);
  await keepOpen(run, wanted.name, fetched);
}
