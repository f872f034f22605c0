/**
 * Which host compilers a toolkit's headers accept. For planning: of an installed toolkit its own host_config.h is read
 * (src/machine/facts/toolkit/host-config.ts). Data: data/host-compilers.json.
 */
import table from './data/host-compilers.json' with { type: 'json' };
import { compareDottedVersions, majorMinor } from './dotted-version.ts';
import { withSource, type Sourced } from './sourced.ts';

export interface HostCompilerRange extends Sourced {
  /** Majors, inclusive. */
  gccMin: number;
  gccMax: number;
  /** Newest gcc without reports of code that breaks although the header accepts it. */
  gccSafe: number;
  clangMin: number;
  clangMax: number;
  /** Fields that are remembered or disputed: they refuse nothing. */
  recalled: readonly string[];
}

/** Patches of NVIDIA's have small third numbers; those of nvcc ("12.2.140") are builds, and say nothing of the patch. */
const MOST_PATCHES = 10;

/**
 * Null for a release that the table does not know.
 * @param version "12.2" means its newest patch, "12.2.1" that one
 */
export function hostCompilersForCuda(version: string): HostCompilerRange | null {
  const wanted = majorMinor(version);
  const row = table.toolkits.find(({ cuda }) => cuda === wanted);
  if (row === undefined) return null;
  const patch = /^\d+\.\d+\.(\d+)$/.exec(version)?.[1];
  const older: readonly { before: string }[] = 'older' in row ? row.older : [];
  const differing =
    patch !== undefined && Number(patch) < MOST_PATCHES
      ? older.find(({ before }) => compareDottedVersions(version, before) < 0)
      : undefined;
  return { ...withSource(table.sources, row), ...differing };
}

/** Newest gcc major that the toolkit accepts: 7 for "10.0" or "10.0.130"; null: not known. */
export function maxGccForCuda(version: string): number | null {
  return hostCompilersForCuda(version)?.gccMax ?? null;
}
