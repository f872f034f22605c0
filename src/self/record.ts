/** What self install has written, by path and content: only that is ever replaced or removed. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { GpuSetupError, messageOf, systemCode } from '../base/errors.ts';
import { makeFolder } from '../base/files/folder-safety.ts';
import { replaceFile } from '../base/files/replace-file.ts';
import type { Places } from './places.ts';

const PATH = z.string().startsWith('/');

const RECORD = z.object({
  format: z.literal('gpu-setup/self-record@1'),
  version: z.string(),
  /** A path may stand here twice: with what it holds and with what is about to take its place. */
  files: z.array(
    z.union([
      z.object({ path: PATH, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
      z.object({ path: PATH, target: z.string() }),
    ]),
  ),
  /** Folders that were made for them, the outer ones first. */
  folders: z.array(PATH),
});

export type SelfRecord = z.infer<typeof RECORD>;
export type RecordedFile = SelfRecord['files'][number];

const MOST_BYTES = 256 << 10;

/** Null where nothing was installed. @throws GpuSetupError `self-record-damaged` */
export async function readRecord({ record }: Places): Promise<SelfRecord | null> {
  try {
    const file = await open(record, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const { size } = await file.stat();
      if (size > MOST_BYTES) throw new Error('it is too large');
      return RECORD.parse(JSON.parse(await file.readFile('utf8')));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    const why =
      error instanceof z.ZodError || error instanceof SyntaxError
        ? 'it is not well formed'
        : messageOf(error);
    throw new GpuSetupError(
      'self-record-damaged',
      `cannot tell what self install has written: ${record}: ${why}`,
      {
        cause: error,
        details: { path: record },
      },
    );
  }
}

export async function writeRecord({ record, folderMode }: Places, content: SelfRecord): Promise<void> {
  await makeFolder(dirname(record), folderMode);
  await replaceFile(record, `${JSON.stringify(content, null, 2)}\n`, folderMode === 0o755 ? 0o644 : 0o600);
}

/** What lies at a path, as a record would say it; null where nothing does, "other" where it is neither file nor link. */
export async function foundAt(path: string): Promise<RecordedFile | null | 'other'> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return { path, target: await readlink(path) };
    if (!found.isFile()) return 'other';
    return { path, sha256: await sha256OfFile(path) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}

async function sha256OfFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const hash = createHash('sha256');
    for await (const piece of file.createReadStream({ autoClose: false })) hash.update(piece as Buffer);
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

export const sha256Of = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export function sameFile(a: RecordedFile, b: RecordedFile): boolean {
  if (a.path !== b.path) return false;
  return 'target' in a ? 'target' in b && a.target === b.target : 'sha256' in b && a.sha256 === b.sha256;
}

export const isRecorded = (record: SelfRecord | null, found: RecordedFile): boolean =>
  record?.files.some((one) => sameFile(one, found)) === true;
