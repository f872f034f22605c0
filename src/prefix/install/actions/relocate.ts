/** relocate: the new generation becomes a toolkit that works wherever it is put. */
import { relocate as relocateTree } from '../../relocate/relocate.ts';
import type { ActionOf } from '../../plan/install-plan.ts';
import type { Execution } from '../execution.ts';

export async function relocate({ generation }: ActionOf<'relocate'>, run: Execution): Promise<void> {
  const { cuda, request } = run.plan;
  const folder = await run.generation.folder(generation);
  run.relocated = await relocateTree(folder, { cuda, architecture: request.architecture });
}
