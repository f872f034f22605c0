/**
 * Which host compilers a toolkit's headers accept. For planning: of an installed toolkit its own host_config.h is read
 * (src/machine/facts/toolkit/host-config.ts). Data: data/host-compilers.json.
 */
import table from './data/host-compilers.json' with { type: 'json' };
import { majorMinor } from './dotted-version.ts';

export interface HostCompilerRange {
  /** Majors, inclusive. */
  gccMin: number;
  gccMax: number;
  /** Newest gcc without reports of code that breaks although the header accepts it. */
  gccSafe: number;
  clangMin: number;
  clangMax: number;
}

/** Null for a release that the table does not know. */
export function hostCompilersForCuda(version: string): HostCompilerRange | null {
  const wanted = majorMinor(version);
  return table.toolkits.find(({ cuda }) => cuda === wanted) ?? null;
}

/** Newest gcc major that the toolkit accepts: 7 for "10.0" or "10.0.130"; null: not known. */
export function maxGccForCuda(version: string): number | null {
  return hostCompilersForCuda(version)?.gccMax ?? null;
}
