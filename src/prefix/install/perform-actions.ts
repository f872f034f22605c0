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
import { publish } from './publish.ts';

const PARALLEL_FETCHES = 4;
/** Hashing takes this thread; the second file is read meanwhile. More would only delay the first. */
const PARALLEL_CHECKS = 2;

/**
 * Fetching and unpacking go side by side; every other action begins when all before it are done. Each is reported when
 * it and those before it are done, so in the order of the plan. The first failure stops everything else, and all of it
 * has ended when this function does; what was unpacked whole by then is kept.
 */
export async function performActions(run: Execution): Promise<void> {
  const transfers = startTransfers(run);
  const endSync = run.generation.syncMeanwhile(run.signal);
  try {
    for (const action of run.plan.actions) {
      const { name, subject } = describeAction(action);
      await (transfers.get(action) ?? spanning(run, name, subject, () => inTurn(action, run)));
      run.signal.throwIfAborted();
      run.apt.emit({ type: 'action', name, subject });
    }
    await spanning(run, 'publish', run.plan.request.name, () => publish(run));
  } catch (error) {
    run.stop.abort(error);
    throw error;
  } finally {
    endSync();
    await Promise.all(transfers.values());
    for (const name of [...run.files.keys()]) await closeFile(run, name);
  }
}

/**
 * Fetches, checks and unpacks, the largest first in each: a package goes to the next step as soon as there is a slot,
 * whatever the others are at. They never fail: a failure stops the run.
 */
function startTransfers(run: Execution): ReadonlyMap<Action, Promise<void>> {
  const pool = new DecoderPool();
  const fetching = new Limit(PARALLEL_FETCHES);
  const checking = new Limit(PARALLEL_CHECKS);
  const unpacking = new Limit(pool.slots);
  const transfers = new Map<Action, Promise<void>>();
  const fetched = new Map<string, Promise<void>>();
  const start = (action: Action, work: () => Promise<void>): void => {
    transfers.set(
      action,
      work().catch((error: unknown) => run.stop.abort(error)),
    );
  };
  const turn = <T>(limit: Limit, step: string, name: string, work: () => Promise<T>): Promise<T> =>
    limit.run(async () => {
      run.signal.throwIfAborted();
      return spanning(run, step, name, work);
    }, packageOf(run, name).size);
  for (const action of run.plan.actions) {
    if (action.action === 'fetch') {
      start(action, () => turn(fetching, 'fetch', action.package, () => fetch(action, run)));
      fetched.set(action.package, transfers.get(action)!);
    } else if (action.action === 'unpack') {
      start(action, async () => {
        await fetched.get(action.package);
        const file =
          run.files.get(action.package) ??
          (await turn(checking, 'check', action.package, () => packageFile(action, run)));
        await turn(unpacking, 'unpack', action.package, () => unpack(action, file, run, pool));
      });
    }
  }
  return transfers;
}

async function spanning<T>(
  { apt }: Execution,
  step: string,
  subject: string,
  work: () => Promise<T>,
): Promise<T> {
  apt.emit({ type: 'span', edge: 'begin', step, subject });
  try {
    return await work();
  } finally {
    apt.emit({ type: 'span', edge: 'end', step, subject });
  }
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
