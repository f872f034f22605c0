/** Entries of apt's sources that name NVIDIA. Never more of a URI than what identifies it. */
import { absent, present, unknown, type Answer } from '../../answer.ts';
import type { AptSourceFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { parseAptSources } from '../../../formats/apt-sources.ts';
import { readText } from '../recorded.ts';

const LIST = '/etc/apt/sources.list';
const FOLDER = '/etc/apt/sources.list.d';
const NVIDIA = /nvidia|cuda|cudnn|tensorrt/i;

export async function probeNvidiaSources(machine: Machine): Promise<Answer<readonly AptSourceFacts[]>> {
  const listing = await machine.listDir(FOLDER);
  const names = listing.state === 'present' ? listing.value.entries : [];
  const paths = [
    LIST,
    ...names
      .filter((name) => name.endsWith('.list') || name.endsWith('.sources'))
      .map((name) => joinPath(FOLDER, name)),
  ];
  let unread: Answer<never> | undefined =
    listing.state === 'unknown'
      ? listing
      : listing.state === 'present' && !listing.value.complete
        ? unknown('not-recorded', 'only a part of the folder is recorded', listing.from)
        : undefined;
  const entries: AptSourceFacts[] = [];
  for (const path of paths) {
    const file = await readText(machine, path, 1 << 20);
    if (file.state === 'unknown') unread ??= file;
    if (file.state !== 'present') continue;
    entries.push(...factsOf(file.value.text, path).filter(({ uri }) => NVIDIA.test(uri)));
  }
  if (entries.length > 0) return present(entries, { kind: 'file', name: entries[0]!.file });
  return unread ?? absent({ kind: 'dir', name: FOLDER });
}

function factsOf(text: string, file: string): AptSourceFacts[] {
  return parseAptSources(text, file).flatMap(({ suites, uri, signedBy, ...entry }) =>
    suites.map((suite) => ({
      ...entry,
      file,
      uri: withoutCredentials(uri),
      suite,
      signedBy: signedBy?.includes('BEGIN PGP') ? 'embedded key' : signedBy,
    })),
  );
}

function withoutCredentials(uri: string): string {
  return !uri.includes('@') ? uri : uri.replace(/^([a-z+]+:\/\/)[^/@\s]*@/i, '$1');
}
