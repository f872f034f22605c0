/**
 * What was built in a home:
 *
 *     builds/darknet-3/      darknet, cfg/, data/, build.json, build.log
 *     builds/darknet         -> darknet-3: the one that was asked for last
 *
 * A build appears whole or not at all: it is put together in a folder that begins with a dot.
 */
import {
  chmod,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError, systemCode } from '../../base/errors.ts';
import type { BuildRecord } from '../../machine/records/build-record.ts';
import { makeFolder } from '../../base/files/folder-safety.ts';
import { settleTree } from '../../base/files/settle-tree.ts';
import type { HomeLock } from './home-lock.ts';
import { removeAbandoned } from '../../base/files/work-folder.ts';
import { deleteWhole } from './delete-whole.ts';
import { syncFileSystem, syncPath } from '../../base/files/sync-to-disk.ts';

const RECORD = 'build.json';
export const LOG = 'build.log';

/** The one that `builds/<recipe>` leads to; null where there is none. */
export async function currentBuild(home: string, recipe: string): Promise<BuildRecord | null> {
  return readRecord(home, await currentName(home, recipe));
}

/** All builds of a recipe, newest first; what cannot be read is none. */
export async function buildsOf(home: string, recipe: string): Promise<BuildRecord[]> {
  const names = await numbered(home, recipe);
  const records = await Promise.all(names.map(({ name }) => readRecord(home, name)));
  return records.filter((record) => record !== null);
}

/** A folder to put a build together in. */
export async function stageBuild(home: string, recipe: string): Promise<string> {
  const folder = join(home, 'builds');
  await makeFolder(folder, 0o755);
  await removeAbandoned(folder, `.${recipe}.new-`);
  return mkdtemp(join(folder, `.${recipe}.new-`));
}

/** Gives a staged build its name and makes it the current one. @param lock of this home */
export async function publishBuild(
  home: string,
  stage: string,
  draft: Omit<BuildRecord, 'name' | 'path' | 'program' | 'log'> & {
    program: { path: string; sha256: string };
  },
  lock: HomeLock,
): Promise<BuildRecord> {
  const newest = (await numbered(home, draft.recipe))[0]?.number ?? 0;
  const name = `${draft.recipe}-${newest + 1}`;
  const path = join(home, 'builds', name);
  const record = placed({ ...draft, name, path, log: join(path, LOG) }, home, name);
  await writeFile(join(stage, RECORD), `${JSON.stringify(record, null, 2)}\n`);
  await settleTree(stage);
  await chmod(stage, 0o755);
  await syncFileSystem(stage);
  await lock.confirm();
  await rename(stage, path);
  await makeCurrent(home, record, lock);
  return record;
}

/** @throws GpuSetupError `build-in-the-way`: builds/<recipe> is something that gpu-setup did not make */
export async function makeCurrent(
  home: string,
  { recipe, name }: BuildRecord,
  lock: HomeLock,
): Promise<void> {
  const folder = join(home, 'builds');
  const path = join(folder, recipe);
  const there = await lstat(path).catch(() => null);
  if (there !== null && !there.isSymbolicLink()) {
    throw new GpuSetupError('build-in-the-way', `${path} is no link that gpu-setup made`, {
      hint: 'move it elsewhere',
    });
  }
  if ((await nameBehind(path)) === name) return;
  await lock.putLink(name, path);
  await syncPath(folder);
}

/**
 * Takes a build away; where it was the current one, the newest other one becomes it.
 *
 * @param lock of this home
 * @returns bytes that came free
 */
export async function removeBuild(
  home: string,
  recipe: string,
  name: string,
  lock: HomeLock,
): Promise<number> {
  await lock.confirm();
  const folder = join(home, 'builds');
  if ((await currentName(home, recipe)) === name) {
    const next = (await buildsOf(home, recipe)).find((one) => one.name !== name);
    if (next === undefined) await rm(join(folder, recipe), { force: true });
    else await makeCurrent(home, next, lock);
  }
  return deleteWhole(folder, name);
}

/** Name of the build that `builds/<recipe>` leads to; empty where there is none. */
export async function currentName(home: string, recipe: string): Promise<string> {
  return nameBehind(join(home, 'builds', recipe));
}

async function nameBehind(link: string): Promise<string> {
  return readlink(link).catch(() => '');
}

async function numbered(home: string, recipe: string): Promise<{ name: string; number: number }[]> {
  const names = await readdir(join(home, 'builds')).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return [];
    throw error;
  });
  return names
    .filter((name) => name.startsWith(`${recipe}-`) && /^[1-9]\d{0,8}$/.test(name.slice(recipe.length + 1)))
    .map((name) => ({ name, number: Number(name.slice(recipe.length + 1)) }))
    .sort((a, b) => b.number - a.number);
}

/** Null where it cannot be read, or the program that it names is gone. */
export async function readRecord(home: string, name: string): Promise<BuildRecord | null> {
  if (name === '' || name.includes('/')) return null;
  const text = await readFile(join(home, 'builds', name, RECORD), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const record = JSON.parse(text) as BuildRecord;
    if (record.schema !== 'gpu-setup/build@1' || typeof record.program.path !== 'string') return null;
    const found = placed(record, home, name);
    return (await stat(found.program.path).catch(() => null)) === null ? null : found;
  } catch {
    return null;
  }
}

/** With the paths that it has now: a home may have been moved. */
function placed(record: BuildRecord, home: string, name: string): BuildRecord {
  const path = join(home, 'builds', name);
  const { program } = record;
  return {
    ...record,
    name,
    path,
    program: { ...program, path: join(path, program.path.slice(program.path.lastIndexOf('/') + 1)) },
    log: join(path, LOG),
  };
}
