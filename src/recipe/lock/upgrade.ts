/**
 * A prefix made anew, from what the sources have today or from what a lock names: in a generation of its own, which takes
 * the place of the one before in one step. That one stays, for whoever runs in it and for `rollback`.
 */
import type { AptContext } from '../../apt/context.ts';
import { loadSources } from '../../apt/sources/sources.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { findPrefix, prefixOfRoot, readPrefix, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { generationOf } from '../../prefix/install/existing.ts';
import { diffPackages, type PackageChange } from '../../prefix/plan/lock/diff.ts';
import { refuseUntrue } from '../../prefix/plan/lock/own-versions.ts';
import { lockDigest, pinForHost, samePackages, sameTaken, type Pin } from '../../prefix/plan/lockfile.ts';
import { planExisting } from '../../prefix/plan/plan.ts';
import { chooseFromSources } from '../choose-from-sources.ts';
import {
  carryOut,
  quotasFor,
  finished,
  type InstallContext,
  type InstallResult,
  type LockToInstall,
} from '../install.ts';
import { loadRecipes } from '../load.ts';
import { packagesThere } from '../machine-of-request.ts';
import { planner, type Chosen } from '../plan-install.ts';
import { lockFileAt, readProofOf } from './lock-file.ts';
import { pinIn } from './outdated.ts';
import { requestedAgain } from './requested-again.ts';
import { serveLock } from './serve-lock.ts';

export interface UpgradeRequest {
  name: string;
  /** What the prefix is to hold; without one, the newest that its request means. */
  lock?: LockToInstall | undefined;
  allowOlder: boolean;
  /** Folders in which packages are looked for before servers are asked: absolute paths. */
  from?: readonly string[];
  dryRun: boolean;
}

export interface UpgradeResult extends InstallResult {
  /** Name of the generation that was there before. */
  from: string;
  changes: readonly PackageChange[];
}

/**
 * @throws GpuSetupError `unknown-prefix`, `prefix-of-root`, `lock-missing`, `lock-damaged`, and what `install` throws
 */
export async function upgrade(asked: UpgradeRequest, context: InstallContext): Promise<UpgradeResult> {
  const { folders, emit, signal } = context;
  const { home } = folders;
  const place = await findPrefix(folders, asked.name);
  if (!place.own) throw prefixOfRoot(place);
  const there = await pinIn(place.name, place.path);
  if (there instanceof GpuSetupError) throw there;
  const from = await generationOf(home, place.name);
  const apt: AptContext = { cache: folders.cache, emit, signal, atHand: asked.from };
  const { chosen, digest, recipe } = await choose(asked, there, apt, context);
  const packages = chosen.resolution.packages.map((one) => ({
    ...one.package,
    components: one.components,
    payloadSha256: one.payloadSha256 ?? null,
  }));
  const sameBytes = samePackages(packages, there.packages) && sameTaken(chosen.request, there.request);
  if (from === null || sameBytes) {
    const result = await unchanged(place, there, home, context);
    return { ...result, lockDigest: digest ?? result.lockDigest, from: from ?? place.name, changes: [] };
  }
  const quotas = quotasFor(apt, home);
  const planning = await planner(Promise.resolve(chosen), {
    home,
    architecture: there.request.architecture,
    apt,
    recipe,
    replaces: from,
  });
  const result = await carryOut({ ...planning, quotas }, apt, asked.dryRun, context);
  return { ...result, from, changes: diffPackages(there.packages, result.plan.packages) };
}

async function choose(
  { name, lock, allowOlder }: UpgradeRequest,
  there: Pin,
  apt: AptContext,
  { folders, mirrors }: InstallContext,
): Promise<{
  chosen: Chosen;
  /** Of the lock, where one says what is installed. */
  digest: string | null;
  recipe: Parameters<typeof planner>[1]['recipe'];
}> {
  const [recipes, sources] = await Promise.all([
    loadRecipes(folders.config),
    loadSources(folders.config, mirrors),
  ]);
  if (lock === undefined) {
    const again = requestedAgain({ ...there.request, name }, recipes, { sources });
    const chosen = await chooseFromSources(again, sources, apt, folders.home, allowOlder);
    return { chosen, digest: null, recipe: again.recipe };
  }
  const { file, trusted } = lock;
  const read = lockFileAt(file);
  const pin = pinForHost(read, there.request.architecture, file);
  refuseUntrue(pin, file);
  const digest = lockDigest(read);
  const request = { ...pin.request, name };
  const chosen = await serveLock(
    { file, digest, pin: { ...pin, request }, proofs: readProofOf(file, read), trusted },
    sources,
    apt,
    await packagesThere(request.architecture),
  );
  return { chosen, digest, recipe: recipes.get(request.recipe ?? '') ?? null };
}

async function unchanged(
  place: PrefixPlace,
  { request }: Pin,
  home: string,
  context: InstallContext,
): Promise<InstallResult> {
  const [there, { prefix }] = await Promise.all([pinIn(place.name, place.path), readPrefix(place)]);
  if (there instanceof GpuSetupError) throw there;
  const plan = planExisting(request, { schema: 'gpu-setup/lock@1', ...there }, home);
  return finished({ status: 'unchanged', plan, prefix, warnings: [], driver: null, spent: null }, context);
}
