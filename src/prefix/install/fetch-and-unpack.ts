/**
 * Everything that a plan needs from packages, brought together: what the store holds is used, the rest is fetched while
 * what is already there is unpacked.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withSignal, type AptContext } from '../../apt/context.ts';
import { openDeb } from '../../apt/deb/deb.ts';
import { DecoderPool } from '../../apt/deb/decoder-pool.ts';
import { fetchPackage } from '../../apt/package/fetch-package.ts';
import type { Source } from '../../apt/types.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { Limit } from '../../base/limit.ts';
import { placeOf } from './place-members.ts';
import { isWanted, type Layout } from '../layout/layout.ts';
import { mergeEntries, onlyIntact, type StoreEntry, type StoreFolder } from '../home/store.ts';
import type { Action, PlannedPackage } from '../plan/types.ts';
import { unpack } from './unpack.ts';

export type UnpackAction = Extract<Action, { action: 'unpack' }>;

export interface GatherOptions {
  layout: Layout;
  /** Version of the toolkit, for the layout: "10.0.130". */
  cuda: string;
  store: StoreFolder;
  /** Private: what is unpacked here enters the store when the whole package set was judged. */
  staging: StoreFolder;
  /** `<home>/state/payloads`: which payload a package file holds, so that a package in the store is not fetched again. */
  payloads: string;
  apt: AptContext;
  sources: ReadonlyMap<string, Source>;
  signal: AbortSignal | undefined;
}

export interface Gathered {
  package: PlannedPackage;
  payloadSha256: string;
  /** Holds every wanted member's content, in the store or in the staging folder. */
  entry: StoreEntry;
}

const PARALLEL_FETCHES = 4;
const PROGRESS_BYTES = 1 << 20;

/** What of a package set is there already, unchanged; null for a package that has to be unpacked. */
export async function survey(
  actions: readonly UnpackAction[],
  options: GatherOptions,
): Promise<Map<UnpackAction, Gathered | null>> {
  const found = new Map<UnpackAction, Gathered | null>();
  for (const action of actions) {
    const payloadSha256 = action.package.payloadSha256 ?? (await payloadOf(options.payloads, action.package));
    const entry = payloadSha256 === null ? null : await heldEntry(options, payloadSha256);
    const complete = payloadSha256 !== null && entry !== null && holdsAll(options, action, entry);
    found.set(action, complete ? { package: action.package, payloadSha256, entry } : null);
  }
  return found;
}

/**
 * Fetches and unpacks. The first failure stops everything else; what was unpacked whole by then is kept.
 *
 * @returns in the order of the actions
 * @throws GpuSetupError `payload-mismatch`, and what fetching and unpacking throw
 */
export async function gather(actions: readonly UnpackAction[], options: GatherOptions): Promise<Gathered[]> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const pool = new DecoderPool();
  const fetching = new Limit(PARALLEL_FETCHES);
  const unpacking = new Limit(pool.slots);
  const apt = withSignal(options.apt, signal);
  const results = new Map<UnpackAction, Gathered>();
  const provide = async (action: UnpackAction): Promise<void> => {
    const path = await fetching.run(() => {
      signal.throwIfAborted();
      return fetchPackage(action.package, sourceOf(options, action.package), apt);
    });
    const unpacked = (): Promise<Gathered> => fromFile(options, action, path, pool, signal);
    results.set(action, await unpacking.run(unpacked, action.package.size));
  };
  // The largest first: what takes longest must not be what everything else waits for at the end.
  const bySize = [...actions].sort((a, b) => b.package.size - a.package.size);
  // The first reason stays; what is stopped by it fails with it.
  await Promise.all(bySize.map((action) => provide(action).catch((error: unknown) => stop.abort(error))));
  signal.throwIfAborted();
  return actions.map((action) => results.get(action)!);
}

async function fromFile(
  options: GatherOptions,
  action: UnpackAction,
  path: string,
  pool: DecoderPool,
  signal: AbortSignal,
): Promise<Gathered> {
  signal.throwIfAborted();
  const { staging, apt } = options;
  const wanted = action.package;
  const deb = await openDeb(path, { pool, signal });
  try {
    const payloadSha256 = await deb.dataSha256();
    if (wanted.payloadSha256 !== null && wanted.payloadSha256 !== payloadSha256) {
      throw new GpuSetupError(
        'payload-mismatch',
        `package ${wanted.name} ${wanted.version} does not hold what the lock says: its payload has the digest ${payloadSha256}, expected ${wanted.payloadSha256}`,
        {
          hint: 'the publisher changed a released package: install without the lock only if you trust the change',
        },
      );
    }
    await rememberPayload(options.payloads, wanted, payloadSha256);
    const held = await heldEntry(options, payloadSha256);
    if (held !== null && holdsAll(options, action, held)) {
      return { package: wanted, payloadSha256, entry: held };
    }
    const has = new Set(held?.members.filter(({ sha256 }) => sha256 !== null).map((member) => member.path));
    const id = `unpack:${payloadSha256}`;
    apt.emit({ type: 'start', id, title: `unpack ${wanted.name}`, unit: 'bytes' });
    let done = 0;
    let told = 0;
    try {
      const unpacked = await unpack({
        deb,
        package: wanted,
        staging,
        wants: ({ path: member }) => wantsMember(options, action, member) && !has.has(member),
        onBytes: (bytes) => {
          done += bytes;
          if (done - told < PROGRESS_BYTES) return;
          told = done;
          apt.emit({ type: 'progress', id, done });
        },
        signal,
      });
      apt.emit({ type: 'end', id, outcome: 'done' });
      return { package: wanted, payloadSha256, entry: mergeEntries(held, unpacked) };
    } catch (error) {
      apt.emit({ type: 'end', id, outcome: 'failed' });
      // Half a package is of no use to the next run, and one that the policy refuses must not stay.
      if (held === null) await staging.remove(payloadSha256);
      throw error;
    }
  } finally {
    await deb.close();
  }
}

function wantsMember({ layout, cuda }: GatherOptions, action: UnpackAction, path: string): boolean {
  const place = placeOf({ package: action.package.name, path }, { layout, cuda });
  return 'to' in place && isWanted(place, action.components);
}

function holdsAll(options: GatherOptions, action: UnpackAction, entry: StoreEntry): boolean {
  return entry.members.every(
    ({ type, path, sha256 }) =>
      (type !== 'file' && type !== 'hardlink') || sha256 !== null || !wantsMember(options, action, path),
  );
}

/** What store and staging folder hold of a payload, unchanged since it was written; null where neither knows it. */
async function heldEntry(
  { store, staging }: GatherOptions,
  payloadSha256: string,
): Promise<StoreEntry | null> {
  let held: StoreEntry | null = null;
  for (const folder of [store, staging]) {
    const entry = await folder.read(payloadSha256);
    if (entry !== null) held = mergeEntries(held, onlyIntact(entry, await folder.intact(entry)));
  }
  return held;
}

function sourceOf({ sources }: GatherOptions, wanted: PlannedPackage): Source {
  const source = sources.get(wanted.sourceId);
  if (source !== undefined) return source;
  throw new GpuSetupError(
    'unknown-source',
    `package ${wanted.name} comes from "${wanted.sourceId}", a source that is not known`,
    {
      hint: 'gpu-setup search lists the sources',
    },
  );
}

async function payloadOf(folder: string, wanted: PlannedPackage): Promise<string | null> {
  const text = await readFile(join(folder, wanted.sha256), 'utf8').catch(() => '');
  return /^[0-9a-f]{64}\n$/.test(text) ? text.trim() : null;
}

async function rememberPayload(folder: string, wanted: PlannedPackage, payloadSha256: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const temporary = join(folder, `.${wanted.sha256}-${process.pid}`);
  await writeFile(temporary, `${payloadSha256}\n`);
  await rename(temporary, join(folder, wanted.sha256));
}
