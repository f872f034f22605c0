/**
 * keep: what somebody put into the generation before goes on into the new one. It is in no manifest, there as here.
 *
 * Files get a second name, so that it takes neither time nor space; a folder, a link and what cannot have another name are
 * made anew. What does not fit stays where it is, and is told of.
 */
import { constants, lstatSync } from 'node:fs';
import { chmod, copyFile, link, lstat, mkdir, readlink, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, systemCode } from '../../../base/errors.ts';
import { escapeLine } from '../../../base/escape.ts';
import type { ActionOf } from '../../plan/install-plan.ts';
import type { Execution } from '../execution.ts';

export async function keep({ generation, from, paths }: ActionOf<'keep'>, run: Execution): Promise<void> {
  const before = join(run.plan.home, 'generations', from);
  const folder = await run.generation.folder(generation);
  for (const path of paths) {
    run.signal.throwIfAborted();
    const why = await keepOne(before, folder, path);
    if (why === null) continue;
    const text = `${escapeLine(path)} is not kept: ${why}; it stays in ${before}`;
    run.warnings.push(text);
    run.apt.emit({ type: 'notice', level: 'warning', text });
  }
}

/** Null where it is kept, else why not. */
async function keepOne(before: string, folder: string, path: string): Promise<string | null> {
  const [source, target] = [join(before, path), join(folder, path)];
  if (!isBelowFolders(folder, path)) return 'the folder that it lay in is none any more';
  try {
    const found = await lstat(source);
    if (found.isDirectory()) {
      await mkdir(target);
      await chmod(target, found.mode & 0o7777);
    } else if (found.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (found.isFile())
      await link(source, target).catch((error: unknown) => copy(error, source, target));
    else return 'it is neither a file nor a folder';
    return null;
  } catch (error) {
    if (['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'].includes(systemCode(error) ?? '')) throw error;
    return systemCode(error) === 'EEXIST' ? 'something else is there now' : escapeLine(messageOf(error));
  }
}

/** Of a file that may have no other name: it belongs to somebody else, or has too many. */
async function copy(error: unknown, source: string, target: string): Promise<void> {
  if (systemCode(error) === 'EEXIST') throw error;
  await copyFile(source, target, constants.COPYFILE_EXCL);
  const { mode, atime, mtime } = await lstat(source);
  await chmod(target, mode & 0o777);
  await utimes(target, atime, mtime);
}

/** Whether all above a path are folders: nothing is put where a link leads. */
function isBelowFolders(root: string, path: string): boolean {
  for (let at = dirname(path); at !== '.'; at = dirname(at)) {
    if (lstatSync(join(root, at), { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  }
  return true;
}
