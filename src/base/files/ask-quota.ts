/**
 * Asks the `quota` program, where there is one, what the user may have of the file systems of folders: it knows those of the kernel (ext4,
 * XFS) and asks NFS servers (rquotad). Project quotas need no question, since statfs(2) already counts within them; those of Lustre
 * (`lfs quota`) and of groups are not asked.
 *
 * The user is asked about as what the process is, root too: in a user namespace "root" is an ordinary user outside.
 */
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { abortable } from '../abortable.ts';
import type { Emit } from '../events.ts';
import { childEnvironment } from '../processes/child-environment.ts';
import { findProgram } from '../processes/find-program.ts';
import { parseQuota, type Quota } from './disk-quota.ts';
import { nearestThatExists } from './folder-safety.ts';

/** By the number of the device that the system gives files there. What has no quota, and what could not be asked, is left out. */
export type Quotas = ReadonlyMap<number, Quota>;

/** A server that does not answer within it is not waited for. */
const MOST_MS = 2000;
/** One line of it is looked for. */
const MOST_BYTES = 64 << 10;

/** Each file system once. Never fails: what cannot be known is said as a detail. */
export async function askQuotas(folders: readonly string[], emit: Emit): Promise<Quotas> {
  const env = childEnvironment();
  const program = await findProgram('quota', env);
  if (program === null) return new Map();
  const mounts = await Promise.all(folders.map((folder) => mountOf(folder).catch(() => null)));
  const byDevice = new Map(mounts.flatMap((mount) => (mount === null ? [] : [[mount.device, mount.point]])));
  const asked = [...byDevice].map(async ([device, point]) => {
    const quota = await ask(program, point, env).catch(() => 'it could not be started');
    if (typeof quota !== 'string') return quota === null ? [] : [[device, quota] as const];
    emit({
      type: 'notice',
      level: 'detail',
      text: `your quota of ${point} is not known: ${program}: ${quota}`,
    });
    return [];
  });
  return new Map((await Promise.all(asked)).flat());
}

/** @returns the quota, null where the file system has none, or why it is not known */
async function ask(
  program: string,
  point: string,
  env: Record<string, string>,
): Promise<Quota | string | null> {
  // Not loaded where there is no such program.
  const { runProcess } = await import('../processes/run-process.ts');
  // -A: servers export many folders of one device. -v: a limit counts before anything is used, too.
  const argv = [program, '-u', '-v', '-w', '-p', '-A', '--show-mntpoint', '--hide-device', '-f', point];
  const options = { timeoutMs: MOST_MS, maxBytes: MOST_BYTES, env: { ...env, LC_ALL: 'C', LANGUAGE: '' } };
  // What hangs in a call of the kernel is not ended by any signal: it is left behind.
  const limit = AbortSignal.timeout(MOST_MS);
  const silent = { outcome: 'timed-out', stdout: '', stderr: '' } as const;
  const result = await abortable(runProcess(argv, options), limit).catch(() => silent);
  if (result.outcome === 'timed-out') return `no answer within ${MOST_MS / 1000} s`;
  // Its exit code says whether somebody is over a quota, and just as well that there is none.
  const quota = parseQuota(result.stdout, point);
  if (quota !== null) return quota;
  const isNone =
    result.outcome === 'exited' && /no quota enabled|: none$/m.test(result.stderr + result.stdout);
  return isNone ? null : firstLine(result.stderr) || 'an answer of another form';
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0]!.slice(0, 200);

interface Mount {
  device: number;
  /** The uppermost folder of the device: it takes no other as a file system's name. */
  point: string;
}

async function mountOf(folder: string): Promise<Mount> {
  let point = await realpath(await nearestThatExists(folder));
  const { dev: device } = await stat(point);
  while (point !== dirname(point) && (await stat(dirname(point))).dev === device) point = dirname(point);
  return { device, point };
}
