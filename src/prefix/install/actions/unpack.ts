/** unpack: from a package file into the staging folder, only what is wanted and not held already. */
import { readDeb, type Deb } from '../../../apt/deb/deb.ts';
import type { DecoderPool } from '../../../formats/archive/decoder-pool.ts';
import { openCachedPackage } from '../../../apt/package/package-cache.ts';
import type { VerifiedFile } from '../../../apt/package/verified-file.ts';
import { GpuSetupError } from '../../../base/errors.ts';
import { mergeEntries, type StoreEntry } from '../../home/store-entry.ts';
import { plannedState } from '../../plan/at-hand.ts';
import type { ActionOf, PlannedPackage } from '../../plan/install-plan.ts';
import { heldEntry, holdsAll, bindPayload, wantsMember, type Wanted } from '../payloads.ts';
import { explainBadPackage, payloadMismatch } from '../bad-package.ts';
import { closeFile, keepOpen, overtaken, packageOf, wantedIn, type Execution } from '../execution.ts';
import { unpackId } from '../whole.ts';
import { unpackMembers } from '../unpack-members.ts';

const PROGRESS_BYTES = 1 << 20;

/**
 * The file to unpack that lies in the cache, checked, through the handle that it was checked through.
 *
 * @throws GpuSetupError `package-not-fetched`, `plan-overtaken`
 */
export async function packageFile(action: ActionOf<'unpack'>, run: Execution): Promise<VerifiedFile> {
  const one = packageOf(run, action.package);
  const cached = await openCachedPackage(one, run.apt);
  if (cached !== null) {
    await keepOpen(run, one.name, cached);
    return cached;
  }
  if (plannedState(run.plan, one) === 'in-cache') {
    throw overtaken(run.plan, [`${one.name} in the cache is gone or damaged`]);
  }
  throw new GpuSetupError(
    'package-not-fetched',
    `${one.name} ${one.version} is not in the cache, and the plan does not fetch it`,
    { hint: 'make the plan anew', details: { package: one.name } },
  );
}

/** @throws GpuSetupError `payload-mismatch`, and what unpacking throws */
export async function unpack(
  action: ActionOf<'unpack'>,
  file: VerifiedFile,
  run: Execution,
  pool: DecoderPool,
): Promise<void> {
  const one = packageOf(run, action.package);
  const wanted = wantedIn(run, action.components);
  try {
    const deb = await readDeb(file, { pool, signal: run.signal });
    const payloadSha256 = await deb.dataSha256();
    checkPayload(one, payloadSha256);
    await alone(payloadSha256, run, async () => {
      const held = await heldEntry(run.folders, payloadSha256);
      const complete = held !== null && holdsAll(held, one.name, wanted);
      const entry = complete ? held : await unpackMissing(deb, one, { wanted, held, payloadSha256 }, run);
      await bindPayload(run.folders, one.sha256, payloadSha256);
      run.payloads.set(one.name, { payloadSha256, entry });
    });
  } catch (error) {
    throw await explainBadPackage(error, one, file);
  } finally {
    await closeFile(run, one.name);
  }
}

/** Packages may hold the same payload, as those do that only depend on others: one of them at a time writes its entry. */
async function alone(payloadSha256: string, { atWork }: Execution, work: () => Promise<void>): Promise<void> {
  for (let other = atWork.get(payloadSha256); other !== undefined; other = atWork.get(payloadSha256))
    await other.catch(() => {});
  const own = work().finally(() => atWork.delete(payloadSha256));
  atWork.set(payloadSha256, own);
  return own;
}

function checkPayload(one: PlannedPackage, actual: string): void {
  if (one.payloadSha256 !== null && one.payloadSha256 !== actual) throw payloadMismatch(one, actual);
}

async function unpackMissing(
  deb: Deb,
  one: PlannedPackage,
  have: { wanted: Wanted; held: StoreEntry | null; payloadSha256: string },
  { apt, signal, folders, unpacked: ours }: Execution,
): Promise<StoreEntry> {
  const { wanted, held, payloadSha256 } = have;
  const has = new Set(held?.members.filter(({ sha256 }) => sha256 !== null).map(({ path }) => path));
  const id = unpackId(one);
  const total = one.installedBytes ?? undefined;
  apt.emit({
    type: 'start',
    id,
    title: `unpack ${one.name}`,
    ...(total === undefined ? {} : { total }),
    unit: 'bytes',
  });
  let done = 0;
  let told = 0;
  // What is passed over counts too: how far the package is, and not how much of it was wanted.
  const passed = (bytes: number): void => {
    done = Math.min(done + bytes, total ?? Infinity);
    if (done - told < PROGRESS_BYTES) return;
    told = done;
    apt.emit({ type: 'progress', id, done });
  };
  ours.add(payloadSha256);
  try {
    const unpacked = await unpackMembers({
      deb,
      package: one,
      staging: folders.staging,
      wants: ({ path, type, size }) => {
        const isWanted = wantsMember(one.name, path, wanted) && !has.has(path);
        if (!isWanted && type === 'file') passed(size);
        return isWanted;
      },
      onBytes: passed,
      signal,
    });
    apt.emit({ type: 'end', id, outcome: 'done' });
    return mergeEntries(held, unpacked);
  } catch (error) {
    apt.emit({ type: 'end', id, outcome: 'failed' });
    // Half a package is of no use to the next run, and one that the policy refuses must not stay.
    if (held === null) await folders.staging.remove(payloadSha256);
    throw error;
  }
}

/** Where the disk lost something of what was written: the next run judges by sizes and times, and would take it for whole. */
export async function forgetUnpacked({ folders, unpacked }: Execution): Promise<void> {
  for (const payloadSha256 of unpacked) {
    await folders.staging.remove(payloadSha256);
    await folders.store.remove(payloadSha256);
  }
}
