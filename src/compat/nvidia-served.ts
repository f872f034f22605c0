/** Which distributions NVIDIA's repositories of drivers and CUDA serve. Data: data/nvidia-repositories.json. */
import table from './data/nvidia-repositories.json' with { type: 'json' };
import { compareDottedVersions, majorOf } from './dotted-version.ts';
import { withSource, type Sourced } from './sourced.ts';

export interface ServedRelease extends Sourced {
  /** Below .../compute/cuda/repos: "ubuntu2204". */
  folder: string;
  /** The last CUDA release that came to it; null: it goes on. */
  newestCuda: string | null;
}

interface Prefix {
  ids: readonly string[];
  prefix: string;
  release: string;
  from?: string;
  until?: string;
}

const PREFIXES: readonly Prefix[] = table.prefixes;

/** @param folder "ubuntu2204"; null: there is none, as far as the table knows */
export function servedFolder(folder: string): ServedRelease | null {
  const row = table.folders.find((one) => one.folder === folder);
  return row === undefined ? null : withSource(table.sources, row);
}

/**
 * @param id of os-release
 * @param version VERSION_ID; null on a rolling release
 * @returns null: NVIDIA has no repository for it; undefined: how its folder would be called is not known
 */
export function servedRelease(id: string, version: string | null): ServedRelease | null | undefined {
  const named = PREFIXES.filter(({ ids }) => ids.includes(id));
  if (named.length === 0) return undefined;
  // A rolling release of a distribution that has numbered ones: testing, unstable.
  if (version === null) return null;
  const found = named.find(
    ({ from, until }) =>
      (from === undefined || compareDottedVersions(version, from) >= 0) &&
      (until === undefined || compareDottedVersions(version, until) < 0),
  );
  const part = found?.release === 'whole' ? version.replace('.', '') : majorOf(version);
  return found === undefined || part === null ? null : servedFolder(`${found.prefix}${part}`);
}

/** Releases of the same distribution that NVIDIA serves today, newest last: "ubuntu2204", "ubuntu2404". */
export function servedToday(id: string): readonly string[] {
  const prefixes = PREFIXES.filter(({ ids }) => ids.includes(id)).map(({ prefix }) => prefix);
  return table.folders.flatMap(({ folder, newestCuda }) =>
    newestCuda === null &&
    prefixes.some((prefix) => /^\d+$/.test(folder.slice(prefix.length)) && folder.startsWith(prefix))
      ? [folder]
      : [],
  );
}

/** Whether its C library is musl, which NVIDIA's driver and CUDA do not run on. */
export const hasMusl = (id: string): boolean => table.musl.ids.includes(id);

/** Where NVIDIA keeps the packages that lend a GPU to containers. */
export const CONTAINER_REPOSITORY = 'https://nvidia.github.io/libnvidia-container';
