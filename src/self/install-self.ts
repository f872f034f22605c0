/** The program, its completions and its manual page put where shells and man look; and taken away again. */
import { constants } from 'node:fs';
import { open, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { GpuSetupError, messageOf } from '../base/errors.ts';
import { exists, flawOnTheWay, makeFolder } from '../base/files/folder-safety.ts';
import { shellWord } from '../base/processes/shell-line.ts';
import { replaceFile } from '../base/files/replace-file.ts';
import { COMPANIONS, type Companion, type Places } from './places.ts';
import {
  foundAt,
  isRecorded,
  readRecord,
  sameFile,
  sha256Of,
  writeRecord,
  type RecordedFile,
  type SelfRecord,
} from './record.ts';
import type { RunningProgram } from './running-program.ts';
import { removeStaged } from './staged.ts';

/** One file as it is to be. */
interface Wanted {
  entry: RecordedFile;
  content: Uint8Array | string | null;
  mode: number;
}

export interface Written {
  path: string;
  /** Of a link: where it leads. */
  target: string | null;
  /** False where it was so already. */
  changed: boolean;
}

export interface InstallSelf {
  program: RunningProgram;
  version: string;
  companions: Readonly<Record<Companion, string>>;
  places: Places;
  /** Says what would be written, and writes nothing. */
  dryRun: boolean;
}

/**
 * Nothing is written before all of it was judged.
 *
 * @throws GpuSetupError `self-not-possible`, `self-folder-unsafe`, `foreign-file`, `self-record-damaged`, `self-not-written`
 */
export async function installSelf(install: InstallSelf): Promise<Written[]> {
  return orNotWritten(() => judgeAndWrite(install));
}

async function judgeAndWrite({
  program,
  version,
  companions,
  places,
  dryRun,
}: InstallSelf): Promise<Written[]> {
  const wanted = [
    await wantedProgram(program, places.program),
    ...COMPANIONS.map((name) => wantedText(places.companions[name], companions[name])),
  ];
  for (const { entry } of wanted) await judgeFolder(entry.path);
  await judgeFolder(places.record);
  const record = await readRecord(places);
  const written: Written[] = [];
  for (const { entry } of wanted) {
    const found = await foundAt(entry.path);
    const same = found !== null && found !== 'other' && sameFile(found, entry);
    if (found !== null && !same && (found === 'other' || !isRecorded(record, found)))
      throw foreign(entry.path);
    written.push({ path: entry.path, target: 'target' in entry ? entry.target : null, changed: !same });
  }
  if (!dryRun) await write(wanted, written, version, places, record);
  return written;
}

async function write(
  wanted: readonly Wanted[],
  written: readonly Written[],
  version: string,
  places: Places,
  before: SelfRecord | null,
): Promise<void> {
  const files = wanted.map(({ entry }) => entry);
  const folders = [...(before?.folders ?? [])];
  for (const path of [places.record, ...files.map((one) => one.path)]) {
    folders.push(...(await missingAbove(path)).filter((one) => !folders.includes(one)));
  }
  const format = 'gpu-setup/self-record@1';
  // First what may come, then what is: whatever stops this in between, nothing that was written is taken for a stranger's.
  const both = [
    ...(before?.files ?? []).filter((one) => !files.some((other) => sameFile(one, other))),
    ...files,
  ];
  await writeRecord(places, { format, version, files: both, folders });
  for (const [at, { entry, content, mode }] of wanted.entries()) {
    if (!written[at]!.changed) continue;
    await makeFolder(dirname(entry.path), places.folderMode);
    // Others may have been faster.
    await judgeFolder(entry.path);
    if ('target' in entry) await replaceLink(entry.path, entry.target);
    else await replaceFile(entry.path, content!, mode);
  }
  await writeRecord(places, { format, version, files, folders });
}

async function missingAbove(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = dirname(path); !(await exists(at)); at = dirname(at)) missing.unshift(at);
  return missing;
}

async function wantedProgram(program: RunningProgram, path: string): Promise<Wanted> {
  switch (program.kind) {
    case 'executable': {
      const content = await bytesOf(program.path);
      return { entry: { path, sha256: sha256Of(content) }, content, mode: 0o755 };
    }
    case 'clone': {
      const flaw = await flawOnTheWay(program.path);
      if (flaw !== null) throw unsafeClone(program.path, flaw);
      return { entry: { path, target: program.path }, content: null, mode: 0o777 };
    }
    case 'package':
      throw new GpuSetupError(
        'self-not-possible',
        `this gpu-setup lies in ${program.path}, where a package manager has put it, which also puts it on PATH`,
      );
  }
}

function wantedText(path: string, content: string): Wanted {
  return { entry: { path, sha256: sha256Of(content) }, content, mode: 0o644 };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function replaceLink(path: string, target: string): Promise<void> {
  const staged = `${path}.${randomBytes(6).toString('hex')}.new`;
  await symlink(target, staged);
  try {
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true });
    throw error;
  }
}

/** What lies there is started, or read by the user's shells: nobody else may be able to put something in its place. */
export async function judgeFolder(path: string): Promise<void> {
  const flaw = await flawOnTheWay(dirname(path));
  if (flaw === null) return;
  throw new GpuSetupError(
    'self-folder-unsafe',
    `${dirname(path)} cannot be trusted: ${flaw.path} ${flaw.why}`,
    {
      hint:
        flaw.remedy === null
          ? `only you, or root, may be able to write there`
          : [flaw.remedy, 'then run the same command again'],
      details: { path: flaw.path },
    },
  );
}

function unsafeClone(path: string, { path: at, why }: { path: string; why: string }): GpuSetupError {
  return new GpuSetupError(
    'self-folder-unsafe',
    `a link to ${path} would run what others can change: ${at} ${why}`,
    {
      hint: 'run self install as the user that the clone belongs to, or install the executable that npm run build:binary makes',
      details: { path: at },
    },
  );
}

function foreign(path: string): GpuSetupError {
  return new GpuSetupError(
    'foreign-file',
    `${path} is there, and is not what self install has written, or was changed since`,
    {
      hint: [
        'look at it and move it away, then run the same command again:',
        `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`,
      ],
      details: { path },
    },
  );
}

export async function orNotWritten<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof GpuSetupError) throw cause;
    throw new GpuSetupError('self-not-written', `not everything could be written: ${messageOf(cause)}`, {
      cause,
    });
  }
}

export interface Removal {
  version: string;
  /** In the order in which they are removed. */
  removed: string[];
  /** What was changed since, and stays. */
  kept: string[];
}

/** @throws GpuSetupError `self-not-installed`, `self-record-damaged`, `self-not-written` */
export async function uninstallSelf(places: Places, dryRun: boolean): Promise<Removal> {
  return orNotWritten(async () => {
    await judgeFolder(places.record);
    const record = await readRecord(places);
    if (record === null) throw notInstalled(places);
    const removed: string[] = [];
    const kept: string[] = [];
    for (const path of new Set(record.files.map((one) => one.path))) {
      const found = await foundAt(path);
      if (found === null) continue;
      (found !== 'other' && isRecorded(record, found) ? removed : kept).push(path);
    }
    if (!dryRun) await remove(removed, record, places);
    return { version: record.version, removed, kept };
  });
}

async function remove(paths: readonly string[], { folders }: SelfRecord, places: Places): Promise<void> {
  await removeStaged(places.program);
  for (const path of paths) await rm(path, { force: true });
  await rm(places.record, { force: true });
  // The inner ones first, and only those that hold nothing else.
  for (const folder of [...folders].reverse()) await rmdir(folder).catch(() => {});
}

export function notInstalled(places: Places): GpuSetupError {
  return new GpuSetupError(
    'self-not-installed',
    `self install has put nothing here for this user (there is no ${places.record})`,
  );
}
