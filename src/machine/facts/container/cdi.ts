/**
 * Descriptions of NVIDIA's devices for containers (CDI): YAML or JSON, which name files of the host. Of hundreds of lines one tells
 * whether they are of the driver that is installed:
 *
 *     kind: nvidia.com/gpu
 *     containerEdits:
 *       mounts:
 *         - hostPath: /usr/lib/x86_64-linux-gnu/libcuda.so.550.54.14
 *           containerPath: /usr/lib/x86_64-linux-gnu/libcuda.so.550.54.14
 */
import { absent, present, type Answer } from '../../answer.ts';
import type { CdiFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { readText } from '../recorded.ts';

/** By whom it was written: a person or a service at installation, and at each start. */
const FOLDERS = ['/etc/cdi', '/var/run/cdi'] as const;

/** One of a server with MIG has some hundred kilobytes. */
const MOST = 4 << 20;

const LIBRARY = /hostPath["']?:\s{0,8}["']?(\/[\w./+-]{1,400}\/libcuda\.so\.(\d[\d.]{0,20}))/;

/** Absent: none of them describes devices of NVIDIA's. */
export async function probeCdi(machine: Machine): Promise<Answer<readonly CdiFacts[]>> {
  const listings = await Promise.all(FOLDERS.map((folder) => machine.listDir(folder)));
  const hidden = listings.find(({ state }) => state === 'unknown');
  if (hidden?.state === 'unknown') return hidden;
  const files = listings.flatMap((listing, at) =>
    listing.state === 'present'
      ? listing.value.entries
          .filter((name) => /\.(?:ya?ml|json)$/.test(name))
          .map((name) => joinPath(FOLDERS[at]!, name))
      : [],
  );
  const found = (await Promise.all(files.map((file) => read(machine, file)))).flat();
  return found.length === 0 ? absent(listings[0]!.from) : present(found, listings[0]!.from);
}

async function read(machine: Machine, file: string): Promise<CdiFacts[]> {
  const answer = await readText(machine, file, MOST);
  if (answer.state !== 'present' || !answer.value.text.includes('nvidia.com/')) return [];
  const library = LIBRARY.exec(answer.value.text);
  if (library === null) return [{ file, library: null, version: null, isThere: null }];
  const stat = await machine.stat(library[1]!);
  return [
    {
      file,
      library: library[1]!,
      version: library[2]!,
      isThere: stat.state === 'unknown' ? null : stat.state === 'present',
    },
  ];
}
