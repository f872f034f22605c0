/** Which toolkit ships a shared library, and which packages carry it. Data: data/sonames.json. */
import text from 'json-text:src/compat/data/sonames';
import { CUDA_RELEASES } from './cuda-releases.ts';
import { compareDottedVersions, majorMinor, majorOf } from './dotted-version.ts';
import { withSource, type Sourced } from './sourced.ts';

export interface SonameRow extends Sourced {
  /** As asked for: "libcudnn_ops_infer.so.8". */
  soname: string;
  /** "cudart", "cudnn": the library whose package has it. */
  library: string;
  /** The CUDA releases whose toolkit ships it; null: it comes with none (cuDNN, NCCL, the driver). */
  cudaFrom: string | null;
  /** Null: the newest toolkit still does. */
  cudaTo: string | null;
  /** In NVIDIA's repositories, for the newest release that ships it: "libcufft-11-8"; null: none, or not known. */
  debPackage: string | null;
  /** On PyPI, for the newest CUDA major: "nvidia-cufft-cu11"; null: none. */
  pipPackage: string | null;
}

interface Row extends Sourced {
  soname: string;
  cudaFrom: string | null;
  cudaTo: string | null;
  /** Names by the release from which on a package is so called; null: of every release. */
  debPackages: readonly { from: string | null; name: string }[];
  /** By CUDA major. */
  pipPackages: Readonly<Record<string, string>>;
  /** Further libraries of the same package. */
  parts?: readonly string[];
}

interface Table {
  sources: readonly string[];
  rows: readonly (Omit<Row, 'source'> & { source: number })[];
}

let index: ReadonlyMap<string, Row> | undefined;

function rowOf(soname: string): Row | undefined {
  if (index === undefined) {
    const table = JSON.parse(text) as Table;
    index = new Map(
      table.rows.flatMap((row) =>
        [row.soname, ...(row.parts ?? [])].map((name) => [name, withSource(table.sources, row)] as const),
      ),
    );
  }
  return index.get(soname);
}

/** @param soname "libcudart.so.12", also a part: "libcudnn_ops_infer.so.8", "libnppial.so.11"; null: not in the table */
export function sonameRow(soname: string): SonameRow | null {
  const row = rowOf(soname);
  if (row === undefined) return null;
  const { source, confidence } = row;
  const newest = releasesOfSoname(soname).at(-1) ?? null;
  return {
    soname,
    library: row.soname.replace(/^lib/, '').replace(/\.so.*$/, ''),
    cudaFrom: row.cudaFrom,
    cudaTo: row.cudaTo,
    debPackage: debPackageOf(soname, newest),
    pipPackage: pipPackageOf(soname, newest),
    source,
    confidence,
  };
}

/**
 * CUDA releases whose toolkit ships a library, oldest first; empty for what no toolkit ships or the table lacks. One soname may be
 * shipped by several majors (libcurand.so.10 by all from 10.1 on): then it does not say which CUDA a program was built for.
 */
export function releasesOfSoname(soname: string): readonly string[] {
  const row = rowOf(soname);
  const from = row?.cudaFrom ?? null;
  if (row === undefined || from === null) return [];
  return CUDA_RELEASES.filter(
    (cuda) =>
      compareDottedVersions(cuda, from) >= 0 &&
      (row.cudaTo === null || compareDottedVersions(cuda, row.cudaTo) <= 0),
  );
}

/** The package of NVIDIA's repositories for one release: "cuda-cufft-10-1", "libcufft-11-8"; null: none known, or the release is missing where it is needed. */
export function debPackageOf(soname: string, cuda: string | null): string | null {
  const row = rowOf(soname);
  const release = cuda === null ? null : majorMinor(cuda);
  const name = row?.debPackages.findLast(
    ({ from }) => from === null || (release !== null && compareDottedVersions(release, from) >= 0),
  )?.name;
  if (name === undefined) return null;
  if (name.includes('{') && release === null) return null;
  return name
    .replace('{release}', release?.replace('.', '-') ?? '')
    .replace('{major}', release?.split('.')[0] ?? '');
}

/** The package on PyPI for a CUDA release: "nvidia-cudnn-cu12"; without a release the newest; null: none. */
export function pipPackageOf(soname: string, cuda: string | null): string | null {
  const packages = Object.entries(rowOf(soname)?.pipPackages ?? {});
  const major = cuda === null ? null : majorOf(cuda);
  if (major === null) return packages.at(-1)?.[1] ?? null;
  return packages.find(([of]) => Number(of) === major)?.[1] ?? null;
}

/** What the toolkit of a release calls a library: "cudart" of 12.4 is "libcudart.so.12"; null: not in the table. */
export function sonameOf(library: string, cuda: string): string | null {
  const release = majorMinor(cuda);
  if (release === null) return null;
  return rowsOf(library).find((soname) => releasesOfSoname(soname).includes(release)) ?? null;
}

function rowsOf(library: string): string[] {
  rowOf('');
  return [...index!.keys()].filter((soname) => soname.startsWith(`lib${library}.so.`));
}

/** "libcudart", "libcudnn": names of all libraries in the table, without their versions. */
export function sonameStems(): ReadonlySet<string> {
  rowOf('');
  return new Set([...index!.keys()].map((soname) => soname.replace(/\.so.*$/, '')));
}
