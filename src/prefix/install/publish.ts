/** The generation gets its name; a disk that does not take all of it leaves nothing behind that looks whole. */
import { forgetUnpacked } from './actions/unpack.ts';
import type { Execution } from './execution.ts';

export const publish = (run: Execution): Promise<void> =>
  run.generation.publish(run.signal, () => forgetUnpacked(run));
