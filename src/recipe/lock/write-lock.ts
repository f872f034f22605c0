/** What `gpu-setup lock` does: resolves a request for one architecture or several, and pins what came out. */
import type { AptContext } from '../../apt/context.ts';
import { readDeb } from '../../apt/deb/deb.ts';
import { proveSuite, type SuiteProof } from '../../apt/index/suite-proof.ts';
import { fetchPackage } from '../../apt/package/fetch-package.ts';
import { addressesOf } from '../../apt/package/addresses.ts';
import type { Mirrors } from '../../apt/sources/mirrors.ts';
import { loadSources } from '../../apt/sources/sources.ts';
import type { PackageIndex, Source } from '../../apt/types.ts';
import { hostArchitecture, type PackageArchitecture } from '../../base/architecture.ts';
import { GpuSetupError, usageError } from '../../base/errors.ts';
import type { Emit } from '../../base/events.ts';
import type { Folders } from '../../base/folders.ts';
import { Limit } from '../../base/limit.ts';
import { leaseDownloads } from '../../prefix/home/cache-lease.ts';
import { rememberIfHome } from '../../prefix/home/release-dates.ts';
import type { PlannedPackage } from '../../prefix/plan/install-plan.ts';
import { diffLocks, type LockDiff } from '../../prefix/plan/lock/diff.ts';
import { proofPath } from '../../prefix/plan/lock/proof-file.ts';
import {
  lockAgain,
  lockDigest,
  lockOf,
  pinFor,
  pinOf,
  pinsOf,
  sameWish,
  wishText,
  type Lock,
  type Pin,
} from '../../prefix/plan/lockfile.ts';
import type { PrefixRequest } from '../../prefix/plan/request.ts';
import { formatSpec } from '../../prefix/plan/spec.ts';
import { chooseFromSources } from '../choose-from-sources.ts';
import { withoutFrameworks } from '../install.ts';
import { loadRecipes } from '../load.ts';
import { planner } from '../plan-install.ts';
import type { Recipe } from '../recipe.ts';
import { checkName, requestOf, type Requested, type RequestOptions } from '../request.ts';
import { readLockFile, readProofOf, writeLockFiles } from './lock-file.ts';
import { requestedAgain } from './requested-again.ts';

export interface LockRequest extends RequestOptions {
  /** A recipe or specs; none with `upgrade`: what the lock was made for. */
  words: readonly string[];
  /** None: this machine's, or those that the lock has. */
  architectures: readonly PackageArchitecture[];
  file: string;
  /** Resolves anew where there is a lock already. */
  upgrade: boolean;
  /** Whether the signed indexes are put beside it. */
  proof: boolean;
  /** Whether packages are fetched whose payload is not known. */
  payloads: boolean;
  allowOlder: boolean;
}

export interface LockContext {
  folders: Folders;
  emit: Emit;
  signal: AbortSignal;
  mirrors?: Mirrors | undefined;
}

export interface LockWritten {
  status: 'written' | 'unchanged';
  file: string;
  /** Null where there is none. */
  proof: string | null;
  digest: string;
  lock: Lock;
  /** Null where there was no lock before. */
  changes: LockDiff | null;
  warnings: readonly string[];
}

/**
 * @throws GpuSetupError `lock-exists`, `missing-argument`, what reading a lock, `requestOf`, `chooseFromSources` and fetching
 *   packages throw
 */
export async function writeLock(asked: LockRequest, context: LockContext): Promise<LockWritten> {
  const { folders, emit, signal } = context;
  const { file } = asked;
  const before = readLockFile(file);
  const [recipes, sources] = await Promise.all([
    loadRecipes(folders.config),
    loadSources(folders.config, context.mirrors),
  ]);
  const wanted = await requestsOf(asked, before, recipes, sources, emit);
  if (before !== null && !asked.upgrade) return unchanged(asked, before, wanted);
  const apt: AptContext = { cache: folders.cache, emit, signal };
  const made: Made[] = [];
  for (const requested of wanted)
    made.push(await makePin(requested, before, sources, apt, asked, folders.home));
  const lock = lockOf(...(made.map(({ pin }) => pin) as [Pin, ...Pin[]]));
  const proven = asked.proof
    ? await proveAll(
        made.flatMap(({ used }) => used),
        apt,
      )
    : null;
  await rememberIfHome(
    folders.home,
    made.flatMap(({ pin }) => pin.sources),
  );
  const proof = await writeLockFiles(file, lock, proven);
  return {
    status: 'written',
    file,
    proof,
    digest: lockDigest(lock),
    lock,
    changes: before === null ? null : diffLocks(before, lock),
    warnings: [...new Set(made.flatMap(({ warnings }) => warnings))],
  };
}

/** One request per architecture. */
async function requestsOf(
  asked: LockRequest,
  before: Lock | null,
  recipes: ReadonlyMap<string, Recipe>,
  sources: ReadonlyMap<string, Source>,
  emit: Emit,
): Promise<readonly Requested[]> {
  const { words, upgrade } = asked;
  if (words.length === 0) {
    if (before !== null && upgrade) return requestsAgain(asked, before, recipes, sources);
    throw usageError('missing-argument', 'nothing is named that is to be locked', {
      hint: [
        'name a recipe or specs, as for install: gpu-setup recipes lists the recipes',
        'gpu-setup lock --upgrade writes a lock that is there anew',
      ],
    });
  }
  const architectures = asked.architectures.length > 0 ? asked.architectures : [hostArchitecture()];
  return Promise.all(
    architectures.map(async (architecture) => {
      const source = sourceFor(architecture, architectures, asked, sources);
      const typed = await withoutFrameworks({ ...asked, architecture, source }, recipes, emit, true);
      return requestOf(typed.words, recipes, typed, { architecture, sources });
    }),
  );
}

/** What a lock was made for, under another name or from another source where one is given. */
function requestsAgain(
  asked: LockRequest,
  before: Lock,
  recipes: ReadonlyMap<string, Recipe>,
  sources: ReadonlyMap<string, Source>,
): readonly Requested[] {
  const there = pinsOf(before).map(({ request }) => request);
  const [first] = there as [PrefixRequest];
  const words = [
    ...(first.recipe === null || !recipes.has(first.recipe) ? [] : [first.recipe]),
    ...first.specs.map(formatSpec),
  ];
  const without = (['with', 'without', 'only'] as const).find((name) => asked[name] !== undefined);
  if (without !== undefined) {
    throw usageError(
      'option-without-effect',
      `--${without} belongs to what is locked, and nothing is named: ${asked.file} was made for ${wishText(first)}`,
      { hint: `name it: ${lockAgain(asked.file, ...words, `--${without}`, asked[without]!)}` },
    );
  }
  const name = asked.name === undefined ? first.name : checkName(asked.name);
  const architectures =
    asked.architectures.length > 0 ? asked.architectures : there.map(({ architecture }) => architecture);
  return architectures.map((architecture) => {
    const own = there.find((request) => request.architecture === architecture);
    const source = sourceFor(architecture, architectures, asked, sources);
    if (own !== undefined)
      return requestedAgain({ ...own, name, ...(source === undefined ? {} : { source }) }, recipes, {
        sources,
      });
    // Of another architecture the sources are other ones: asked for as it was typed.
    const { components, only, insisted } = first;
    const options = { name, components, source };
    const request = requestOf(words, recipes, options, { architecture, sources });
    return {
      ...request,
      request: {
        ...request.request,
        components,
        ...(only === undefined ? {} : { only }),
        ...(insisted === undefined ? {} : { insisted }),
      },
    };
  });
}

/** A source is named for the architectures that it serves; the others have one of their own. */
function sourceFor(
  architecture: PackageArchitecture,
  all: readonly PackageArchitecture[],
  { source }: LockRequest,
  sources: ReadonlyMap<string, Source>,
): string | undefined {
  const known = source === undefined ? undefined : sources.get(source);
  const serves = (one: PackageArchitecture): boolean => known?.architectures.includes(one) ?? true;
  return serves(architecture) || !all.some(serves) ? source : undefined;
}

function unchanged(asked: LockRequest, lock: Lock, wanted: readonly Requested[]): LockWritten {
  const { file } = asked;
  const other = otherThanLocked(asked, lock, wanted);
  if (other !== null) {
    throw new GpuSetupError('lock-exists', `${file} was made for ${other.there}, not for ${other.asked}`, {
      hint: ['add --upgrade to write it anew for this', 'or name another file with --lock'],
      details: { file },
    });
  }
  const proofs = readProofOf(file, lock);
  return {
    status: 'unchanged',
    file,
    proof: proofs === null ? null : proofPath(file),
    digest: lockDigest(lock),
    lock,
    changes: null,
    warnings: [],
  };
}

/** What a lock was made for and what is asked for, where that is not the same; null where it is. */
function otherThanLocked(
  { name, source }: LockRequest,
  lock: Lock,
  wanted: readonly Requested[],
): { there: string; asked: string } | null {
  const there = pinsOf(lock).map(({ request }) => request);
  const listed = (requests: readonly PrefixRequest[]): string =>
    requests
      .map(({ architecture }) => architecture)
      .sort()
      .join(' and ');
  const requests = wanted.map(({ request }) => request);
  if (listed(there) !== listed(requests)) return { there: listed(there), asked: listed(requests) };
  for (const { request, otherGroups } of wanted) {
    const own = pinFor(lock, request.architecture)!.request;
    if (!sameWish(request, own)) return { there: wishText(own), asked: wishText(request) };
    if (name !== undefined && name !== own.name)
      return { there: `a prefix named ${own.name}`, asked: `one named ${name}` };
    const groups = [request.sources, ...otherGroups].map((group) => group.join(', '));
    const from = own.sources.join(', ');
    if (source !== undefined && !groups.includes(from))
      return { there: `packages of ${from}`, asked: `those of ${source}` };
  }
  return null;
}

interface Made {
  pin: Pin;
  /** Of the indexes, those that packages come from. */
  used: readonly PackageIndex[];
  warnings: readonly string[];
}

async function makePin(
  requested: Requested,
  before: Lock | null,
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
  { payloads, allowOlder }: LockRequest,
  home: string,
): Promise<Made> {
  // What this host has is nothing to a lock: it is the same wherever it is made.
  const choosing = chooseFromSources(requested, sources, apt, home, allowOlder, true);
  const { planNow } = await planner(choosing, {
    home,
    architecture: requested.request.architecture,
    apt,
    recipe: requested.recipe,
  });
  const plan = await planNow();
  const used = (await choosing).indexes.filter(({ source, release }) =>
    plan.sources.some(({ id, suite }) => id === source.id && suite === release.suite),
  );
  const old = before === null ? null : pinFor(before, requested.request.architecture);
  const known = withKnownPayloads(plan.packages, old);
  const packages = payloads ? await withPayloads(known, used, apt) : known;
  return { pin: pinOf({ ...plan, packages }), used, warnings: plan.warnings };
}

/** The same file holds the same payload: should the old lock be wrong there, an install finds out and stops. */
function withKnownPayloads(
  packages: readonly PlannedPackage[],
  before: Pin | null,
): readonly PlannedPackage[] {
  const payloads = new Map((before?.packages ?? []).map((one) => [one.sha256, one.payloadSha256] as const));
  return packages.map((one) => ({
    ...one,
    payloadSha256: one.payloadSha256 ?? payloads.get(one.sha256) ?? null,
  }));
}

const PARALLEL = 4;

/** Fetches those that nobody has unpacked here: they stay in the cache for the install. */
async function withPayloads(
  packages: readonly PlannedPackage[],
  indexes: readonly PackageIndex[],
  apt: AptContext,
): Promise<readonly PlannedPackage[]> {
  const uris = new Map(
    indexes.map(({ source, release }) => [`${source.id} ${release.suite}`, source.uris] as const),
  );
  const limit = new Limit(PARALLEL);
  const lease = await leaseDownloads(apt, 'lock');
  try {
    const work = packages.map((one) =>
      one.payloadSha256 !== null
        ? one
        : limit.run(async () => {
            apt.signal?.throwIfAborted();
            const addresses = addressesOf(uris.get(`${one.sourceId} ${one.suite}`) ?? [], one.path, apt);
            const fetched = await fetchPackage(one, addresses, apt);
            try {
              const deb = await readDeb(fetched, { signal: apt.signal });
              return { ...one, ...fetched.listed, payloadSha256: await deb.dataSha256() };
            } finally {
              await fetched.handle.close();
            }
          }),
    );
    // All of them end before the first failure is told.
    const done = await Promise.allSettled(work);
    const failed = done.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  } finally {
    await lease.release();
  }
}

async function proveAll(indexes: readonly PackageIndex[], apt: AptContext): Promise<readonly SuiteProof[]> {
  const once = new Map(indexes.map((index) => [`${index.source.id} ${index.release.suite}`, index] as const));
  return Promise.all([...once.values()].map((index) => proveSuite(index, apt)));
}
