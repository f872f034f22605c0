/** Files that are for their owner alone, whatever the umask, at a path that somebody else may have prepared. */
import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';

/**
 * Writes the file with mode 0600. An ordinary file that is there is written over; a link is not followed, and what is no
 * ordinary file is not written to.
 * @throws system errors; ELOOP for a link, ENXIO or EINVAL for a fifo or device
 */
export function writePrivate(path: string, text: string): void {
  // Not cut before it was looked at; a fifo that nobody reads from would keep open() waiting.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = openSync(path, flags, 0o600);
  try {
    if (!fstatSync(file).isFile()) {
      throw Object.assign(new Error(`${path} is no ordinary file`), { code: 'EINVAL' });
    }
    // Before the text is in it: a file that was there may be open to all.
    fchmodSync(file, 0o600);
    ftruncateSync(file);
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}
