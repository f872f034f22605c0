/**
 * Executes an install plan. The home is locked meanwhile; what is being made lies in private folders (state/staging,
 * generations/.new-*), so that a kill at any point leaves nothing half-made in sight: the next run uses what was
 * unpacked whole and removes the rest.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withSignal, type AptContext } from '../../apt/context.ts';
import type { Quotas } from '../../base/files/ask-quota.ts';
import { explainFull } from '../../base/files/disk-space.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { makeOwnFolder } from '../../base/files/own-path.ts';
import { removeTree } from '../../base/files/tree.ts';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { leaseDownloads } from '../home/cache-lease.ts';
import { prepareHome } from '../home/home-folder.ts';
import { lockHome, type HomeLock } from '../home/home-lock.ts';
import { rememberDates } from '../home/release-dates.ts';
import { changesSince } from '../plan/at-hand.ts';
import { networkBytes, type InstallPlan } from '../plan/install-plan.ts';
import { acceptLicences, type AcceptedLicences, type AskForLicences } from './actions/accept-licences.ts';
import { checkSpace } from './check-space.ts';
import { existingPrefix, generationOf } from './existing.ts';
import { NewGeneration } from './new-generation.ts';
import { namingMissing } from './not-at-hand.ts';
import { payloadFolders, type Payload } from './payloads.ts';
import { performActions } from './perform-actions.ts';
import { overtaken, startExecution } from './execution.ts';
import { wholeOf } from './whole.ts';
import { surveyHome } from './survey.ts';

export interface ExecuteContext {
  /** Its cache, events and signal are used; logins and proxies are looked up with it. */
  apt: AptContext;
  /** Asked before anything is touched. */
  acceptLicences: AskForLicences;
  /** The plan of the same request as it would be made now; null where there is nobody to make one. */
  replan: (() => Promise<InstallPlan>) | null;
  /** The user's, of home and cache; may still be asked for when the work begins. */
  quotas?: Promise<Quotas> | undefined;
}

export interface Executed {
  /** `unchanged`: the same request was installed in the meantime. */
  status: 'installed' | 'unchanged';
  /** What was done: the plan given, or the one that took its place. */
  plan: InstallPlan;
  /** Null where the plan records nothing. */
  prefix: PrefixInfo | null;
  /** What was found in packages that is not expected there, and what was made of it. */
  warnings: readonly string[];
  /** Null where nothing was done. */
  spent: Spent | null;
}

export interface Spent {
  /** Of the work itself: not of waiting for an answer, nor for the home's lock. */
  seconds: number;
  /** Of the packages that came over the network. */
  fetchedBytes: number;
}

/**
 * @throws GpuSetupError `licence-not-accepted`, `prefix-exists`, `plan-overtaken`, `disk-full`, `home-not-writable`,
 *   `home-unsafe`, what the actions throw, and the signal's reason where the work was interrupted
 */
export async function executePlan(plan: InstallPlan, context: ExecuteContext): Promise<Executed> {
  const { home, request } = plan;
  const { emit, signal } = context.apt;
  const licences = await acceptLicences(plan, context.acceptLicences);
  try {
    await prepareHome(home);
    const what = `install ${request.name}`;
    const lease = await leaseDownloads(context.apt, what);
    try {
      const lock = await lockHome(home, { what, emit, signal });
      try {
        const stopped = AbortSignal.any([lock.lost, ...(signal === undefined ? [] : [signal])]);
        return await underLock(plan, licences, { ...context, apt: withSignal(context.apt, stopped) }, lock);
      } finally {
        await lock.release();
      }
    } finally {
      await lease.release();
    }
  } catch (error) {
    throw await explainFull(namingMissing(error, plan, context.apt.atHand), home, plan.bytes.diskAtMost);
  }
}

/**
 * Another install may have had the lock since the plan was made, and packages of the cache are found damaged one by one as they
 * are read: the plan no longer fits then, and is made once more.
 */
async function underLock(
  plan: InstallPlan,
  licences: AcceptedLicences,
  { apt, replan, quotas }: ExecuteContext,
  lock: HomeLock,
): Promise<Executed> {
  const there = await thereAlready(plan);
  if (there !== null) return { status: 'unchanged', ...there, warnings: [], spent: null };
  let before = '';
  for (let now = plan, tries = 0; ; tries++) {
    try {
      return await execute(now, licences, apt, lock, (await quotas) ?? new Map());
    } catch (error) {
      const isOvertaken = error instanceof GpuSetupError && error.code === 'plan-overtaken';
      const isStuck = !isOvertaken || error.message === before || tries > plan.packages.length;
      if (isStuck || replan === null) throw error;
      before = error.message;
      apt.emit({ type: 'notice', level: 'info', text: `${error.message}: planning again` });
      now = await replan();
    }
  }
}

/** What was installed under the name in the meantime; a plan that gives a prefix another generation expects the one before. */
async function thereAlready(plan: InstallPlan): Promise<{ plan: InstallPlan; prefix: PrefixInfo } | null> {
  const { request, home, replaces, lock, packages } = plan;
  if (replaces === undefined)
    return existingPrefix(request, home, undefined, lock === undefined ? undefined : packages);
  const now = await generationOf(home, request.name);
  if (now === replaces) return null;
  throw overtaken(plan, [`${request.name} is ${now ?? 'gone'} now, not ${replaces}`]);
}

async function execute(
  plan: InstallPlan,
  licences: AcceptedLicences,
  apt: AptContext,
  lock: HomeLock,
  quotas: Quotas,
): Promise<Executed> {
  const { home } = plan;
  const beganAt = performance.now();
  await removeLeftovers(home);
  const payloads = await checkBasis(plan, apt);
  for (const text of await checkSpace(plan, apt, quotas))
    apt.emit({ type: 'notice', level: 'warning', text });
  // What a lock covers was newest when the lock was made, and says nothing of today.
  if (plan.lock === undefined) await rememberDates(home, plan.sources);
  const { staging } = payloadFolders(home);
  makeOwnFolder(staging.folder, 0o700);
  const generation = new NewGeneration(home, apt.emit, lock);
  const run = startExecution(plan, apt, { licences, payloads, generation, lock });
  const whole = wholeOf(plan);
  apt.emit(whole);
  try {
    await performActions(run);
    apt.emit({ type: 'end', id: whole.id, outcome: 'done' });
  } catch (error) {
    apt.emit({ type: 'end', id: whole.id, outcome: 'failed' });
    await generation.discard();
    throw error;
  }
  // Of other packages, staged by an install that did not come to its end and is not wanted now.
  await removeTree(staging.folder);
  const seconds = (performance.now() - beganAt) / 1000;
  return {
    status: 'installed',
    plan,
    prefix: run.recorded,
    warnings: [...run.warnings, ...(run.placed?.placement.warnings ?? [])],
    spent: { seconds, fetchedBytes: networkBytes(plan) },
  };
}

/** What a killed run left: half-made generations, and packages that were not unpacked to their end. */
async function removeLeftovers(home: string): Promise<void> {
  for (const name of await readdir(join(home, 'generations'))) {
    if (name.startsWith('.new-')) await removeTree(join(home, 'generations', name));
  }
  const { staging } = payloadFolders(home);
  for (const payloadSha256 of await staging.list()) {
    if ((await staging.read(payloadSha256)) === null) await staging.remove(payloadSha256);
  }
}

/**
 * @returns what store and staging folder hold for the plan, by name of the package
 * @throws GpuSetupError `plan-overtaken`: not what the plan was made for
 */
async function checkBasis(plan: InstallPlan, apt: AptContext): Promise<Map<string, Payload>> {
  const now = await surveyHome(plan, apt);
  const changes = changesSince(plan, now);
  if (changes.length > 0) throw overtaken(plan, changes);
  return new Map(
    plan.packages.flatMap(({ name, sha256 }) => {
      const payload = now.unpacked.get(sha256);
      return payload === undefined ? [] : [[name, payload] as const];
    }),
  );
}
