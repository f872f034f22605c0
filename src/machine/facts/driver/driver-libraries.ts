/** The user-mode half of the driver: where libcuda and libnvidia-ml lie, and which libcuda a program gets. */
import { bringsDriverLibraries } from '../../../compat/driver-packages.ts';
import { compareDottedVersions } from '../../../compat/dotted-version.ts';
import { absent, mapAnswer, present, unknown, valueOf, type Answer, type Origin } from '../../answer.ts';
import type { DriverLibraryFacts, InstalledPackage, LibraryFile } from '../../facts.ts';
import {
  cachedPaths,
  defaultFolders,
  findLibrary,
  multiarchFolder,
  type Architecture,
} from '../../loader.ts';
import type { DirList, Machine } from '../../machine.ts';
import { baseOf, joinPath, parentOf } from '../../paths.ts';
import { namesBeginning } from '../../sorted-names.ts';
import { parseApiMismatch } from './modules.ts';
import type { SmiReport } from '../gpu/nvidia-smi.ts';
import { distinctFolders, libraryPathFolders } from '../toolkit/search-paths.ts';
import { firstKnown } from '../recorded.ts';

/** Besides the loader's own: container images, WSL, Debian's alternatives, NixOS. */
const moreFolders = (architecture: Architecture): readonly string[] => [
  '/usr/local/nvidia/lib64',
  '/usr/local/nvidia/lib',
  '/usr/lib/wsl/lib',
  `${multiarchFolder(architecture)}/nvidia/current`,
  '/usr/lib/nvidia/current',
  '/usr/local/lib',
  '/run/opengl-driver/lib',
];

export interface LibrarySources {
  /** As `uname -m` names it. */
  architecture: Answer<string>;
  packages: () => Promise<Answer<readonly InstalledPackage[]>>;
  smi: () => Promise<Answer<SmiReport>>;
  kernelLog: () => Promise<Answer<readonly string[]>>;
}

export async function probeDriverLibraries(
  machine: Machine,
  sources: LibrarySources,
): Promise<DriverLibraryFacts> {
  const architecture: Architecture = valueOf(sources.architecture) === 'aarch64' ? 'aarch64' : 'x86-64';
  const loaded = await loadedLibcuda(machine, architecture);
  const folders = await searchedFolders(machine, architecture);
  const libcuda = await copiesOf(machine, 'libcuda.so', folders, valueOf(loaded)?.path);
  const libnvidiaMl = await copiesOf(machine, 'libnvidia-ml.so', folders, undefined);
  const version = await firstKnown(
    () => versionOfFiles(loaded, libcuda, libnvidiaMl),
    async () => versionFromSmi(await sources.smi()),
    async () => versionFromLog(await sources.kernelLog()),
    async () => versionOfPackages(await sources.packages()),
  );
  return { libcuda, libcudaLoaded: loaded, libnvidiaMl, version };
}

async function loadedLibcuda(
  machine: Machine,
  architecture: Architecture,
): Promise<DriverLibraryFacts['libcudaLoaded']> {
  const found = await findLibrary(machine, 'libcuda.so.1', { architecture });
  if (found.state !== 'present') return found;
  const file = await libraryFile(machine, found.value.path, found.value.realPath);
  return mapAnswer(found, ({ by }) => ({ ...file, by, stub: isStub(file) }));
}

/**
 * The stub that toolkits bring for linking is a file named libcuda.so; the driver's own carries a version (libcuda.so.535.183.01,
 * under WSL and on Jetson libcuda.so.1.1).
 */
export function isStub(file: { path: string; realPath: string }): boolean {
  return (
    /\/stubs\//.test(file.path) || /\/stubs\//.test(file.realPath) || baseOf(file.realPath) === 'libcuda.so'
  );
}

async function searchedFolders(machine: Machine, architecture: Architecture): Promise<readonly string[]> {
  const cached = await cachedPaths(machine, 'libcuda.so.1', architecture);
  const usrLib = await machine.listDir('/usr/lib');
  // Ubuntu 14.04 to 17.10: /usr/lib/nvidia-384
  const branches = namesBeginning(valueOf(usrLib)?.entries ?? [], 'nvidia-').filter((name) =>
    /^nvidia-\d{3}$/.test(name),
  );
  return distinctFolders(machine, [
    ...new Set([
      ...libraryPathFolders(machine),
      ...cached.map(parentOf),
      ...defaultFolders(architecture),
      ...branches.map((name) => joinPath('/usr/lib', name)),
      ...moreFolders(architecture),
    ]),
  ]);
}

/** Every copy once, by its real file; `first` leads. Absent only where every folder could be read. */
async function copiesOf(
  machine: Machine,
  stem: string,
  folders: readonly string[],
  first: string | undefined,
): Promise<Answer<readonly LibraryFile[]>> {
  const found = new Map<string, LibraryFile>();
  const from: Origin = { kind: 'dir', name: folders[0] ?? '/usr/lib' };
  let unread: Answer<unknown> | undefined;
  const add = async (path: string): Promise<void> => {
    const real = await machine.realPath(path);
    // A link to nothing is no library.
    if (real.state === 'absent') return;
    const realPath = real.state === 'present' ? real.value : path;
    if (!found.has(realPath)) found.set(realPath, await libraryFile(machine, path, realPath));
  };
  if (first !== undefined) await add(first);
  for (const folder of folders) {
    const listing = await listingOf(machine, folder);
    if (listing.state === 'unknown' || (listing.state === 'present' && !listing.value.complete))
      unread ??= listing;
    for (const name of namesBeginning(valueOf(listing)?.entries ?? [], stem)) {
      // "libcuda.so.1" before "libcuda.so.535.183.01": sorted names put the soname first.
      if (/^(?:\.[\d.]+)?$/.test(name.slice(stem.length))) await add(joinPath(folder, name));
    }
  }
  if (found.size > 0)
    return present([...found.values()], { kind: 'file', name: [...found.values()][0]!.path });
  return unread
    ? unknown('not-recorded', 'not every folder of libraries could be read', unread.from)
    : absent(from);
}

/**
 * By the folder's own place where a link leads to it: /lib/x86_64-linux-gnu has more than a thousand names, and as
 * /usr/lib/x86_64-linux-gnu it was listed for others.
 */
async function listingOf(machine: Machine, folder: string): Promise<Answer<DirList>> {
  const real = valueOf(await machine.realPath(folder));
  const listing = real === undefined ? null : await machine.listDir(real);
  return listing?.state === 'present'
    ? present(listing.value, { kind: 'dir', name: folder })
    : machine.listDir(folder);
}

async function libraryFile(machine: Machine, path: string, realPath: string): Promise<LibraryFile> {
  const soname = valueOf(await machine.elf(realPath))?.soname ?? null;
  return { path, realPath, soname, version: versionOfName(baseOf(realPath)) };
}

/** "libcuda.so.535.183.01": three digits first, which no soname has. */
export function versionOfName(name: string): string | null {
  return /\.so\.(\d{3}(?:\.\d+)+)$/.exec(name)?.[1] ?? null;
}

/** What a program gets counts; copies that nobody loads (forward compatibility packages) come second. */
function versionOfFiles(
  loaded: DriverLibraryFacts['libcudaLoaded'],
  ...copies: Answer<readonly LibraryFile[]>[]
): Answer<string> {
  if (loaded.state === 'present' && loaded.value.version !== null)
    return present(loaded.value.version, loaded.from);
  const files = copies
    .flatMap((answer) => valueOf(answer) ?? [])
    .filter(({ realPath }) => !/\/compat\//.test(realPath));
  const newest = files
    .filter((file): file is LibraryFile & { version: string } => file.version !== null)
    .sort((a, b) => compareDottedVersions(b.version, a.version))[0];
  if (newest) return present(newest.version, { kind: 'file', name: newest.realPath });
  const missing = copies.find((answer) => answer.state === 'absent');
  if (missing && copies.every((answer) => answer.state === 'absent')) return missing;
  return unknown('not-recorded', 'no library names its version', { kind: 'dir', name: '/usr/lib' });
}

function versionFromSmi(smi: Answer<SmiReport>): Answer<string> {
  return smi.state === 'present' && smi.value.libraryVersion !== null
    ? present(smi.value.libraryVersion, smi.from)
    : unknown('not-recorded', 'nvidia-smi names no library version', smi.from);
}

function versionFromLog(log: Answer<readonly string[]>): Answer<string> {
  const mismatch = log.state === 'present' ? parseApiMismatch(log.value) : null;
  return mismatch
    ? present(mismatch.library, log.from)
    : unknown('not-recorded', 'the kernel log names no client', log.from);
}

/** "535.183.01-0ubuntu1", "1:525.85.12-1": the packages of the driver's libraries carry its version. */
export function versionOfPackages(packages: Answer<readonly InstalledPackage[]>): Answer<string> {
  for (const { name, version, state } of valueOf(packages) ?? []) {
    const upstream = /^(?:\d+:)?(\d{3}(?:\.\d+)+)(?:[-+~]|$)/.exec(version)?.[1];
    if (upstream && bringsDriverLibraries(name) && state !== 'config-files')
      return present(upstream, packages.from);
  }
  return unknown('not-recorded', 'no package of the driver libraries is known', packages.from);
}
