/** activate: the finished generation becomes the prefix of that name. */
import { activate as activateGeneration } from '../../home/activate.ts';
import type { ActionOf } from '../../plan/install-plan.ts';
import type { Execution } from '../execution.ts';
import { publish } from '../publish.ts';

export async function activate({ name, generation }: ActionOf<'activate'>, run: Execution): Promise<void> {
  await publish(run);
  await activateGeneration(run.plan.home, name, generation, run.lock);
}
