/**
 * Files of which a package has thousands. Through Node's promises each step of each file waits for a thread; in one go a
 * header takes a tenth of that, and the pause it makes is that of one write into the system's cache.
 */
import { closeSync, fchmodSync, futimesSync, openSync, rmSync, writeSync } from 'node:fs';
import { takePlace } from '../../base/files/own-path.ts';

/** Up to this many bytes. */
export const SMALL = 64 << 10;

export interface SmallFile {
  /** In the same folder; must not be there. */
  temporary: string;
  path: string;
  content: Buffer;
  mode: number;
  /** Seconds since 1970. */
  mtime: number;
}

/** Whole or not at all. */
export function writeSmall({ temporary, path, content, mode, mtime }: SmallFile): void {
  const file = openSync(temporary, 'wx', 0o600);
  try {
    try {
      for (let done = 0; done < content.length;) done += writeSync(file, content, done);
      fchmodSync(file, mode);
      futimesSync(file, mtime, mtime);
    } finally {
      closeSync(file);
    }
    takePlace(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
