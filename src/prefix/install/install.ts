/**
 * Runs an install plan. The home is locked meanwhile; what is being made lies in private folders (state/staging,
 * generations/.new-*), so that a kill at any point leaves nothing half-made in sight: the next run uses what was
 * unpacked whole and removes the rest.
 */
import { chmod, lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { AptContext } from '../../apt/context.ts';
import type { Source } from '../../apt/types.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { Manifest, PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { activate } from '../home/activate.ts';
import { compose, type Composition } from './place-members.ts';
import { explainFull, fileSystemOf, judgeSpace } from '../../base/disk-space.ts';
import { syncFileSystem } from '../../base/durable.ts';
import { gather, survey, type Gathered, type GatherOptions, type UnpackAction } from './fetch-and-unpack.ts';
import { buildGeneration } from './generation.ts';
import { prepareHome } from '../home/home-folder.ts';
import { isWanted, layoutOf } from '../layout/layout.ts';
import { readLock, writeLock } from '../home/prefix-lock.ts';
import { lockHome } from '../home/home-lock.ts';
import { writeManifest } from '../home/manifest.ts';
import { nextGeneration, planExisting } from '../plan/plan.ts';
import { readPrefix } from '../home/prefixes.ts';
import { relocate } from '../relocate/relocate.ts';
import { probeSharing } from '../home/sharing.ts';
import { moveEntry, StoreFolder } from '../home/store.ts';
import { removeTree, walkTree } from '../../base/tree.ts';
import type { Action, InstallPlan } from '../plan/types.ts';
import { VirtualRoot } from './virtual-root.ts';

export interface ExecuteContext {
  /** The one that the indexes were opened with: its cache, events and signal are used, and what it learned of mirrors. */
  apt: AptContext;
  /** By id; every source that the plan's packages come from. */
  sources: ReadonlyMap<string, Source>;
  /** Every licence that the plan asks for, as it was accepted. */
  licences: Manifest['licences'];
}

/**
 * @returns the prefix, newly made, or as it is where the same request is installed already
 * @throws GpuSetupError `prefix-exists`, `disk-full`, `home-not-writable`, `home-unsafe`, `licence-not-accepted`,
 *   `unsafe-member`, `unmapped-member`, `link-outside`, `layout-collision`, `bad-deb`, what fetching throws, and the
 *   signal's reason where the work was interrupted
 */
export async function executePlan(plan: InstallPlan, context: ExecuteContext): Promise<PrefixInfo> {
  const { home } = plan;
  const { emit, signal } = context.apt;
  checkLicences(plan, context);
  try {
    await prepareHome(home);
    const lock = await lockHome(join(home, 'state'), { what: `install ${plan.request.name}`, emit, signal });
    try {
      const there = await existing(plan);
      if (there !== null) return there;
      return await install(
        plan,
        context,
        AbortSignal.any([lock.lost, ...(signal === undefined ? [] : [signal])]),
      );
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw await explainFull(error, home, plan.bytes.diskAtMost);
  }
}

function checkLicences(plan: InstallPlan, { licences }: ExecuteContext): void {
  for (const { id, title } of plan.licences) {
    if (licences.some((accepted) => accepted.id === id)) continue;
    throw new GpuSetupError('licence-not-accepted', `the terms of ${title} were not accepted`, {
      hint: 'read them and add --accept-license',
    });
  }
}

/** Looked at under the lock: another install may have made it since the plan was. */
async function existing({ request, lock, home }: InstallPlan): Promise<PrefixInfo | null> {
  const path = join(home, 'prefixes', request.name);
  if ((await lstat(path).catch(() => null)) === null) return null;
  planExisting(lock.request, await readLock(path), home);
  return (await readPrefix({ name: request.name, path, home, own: true })).prefix;
}

async function install(plan: InstallPlan, context: ExecuteContext, signal: AbortSignal): Promise<PrefixInfo> {
  const { home } = plan;
  const store = new StoreFolder(join(home, 'store'));
  const staging = new StoreFolder(join(home, 'state', 'staging'));
  await removeLeftovers(home, staging);
  await mkdir(staging.folder, { recursive: true, mode: 0o700 });
  const options: GatherOptions = {
    layout: layoutOf(plan.family),
    cuda: plan.cuda,
    store,
    staging,
    payloads: join(home, 'state', 'payloads'),
    apt: context.apt,
    sources: context.sources,
    signal,
  };
  const gathered = await gatherAll(plan, context, options);
  const composition = await judge(plan, gathered, options);
  const staged = new Set(await staging.list());
  for (const payloadSha256 of new Set(gathered.map((one) => one.payloadSha256))) {
    if (staged.has(payloadSha256)) await moveEntry(staging, store, payloadSha256);
  }
  const info = await makeGeneration(plan, context, gathered, composition, store, signal);
  // Of other packages, staged by an install that did not come to its end and is not wanted now.
  await removeTree(staging.folder);
  return info;
}

/** What a killed run left: half-made generations, and packages that were not unpacked to their end. */
async function removeLeftovers(home: string, staging: StoreFolder): Promise<void> {
  for (const name of await readdir(join(home, 'generations'))) {
    if (name.startsWith('.new-')) await removeTree(join(home, 'generations', name));
  }
  for (const payloadSha256 of await staging.list()) {
    if ((await staging.read(payloadSha256)) === null) await staging.remove(payloadSha256);
  }
}

async function gatherAll(
  plan: InstallPlan,
  context: ExecuteContext,
  options: GatherOptions,
): Promise<Gathered[]> {
  const actions = plan.actions.filter((action): action is UnpackAction => action.action === 'unpack');
  const found = await survey(actions, options);
  const missing = actions.filter((action) => found.get(action) === null);
  await checkSpace(plan, missing, context.apt);
  const fresh = await gather(missing, options);
  missing.forEach((action, i) => found.set(action, fresh[i]!));
  return actions.map((action) => found.get(action)!);
}

/** In these packages, most of what is inside may be left out: static libraries, documentation, whole programs. */
const PARTLY_WANTED = /(?:^|-)(?:dev|doc|toolkit|documentation|profiler|tools|samples)(?:-|$)/;
/** Of the sizes that indexes state, for what the file system adds and dpkg rounds. */
const CERTAIN_PART = 0.8;

async function checkSpace(
  plan: InstallPlan,
  missing: readonly UnpackAction[],
  apt: AptContext,
): Promise<void> {
  if (missing.length === 0) return;
  const fetches = plan.actions.filter(
    (action): action is Extract<Action, { action: 'fetch' }> => action.action === 'fetch' && !action.cached,
  );
  const wanted = new Set(missing.map((action) => action.package.sha256));
  const fetchBytes = fetches
    .filter((action) => wanted.has(action.package.sha256))
    .reduce((sum, action) => sum + action.bytes, 0);
  const unpacked = (actions: readonly UnpackAction[]): number =>
    actions.reduce((sum, action) => sum + (action.package.installedBytes ?? action.package.size), 0);
  const whole = missing.filter(
    ({ package: { name }, components }) =>
      !PARTLY_WANTED.test(name) && isWanted({ to: '', component: 'runtime', also: [] }, components),
  );
  const needs = [
    { folder: apt.cache, bytes: fetchBytes, bytesAtMost: fetchBytes, files: missing.length },
    {
      folder: plan.home,
      bytes: Math.floor(unpacked(whole) * CERTAIN_PART),
      bytesAtMost: unpacked(missing),
      files: 10 * missing.length,
    },
  ];
  const judged = [];
  for (const need of needs) judged.push({ need, on: await fileSystemOf(need.folder) });
  for (const text of judgeSpace(judged)) apt.emit({ type: 'notice', level: 'warning', text });
}

/** The members of all packages together, before anything leaves the staging folder. */
async function judge(
  plan: InstallPlan,
  gathered: readonly Gathered[],
  { layout, staging }: GatherOptions,
): Promise<Composition> {
  try {
    const root = new VirtualRoot();
    for (const { package: from, entry } of gathered) {
      for (const { path, type, size, mode, mtime, sha256, linkTarget } of entry.members) {
        if (path === '') continue;
        const kind = type === 'link' || type === 'dir' ? type : 'file';
        root.add({ path, type: kind, package: from.name, size, mode, mtime, sha256, target: linkTarget });
      }
    }
    const unpackAction = plan.actions.find((action) => action.action === 'unpack');
    return compose(root, {
      layout,
      cuda: plan.cuda,
      components: unpackAction?.components ?? plan.request.components,
    });
  } catch (error) {
    // Packages that contradict each other must not wait here for an install that does not look at both.
    for (const { payloadSha256 } of gathered) await staging.remove(payloadSha256);
    throw error;
  }
}

async function makeGeneration(
  plan: InstallPlan,
  context: ExecuteContext,
  gathered: readonly Gathered[],
  composition: Composition,
  store: StoreFolder,
  signal: AbortSignal,
): Promise<PrefixInfo> {
  const { home, request } = plan;
  const { emit } = context.apt;
  const folder = join(home, 'generations');
  const generation = nextGeneration(request.name, await readdir(folder));
  const fresh = join(folder, `.new-${generation}`);
  emit({ type: 'start', id: 'compose', title: `compose ${request.name}` });
  try {
    await mkdir(join(fresh, '.gpu-setup'), { recursive: true });
    const sharing = await probeSharing(store.folder, fresh);
    const payloads = new Map(gathered.map((one) => [one.package.name, one.payloadSha256]));
    const shared = await buildGeneration(fresh, composition.entries, { store, payloads, sharing, signal });
    const relocated = await relocate(fresh, { cuda: plan.cuda });
    await writeLock(fresh, withPayloads(plan, payloads));
    const total = await settle(fresh);
    const manifest = await writeManifest(fresh, {
      prefix: {
        schema: 'gpu-setup/prefix@1',
        name: request.name,
        path: join(home, 'prefixes', request.name),
        recipe: request.recipe,
        cuda: plan.cuda,
        cudnn: plan.cudnn,
        components: request.components,
        installedAt: (context.apt.now ?? new Date()).toISOString(),
        packages: gathered.map(
          ({ package: { name, version, architecture, sourceId, sha256 }, payloadSha256 }) => ({
            name,
            version,
            architecture,
            source: sourceId,
            sha256,
            payloadSha256,
          }),
        ),
        bytes: { own: Math.max(0, total - shared), shared },
        sharing,
      },
      members: new Map(
        composition.entries.map((entry) => [
          entry.to,
          {
            from: entry.from,
            sha256: entry.type === 'file' ? (entry.member.sha256 ?? undefined) : undefined,
          },
        ]),
      ),
      relocated,
      dropped: composition.dropped,
      licences: context.licences,
    });
    signal.throwIfAborted();
    await syncFileSystem(home);
    signal.throwIfAborted();
    await rename(fresh, join(folder, generation));
    await activate(home, request.name, generation);
    emit({ type: 'end', id: 'compose', outcome: 'done' });
    return manifest.prefix;
  } catch (error) {
    emit({ type: 'end', id: 'compose', outcome: 'failed' });
    await removeTree(fresh);
    throw error;
  }
}

/** Folders get the mode that everything here has, whatever the caller's umask is. @returns bytes of all files */
async function settle(root: string): Promise<number> {
  await chmod(root, 0o755);
  let bytes = 0;
  for (const { path, type, mode, size } of await walkTree(root)) {
    if (type === 'dir' && mode !== 0o755) await chmod(join(root, path), 0o755);
    if (type === 'file') bytes += size;
  }
  return bytes;
}

/** The lock as it can be written now that every payload was seen. */
function withPayloads({ lock }: InstallPlan, payloads: ReadonlyMap<string, string>): InstallPlan['lock'] {
  return {
    ...lock,
    packages: lock.packages.map((one) => ({
      ...one,
      payloadSha256: payloads.get(one.name) ?? one.payloadSha256,
    })),
  };
}
