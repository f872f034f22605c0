/** Which driver packages a distribution offers for a GPU, and under which names. Data: data/driver-packages.json, `offers`. */
import table from './data/driver-packages.json' with { type: 'json' };
import { compareDottedVersions, majorOf } from './dotted-version.ts';
import { repositoryFolder } from './nvidia-repository.ts';
import { servedFolder } from './nvidia-served.ts';
import { lastBranchFor, type OpenKernelModule } from './gpus.ts';
import type { Family } from './package-families.ts';
import type { Confidence } from './rules/judgement.ts';

/** What the choice of a driver package depends on. */
export interface DrivenGpu {
  firstDriverBranch: string | null;
  lastDriverBranch: string | null;
  openKernelModule: OpenKernelModule | null;
}

/** What else a driver must be; versions or branches, null or left out: no bound. */
export interface DriverBounds {
  atLeast?: string | null;
  atMost?: string | null;
  /** Which kernel modules; left out: those that the GPU takes. */
  open?: boolean;
}

/** Whose packages they are, which decides what must be set up before. */
export type Origin = 'distribution' | 'nvidia' | 'rpmfusion' | 'suse' | 'aur';

export interface DriverOffer {
  family: Family;
  origin: Origin;
  /** "580"; null: it follows NVIDIA's newest. */
  branch: string | null;
  /** Whether these packages bring the open kernel modules. */
  open: boolean;
  packages: readonly string[];
  /** Packages with libcuda.so.1, with nvidia-smi, and with the fabric manager (null: none). */
  libcuda: string;
  tools: string;
  fabricManager: string | null;
  source: string;
  confidence: Confidence;
}

interface Names {
  origin: string;
  closed: readonly string[] | null;
  open: readonly string[] | null;
  libcuda: string;
  tools: string;
  fabricManager: string | null;
}

interface Row {
  family: string;
  from: string | null;
  until: string | null;
  branches: readonly string[] | null;
  names: string;
  source: string;
  confidence: string;
}

const NAMES: Readonly<Record<string, Names>> = table.offers.names;
const ROWS: readonly Row[] = table.offers.rows;

/**
 * Packages that serve a GPU within bounds, the one to advise first.
 * @param release "22.04"; null: rolling, or not known (then the newest release counts)
 * @param gpu undefined: not known
 */
export function driverOffers(
  family: Family,
  release: string | null,
  gpu: DrivenGpu | undefined,
  bounds: DriverBounds = {},
): readonly DriverOffer[] {
  return rowsOf(family, release).flatMap((row) =>
    (row.branches ?? [null]).flatMap((branch) => {
      if (!serves(branch, gpu) || !within(branch, bounds)) return [];
      const offer = offerOf(row, branch, wantsOpen(gpu, bounds));
      return offer === null ? [] : [offer];
    }),
  );
}

/** What the parts of a driver that runs are called; null where they are not known, or need its branch. */
export function namesOfDriver(
  family: Family,
  release: string | null,
  branch: string | null,
): Pick<DriverOffer, 'libcuda' | 'tools' | 'fabricManager'> | null {
  const all = rowsOf(family, release);
  const packaged = all.filter(({ names }) => NAMES[names]!.origin !== 'nvidia');
  const rows = packaged.length > 0 ? packaged : all;
  const own = branch === null ? undefined : rows.find(({ branches }) => branches?.includes(branch));
  // A branch that is no longer packaged is still named as its neighbours are.
  const row = own ?? rows.find(({ names }) => branch !== null || !needsBranch(NAMES[names]!));
  return row === undefined ? null : named(NAMES[row.names]!, branch);
}

/** The last branch that drives GPUs which the open kernel modules do not drive; null: they all are still driven. */
export const lastBranchWithClosedModules = (): string | null => lastBranchFor('unsupported');

const needsBranch = ({ libcuda }: Names): boolean => libcuda.includes('{branch}');

function rowsOf(family: Family, release: string | null): readonly Row[] {
  const own = ROWS.filter((row) => row.family === family);
  const newest = own.reduce<string | null>(
    (best, { from, names }) =>
      from !== null &&
      NAMES[names]!.origin === 'distribution' &&
      (best === null || compareDottedVersions(from, best) > 0)
        ? from
        : best,
    null,
  );
  const at = release ?? newest;
  const folder = repositoryFolder(family, release);
  return own.filter(
    ({ from, until, names }) =>
      // Of an interim release, or one that has ended, NVIDIA's repositories have no folder.
      (NAMES[names]!.origin !== 'nvidia' || folder === null || servedFolder(folder) !== null) &&
      (from === null || (at !== null && compareDottedVersions(at, from) >= 0)) &&
      (until === null || (at !== null && compareDottedVersions(at, until) < 0)),
  );
}

function serves(branch: string | null, gpu: DrivenGpu | undefined): boolean {
  if (gpu === undefined) return true;
  const { firstDriverBranch: first, lastDriverBranch: last } = gpu;
  if (branch === null) return last === null;
  return (
    (first === null || compareDottedVersions(branch, first) >= 0) &&
    (last === null || compareDottedVersions(branch, last) <= 0)
  );
}

/** By branch: of one branch the archives hold the newest driver. */
function within(branch: string | null, { atLeast, atMost }: DriverBounds): boolean {
  if (branch === null) return atMost == null;
  const major = majorOf(branch) ?? 0;
  return (
    (atLeast == null || major >= (majorOf(atLeast) ?? 0)) &&
    (atMost == null || major <= (majorOf(atMost) ?? 0))
  );
}

/** Null: either will do. */
function wantsOpen(gpu: DrivenGpu | undefined, { open }: DriverBounds): boolean | null {
  if (open !== undefined) return open;
  if (gpu?.openKernelModule === 'required') return true;
  return gpu?.openKernelModule === 'unsupported' ? false : null;
}

function offerOf(row: Row, branch: string | null, wanted: boolean | null): DriverOffer | null {
  const names = NAMES[row.names]!;
  const open = wanted ?? names.closed === null;
  const packages = open ? names.open : names.closed;
  if (packages === null) return null;
  if (open && branch !== null && compareDottedVersions(branch, table.offers.openFrom) < 0) return null;
  return {
    family: row.family as Family,
    origin: names.origin as Origin,
    branch,
    open,
    packages: packages.map((name) => fill(name, branch)),
    ...named(names, branch),
    source: row.source,
    confidence: row.confidence as Confidence,
  };
}

function named(
  { libcuda, tools, fabricManager }: Names,
  branch: string | null,
): Pick<DriverOffer, 'libcuda' | 'tools' | 'fabricManager'> {
  return {
    libcuda: fill(libcuda, branch),
    tools: fill(tools, branch),
    fabricManager: fabricManager === null ? null : fill(fabricManager, branch),
  };
}

const fill = (name: string, branch: string | null): string => name.replace('{branch}', branch ?? '');
