/** cuDNN: its library and its header, in the system's folders and in every toolkit. */
import { compareDottedVersions, majorOf } from '../../../compat/dotted-version.ts';
import { absent, present, unknown, valueOf, type Answer } from '../../answer.ts';
import type { CudnnFacts, ToolkitFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { namesBeginning } from '../../sorted-names.ts';
import { foldersBelow } from './folders-below.ts';
import { distinctFolders, libraryPathFolders } from './search-paths.ts';

const SYSTEM_LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
] as const;

const SYSTEM_HEADERS = [
  '/usr/include',
  '/usr/include/x86_64-linux-gnu',
  '/usr/include/aarch64-linux-gnu',
  '/usr/local/include',
] as const;

/** How files are called: the beginning, by which they are found among thousands, and the whole. */
interface Naming {
  beginning: string;
  name: RegExp;
}

const LIBRARY: Naming = { beginning: 'libcudnn.so', name: /^libcudnn\.so(?:\.\d+)*$/ };
const HEADER: Naming = { beginning: 'cudnn', name: /^cudnn(?:_version)?(?:_v\d+)?\.h$/ };
const HEADER_BYTES = 262_144;

export async function probeCudnn(
  machine: Machine,
  toolkits: Answer<readonly ToolkitFacts[]>,
): Promise<Answer<readonly CudnnFacts[]>> {
  const found: CudnnFacts[] = [];
  const search = new Searcher(machine);
  const roots = (valueOf(toolkits) ?? []).map(({ path }) => path).filter((path) => path !== '/');
  for (const root of roots) {
    const below = (...folders: string[]): Promise<readonly string[]> => foldersBelow(machine, root, folders);
    const libraries = await search.libraries(
      await below('lib64', 'lib', 'targets/x86_64-linux/lib', 'targets/sbsa-linux/lib'),
    );
    const headers = await search.headers(
      await below('include', 'targets/x86_64-linux/include', 'targets/sbsa-linux/include'),
    );
    found.push(...paired(libraries, headers, root));
  }
  const elsewhere = libraryPathFolders(machine).filter(
    (folder) => !roots.some((root) => folder.startsWith(`${root}/`)),
  );
  const libraries = await search.libraries([...elsewhere, ...SYSTEM_LIBRARIES]);
  found.push(...paired(libraries, await search.headers(SYSTEM_HEADERS), null));
  if (found.length > 0) return present(found, { kind: 'file', name: found[0]!.path });
  return search.unread ?? absent({ kind: 'dir', name: SYSTEM_LIBRARIES[0] });
}

interface Seen {
  path: string;
  version: string | null;
}

/** Each real file once, however many folders lead to it. */
class Searcher {
  readonly #machine: Machine;
  readonly #seen = new Set<string>();
  /** The first folder that could not be read. */
  unread: Answer<never> | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async #files(folders: readonly string[], wanted: Naming): Promise<string[]> {
    const files: string[] = [];
    for (const folder of await distinctFolders(this.#machine, folders)) {
      const listing = await this.#machine.listDir(folder);
      if (listing.state === 'unknown') this.unread ??= listing;
      else if (listing.state === 'present' && !listing.value.complete) {
        this.unread ??= unknown('not-recorded', 'only a part of the folder is recorded', listing.from);
      }
      for (const name of namesBeginning(valueOf(listing)?.entries ?? [], wanted.beginning)) {
        if (!wanted.name.test(name)) continue;
        const path = joinPath(folder, name);
        const real = await this.#machine.realPath(path);
        if (real.state === 'absent') continue;
        const key = real.state === 'present' ? real.value : path;
        if (this.#seen.has(key)) continue;
        this.#seen.add(key);
        files.push(key);
      }
    }
    return files;
  }

  async libraries(folders: readonly string[]): Promise<Seen[]> {
    const files = await this.#files(folders, LIBRARY);
    return files.map((path) => ({ path, version: versionOfCudnnName(path) }));
  }

  async headers(folders: readonly string[]): Promise<Seen[]> {
    const headers: Seen[] = [];
    for (const path of await this.#files(folders, HEADER)) {
      const text = valueOf(await this.#machine.readFile(path, HEADER_BYTES))?.text;
      headers.push({ path, version: text === undefined ? null : parseCudnnHeader(text) });
    }
    // From cuDNN 8 on cudnn.h only includes the header that has the numbers.
    const versions = headers.filter(({ version }) => version !== null);
    return versions.length > 0 ? versions : headers.slice(0, 1);
  }
}

/** A library with the header of its major; what is left over stands alone. */
function paired(libraries: readonly Seen[], headers: readonly Seen[], toolkit: string | null): CudnnFacts[] {
  const left = [...headers];
  const facts: CudnnFacts[] = [];
  for (const library of [...libraries].sort((a, b) =>
    compareDottedVersions(b.version ?? '0', a.version ?? '0'),
  )) {
    const at = left.findIndex(
      ({ version }) =>
        version === null || library.version === null || majorOf(version) === majorOf(library.version),
    );
    const header = at < 0 ? undefined : left.splice(at, 1)[0];
    facts.push({
      path: library.path,
      toolkit,
      version: moreExact(library.version, header?.version ?? null),
      library: true,
      header: header !== undefined,
    });
  }
  for (const { path, version } of left) facts.push({ path, toolkit, version, library: false, header: true });
  return facts;
}

/** The library is what runs; a header of the same release may know more digits ("7" against "7.6.5"). */
function moreExact(library: string | null, header: string | null): string | null {
  if (library === null || header === null) return library ?? header;
  return header.startsWith(`${library}.`) ? header : library;
}

/** "libcudnn.so.7.6.5" is 7.6.5, "libcudnn.so.8" is 8. */
export function versionOfCudnnName(path: string): string | null {
  return /\/libcudnn\.so\.(\d{1,3}(?:\.\d{1,5})*)$/.exec(path)?.[1] ?? null;
}

/** "#define CUDNN_MAJOR 7", CUDNN_MINOR, CUDNN_PATCHLEVEL, in cudnn.h and from 8 on in cudnn_version.h */
export function parseCudnnHeader(text: string): string | null {
  const of = (name: string): string | undefined =>
    new RegExp(`^#define\\s+CUDNN_${name}\\s+(\\d{1,5})\\b`, 'm').exec(text)?.[1];
  const [major, minor, patch] = [of('MAJOR'), of('MINOR'), of('PATCHLEVEL')];
  return major !== undefined && minor !== undefined
    ? [major, minor, patch].filter((n) => n !== undefined).join('.')
    : null;
}
