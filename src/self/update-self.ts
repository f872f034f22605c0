/** The installed executable replaced by that of a release: fetched beside it, checked, tried, and then renamed over it. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { gt, lt } from 'semver';
import { GpuSetupError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import { syncPath } from '../base/files/sync-to-disk.ts';
import { runProcess } from '../base/processes/run-process.ts';
import { dirname } from 'node:path';
import { judgeFolder, notInstalled, orNotWritten } from './install-self.ts';
import type { Places } from './places.ts';
import { foundAt, isRecorded, readRecord, writeRecord, type SelfRecord } from './record.ts';
import { differs, openRelease, type Release, type ReleasePlace } from './release.ts';
import { removeStaged, stagedPath } from './staged.ts';

/** Of the new program's first steps: a machine under load starts slowly. */
const TRIAL_MS = 60_000;

export interface UpdateSelf {
  place: ReleasePlace;
  /** Armoured public keys that may sign a release. */
  keys: readonly string[];
  /** `linux-x64` */
  platform: string;
  places: Places;
  allowDowngrade: boolean;
  dryRun: boolean;
  emit: Emit;
  signal: AbortSignal;
}

export interface Update {
  path: string;
  before: string;
  after: string;
  signedWith: string;
  changed: boolean;
  /** The new program could not put its completions and manual page beside itself: why. */
  companions: string | null;
}

/**
 * Whatever goes wrong before the rename, nothing has changed.
 *
 * @throws GpuSetupError `self-not-installed`, `self-is-a-link`, `foreign-file`, `older-release`, `release-differs`,
 *   `self-not-written`, and what `openRelease` throws
 */
export async function updateSelf(update: UpdateSelf): Promise<Update> {
  return orNotWritten(() => judgeAndReplace(update));
}

async function judgeAndReplace(update: UpdateSelf): Promise<Update> {
  const { places, place, keys, platform, allowDowngrade, dryRun } = update;
  const path = places.program;
  await judgeFolder(places.record);
  const record = await readRecord(places);
  if (record === null) throw notInstalled(places);
  await requireOwn(path, record);
  const release = await openRelease(place, keys, platform);
  const { version, signedWith } = release;
  const result = { path, before: record.version, after: version, signedWith, companions: null };
  if (lt(version, record.version) && !allowDowngrade) {
    throw new GpuSetupError(
      'older-release',
      `${place.title} has ${version}, which is older than the installed ${record.version}`,
    );
  }
  const changed = gt(version, record.version) || lt(version, record.version);
  if (!changed || dryRun) return { ...result, changed };
  await judgeFolder(path);
  await replaceProgram(path, release, update, record);
  return { ...result, changed, companions: await putCompanions(path) };
}

async function requireOwn(path: string, record: SelfRecord): Promise<void> {
  const found = await foundAt(path);
  if (found !== null && found !== 'other' && isRecorded(record, found)) {
    if (!('target' in found)) return;
    throw new GpuSetupError(
      'self-is-a-link',
      `${path} is a link to ${found.target}, which follows its clone`,
    );
  }
  throw new GpuSetupError(
    'foreign-file',
    `${path} is not what self install has written, or was changed since`,
    {
      hint: 'look at it and move it away, then run the self install of the new executable',
      details: { path },
    },
  );
}

async function replaceProgram(
  path: string,
  release: Release,
  { place, places, emit, signal }: UpdateSelf,
  record: SelfRecord,
): Promise<void> {
  await removeStaged(path);
  const staged = stagedPath(path);
  try {
    await fetchInto(staged, release, place, emit, signal);
    await tryOut(staged, release);
    // Both are ours, whichever of them lies there when this ends.
    const files = [...record.files, { path, sha256: release.file.sha256 }];
    await writeRecord(places, { ...record, files });
    await rename(staged, path);
    await syncPath(dirname(path));
    const now = files.filter(
      (one) => one.path !== path || ('sha256' in one && one.sha256 === release.file.sha256),
    );
    await writeRecord(places, { ...record, version: release.version, files: now });
  } finally {
    await rm(staged, { force: true });
  }
}

async function fetchInto(
  staged: string,
  { version, file }: Release,
  place: ReleasePlace,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const id = `fetch:${file.sha256}`;
  emit({ type: 'start', id, title: `gpu-setup ${version}`, total: file.size, unit: 'bytes' });
  let outcome: 'done' | 'failed' = 'failed';
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const target = await open(staged, flags, 0o700);
  try {
    const hash = createHash('sha256');
    let done = 0;
    for await (const piece of place.read(file.name, file.size)) {
      signal.throwIfAborted();
      hash.update(piece);
      await target.writeFile(piece);
      done += piece.length;
      emit({ type: 'progress', id, done });
    }
    if (done !== file.size) throw differs(file.name, `it has ${done} bytes instead of ${file.size}`);
    const sha256 = hash.digest('hex');
    if (sha256 !== file.sha256)
      throw differs(file.name, `its SHA-256 is ${sha256} instead of ${file.sha256}`);
    await target.chmod(0o755);
    await target.sync();
    outcome = 'done';
  } finally {
    await target.close();
    emit({ type: 'end', id, outcome });
  }
}

/** What does not start on this machine (an old glibc, a full disk) must not take the place of what does. */
async function tryOut(staged: string, { version }: Release): Promise<void> {
  const { outcome, exit, stdout, stderr } = await runProcess([staged, '--version'], { timeoutMs: TRIAL_MS });
  if (outcome === 'exited' && exit === 0 && stdout.trim() === version) return;
  const said = (stderr.trim() || stdout.trim()).split('\n')[0]!.slice(0, 200);
  throw new GpuSetupError(
    'release-malformed',
    `the executable of release ${version} does not run here: ${said || outcome}`,
    { hint: 'nothing was changed; the release may need a newer system than this one' },
  );
}

/** Only the new program knows its commands. */
async function putCompanions(path: string): Promise<string | null> {
  const { outcome, exit, stderr } = await runProcess([path, 'self', 'install', '--quiet'], {
    timeoutMs: TRIAL_MS,
  });
  return outcome === 'exited' && exit === 0 ? null : (stderr.trim().split('\n')[0] ?? '') || outcome;
}
