import { chmodSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';

/** As a disk does it: size, time and mode stay, in the store too where both are one file. */
export function rot(path: string): void {
  const { atime, mtime, mode } = statSync(path);
  const bytes = readFileSync(path);
  bytes[0]! ^= 0xff;
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
  chmodSync(path, mode);
  utimesSync(path, atime, mtime);
}
