/**
 * A machine that lies unpacked in a directory: an image, a chroot, a mounted disk. Links are resolved inside it, nothing
 * in it is run, and what a running kernel would show (/proc, /sys, /dev) is unknown unless the directory holds it.
 */
import { readlinkSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { mapAnswer, unknown, type Origin } from '../answer.ts';
import { statPath } from './disk.ts';
import { fileVerbs, type Ask } from './file-verbs.ts';
import type { Machine } from '../machine.ts';
import { resolvePath } from '../paths.ts';
import { answerOfCode } from '../system-errors.ts';

/** @throws GpuSetupError `bad-root` where dir is not a directory that can be read */
export async function rootMachine(dir: string): Promise<Machine> {
  const root = checkedRoot(dir);

  const ask: Ask = (path, from, read, followLast = true) => {
    const found = resolvePath(path, (inside) => linkInside(root, inside), followLast);
    if (!found.ok) return answerOfCode(found.code, from);
    const answer = read(hostPath(root, found.path));
    return answer.state === 'absent' && isRunningState(found.path)
      ? unknown('not-recorded', 'a directory does not hold what a running kernel shows here', from)
      : answer;
  };

  const verbs = fileVerbs(ask);
  return {
    isRunning: false,
    isRecording: false,
    title: dir,
    ...verbs,
    listDir: async (path) => {
      const answer = await verbs.listDir(path);
      const found = resolvePath(path, (inside) => linkInside(root, inside));
      return found.ok && isRunningState(found.path)
        ? mapAnswer(answer, (list) => ({ ...list, complete: false }))
        : answer;
    },
    realPath: async (path) => {
      const from: Origin = { kind: 'link', name: path };
      return ask(path, from, (host) => mapAnswer(statPath(host, from), () => insidePath(root, host)));
    },
    run: async (argv) =>
      unknown('not-applicable', 'programs of a root directory are not run', {
        kind: 'command',
        name: argv.join(' '),
      }),
    env: (name) => unknown('not-applicable', 'a root directory has no environment', { kind: 'env', name }),
    access: async (path) =>
      unknown('not-applicable', 'nobody opens the files of a root directory', { kind: 'access', name: path }),
    identity: () =>
      unknown('not-applicable', 'nobody is logged in to a root directory', { kind: 'identity', name: 'id' }),
    transcripts: () => [],
  };
}

function checkedRoot(dir: string): string {
  const hint = 'name a directory that holds an unpacked image: one with etc/ and usr/ in it';
  try {
    const root = realpathSync.native(resolve(dir));
    if (statSync(root).isDirectory()) return root;
  } catch (cause) {
    throw new GpuSetupError('bad-root', `--root ${dir} cannot be read: ${messageOf(cause)}`, {
      hint,
      cause,
    });
  }
  throw new GpuSetupError('bad-root', `--root ${dir} is not a directory`, { hint });
}

/** Paths whose content only a running kernel knows. */
function isRunningState(path: string): boolean {
  return /^\/(?:proc|sys|dev)(?:\/|$)/.test(path);
}

function hostPath(root: string, inside: string): string {
  return root === '/' ? inside : `${root}${inside}`;
}

function insidePath(root: string, host: string): string {
  return root === '/' ? host : host.slice(root.length) || '/';
}

function linkInside(root: string, inside: string): string | undefined {
  try {
    return readlinkSync(hostPath(root, inside));
  } catch {
    // No link, not there, or not readable: the question itself finds out which.
    return undefined;
  }
}
