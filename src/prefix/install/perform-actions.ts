/** Carries out the actions of a plan, and nothing else. */
import { DecoderPool } from '../../formats/archive/decoder-pool.ts';
import { Limit } from '../../base/limit.ts';
import { describeAction, type Action } from '../plan/install-plan.ts';
import { activate } from './actions/activate.ts';
import { fetch } from './actions/fetch.ts';
import { keep } from './actions/keep.ts';
import { place } from './actions/place.ts';
import { record } from './actions/record.ts';
import { relocate } from './actions/relocate.ts';
import { packageFile, unpack } from './actions/unpack.ts';
import { closeFile, packageOf, type Execution } from './execution.ts';

const PARALLEL_FETCHES = 4;

/**
 * Fetching and unpacking go side by side; every other action begins when all before it are done. Each is reported when
 * it and those before it are done, so in the order of the plan. The first failure stops everything else, and all of it
 * has ended when this function does; what was unpacked whole by then is kept.
 */
export async function performActions(run: Execution): Promise<void> {
  const transfers = startTransfers(run);
  try {
    for (const action of run.plan.actions) {
      await (transfers.get(action) ?? inTurn(action, run));
      run.signal.throwIfAborted();
      run.apt.emit({ type: 'action', ...describeAction(action) });
    }
    await run.generation.publish(run.signal);
  } catch (error) {
    run.stop.abort(error);
    throw error;
  } finally {
    await Promise.all(transfers.values());
    for (const name of [...run.files.keys()]) await closeFile(run, name);
  }
}

/** Fetches and unpacks, each waiting for its slot in the order of the plan. They never fail: a failure stops the run. */
function startTransfers(run: Execution): ReadonlyMap<Action, Promise<void>> {
  const pool = new DecoderPool();
  const fetching = new Limit(PARALLEL_FETCHES);
  const verifying = new Limit(PARALLEL_FETCHES);
  const unpacking = new Limit(pool.slots);
  const transfers = new Map<Action, Promise<void>>();
  const fetched = new Map<string, Promise<void>>();
  const start = (action: Action, work: () => Promise<void>): void => {
    transfers.set(
      action,
      work().catch((error: unknown) => run.stop.abort(error)),
    );
  };
  const unlessStopped =
    <T>(work: () => Promise<T>) =>
    async (): Promise<T> => {
      run.signal.throwIfAborted();
      return work();
    };
  for (const action of run.plan.actions) {
    if (action.action === 'fetch') {
      start(action, () => fetching.run(unlessStopped(() => fetch(action, run))));
      fetched.set(action.package, transfers.get(action)!);
    } else if (action.action === 'unpack') {
      start(action, async () => {
        const { size } = packageOf(run, action.package);
        await fetched.get(action.package);
        const file = await verifying.run(unlessStopped(() => packageFile(action, run)));
        await unpacking.run(
          unlessStopped(() => unpack(action, file, run, pool)),
          size,
        );
      });
    }
  }
  return transfers;
}

async function inTurn(action: Action, run: Execution): Promise<void> {
  switch (action.action) {
    // Accepted before anything was touched; started before their turn.
    case 'accept-licence':
    case 'fetch':
    case 'unpack':
      return;
    case 'place':
      return place(action, run);
    case 'relocate':
      return relocate(action, run);
    case 'record':
      return record(action, run);
    case 'keep':
      return keep(action, run);
    case 'activate':
      return activate(action, run);
  }
}
