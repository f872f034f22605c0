/** Who holds a lock or a lease: what it writes down of itself, and whether it can be seen to live. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readFile, readlink, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { systemCode } from '../../base/errors.ts';

const HOLDER = z.object({
  /** Names a folder. */
  id: z.string().regex(/^[\w-]{1,64}$/),
  pid: z.number().int().positive(),
  /** Start time of the process in clock ticks since boot (/proc/PID/stat): tells a reused pid from the holder. */
  started: z.string().nullable(),
  bootId: z.string().nullable(),
  /** "pid:[4026531836]" */
  pidNamespace: z.string().nullable(),
  host: z.string(),
  since: z.string(),
  /** "install cuda10" */
  what: z.string(),
});

export type Holder = z.infer<typeof HOLDER>;

/** Many times what a holder writes. */
const MOST_BYTES = 64 << 10;

/** "install cuda10 (process 4711 on lab-3, since 2024-05-01T10:00:00.000Z)" */
export function holderText(holder: Holder): string {
  return `${holder.what} (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
}

export async function describeSelf(what: string): Promise<Holder> {
  return {
    id: randomUUID(),
    pid: process.pid,
    started: await processStart(process.pid),
    ...(await hereAndNow()),
    host: hostname(),
    since: new Date().toISOString(),
    what,
  };
}

/**
 * Its process can be looked for only where its number means the same as here: same boot, same PID namespace. A boot of
 * another id may be an earlier one of this machine, or another machine of the same name that lives.
 */
export async function isAlive(holder: Holder): Promise<'yes' | 'no' | 'cannot-see'> {
  const here = await hereAndNow();
  if (holder.bootId === null || holder.bootId !== here.bootId) return 'cannot-see';
  if (holder.pidNamespace === null || holder.pidNamespace !== here.pidNamespace) return 'cannot-see';
  const started = await processStart(holder.pid);
  return started !== null && (holder.started === null || started === holder.started) ? 'yes' : 'no';
}

export interface Sighting {
  /** Null: what is there was not written by a gpu-setup. */
  holder: Holder | null;
  /** Changes whenever the file is renewed or another takes its place. */
  stamp: string;
}

/** Null where there is nothing. Read through one handle, which also has a network file system look again. */
export async function sight(path: string): Promise<Sighting | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const stamp = stampOf(await file.stat({ bigint: true }));
      return { holder: await readHolder(file), stamp };
    } finally {
      await file.close();
    }
  } catch (error) {
    // What comes right after this look is the business of the next one.
    if (systemCode(error) === 'ENOENT') return null;
    // A link, a folder, something that may not be read: it is in the way all the same.
    try {
      return { holder: null, stamp: stampOf(await lstat(path, { bigint: true })) };
    } catch (gone) {
      return systemCode(gone) === 'ENOENT' ? null : { holder: null, stamp: '' };
    }
  }
}

function stampOf({ ino, mtimeNs, size }: { ino: bigint; mtimeNs: bigint; size: bigint }): string {
  return `${ino} ${mtimeNs} ${size}`;
}

async function readHolder(file: FileHandle): Promise<Holder | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
  try {
    return HOLDER.safeParse(JSON.parse(buffer.toString('utf8', 0, bytesRead))).data ?? null;
  } catch {
    return null;
  }
}

async function hereAndNow(): Promise<Pick<Holder, 'bootId' | 'pidNamespace'>> {
  return {
    bootId: await readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
      (text) => text.trim(),
      () => null,
    ),
    pidNamespace: await readlink('/proc/self/ns/pid').catch(() => null),
  };
}

/** Field 22 of /proc/PID/stat; null where there is no such process. The name in field 2 may hold blanks and brackets. */
async function processStart(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
