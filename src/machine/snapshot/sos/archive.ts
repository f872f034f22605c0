/** The files of a sosreport as sos makes it: one tar archive, compressed with xz or gzip. */
import type { FileHandle } from 'node:fs/promises';
import type { BadArchive } from '../../../formats/archive/bad-archive.ts';
import { StreamSource } from '../../../formats/archive/byte-source.ts';
import { decode, type Codec } from '../../../formats/archive/decoders.ts';
import { tarMembers } from '../../../formats/archive/tar.ts';
import type { SosEntry } from './entry.ts';

/** Of what is unpacked at all: the largest reports of servers have some gigabytes. */
const MOST_UNPACKED = 8 * 2 ** 30;

interface SosArchive {
  handle: FileHandle;
  file: string;
  codec: Codec;
  bad: BadArchive;
  signal: AbortSignal;
}

export async function* entriesOfArchive({
  handle,
  file,
  codec,
  bad,
  signal,
}: SosArchive): AsyncGenerator<SosEntry> {
  const { size } = await handle.stat();
  const stream = await decode(codec, [{ file: handle, start: 0, size }], { file, bad, signal });
  const source = new StreamSource(stream);
  try {
    for await (const { path, type, linkTarget, chunks } of tarMembers(source, bad)) {
      if (source.position > MOST_UNPACKED)
        throw bad(`it unpacks to more than ${MOST_UNPACKED / 2 ** 30} GiB`);
      // Everything lies in one folder, whose name is that of the host and the day.
      const [top, ...inside] = path.split('/');
      if (top === '' || inside.length === 0 || inside.includes('..')) continue;
      if (type === 'file' || type === 'link')
        yield { path: inside.join('/'), type, target: linkTarget, chunks };
    }
  } finally {
    await source.close();
  }
}
