/** fetch: a package file into the cache, from the addresses that the plan names. */
import { fetchPackage } from '../../../apt/package/fetch-package.ts';
import type { ActionOf } from '../../plan/install-plan.ts';
import { packageOf, type Execution } from '../execution.ts';

export async function fetch(action: ActionOf<'fetch'>, run: Execution): Promise<void> {
  const wanted = packageOf(run, action.package);
  const { path, file } = await fetchPackage(wanted, action.from, run.apt);
  run.files.set(wanted.name, path);
  run.came.set(wanted.name, file);
}
