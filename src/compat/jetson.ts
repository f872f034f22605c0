/** Jetsons: which GPU is in which system on chip, and which JetPack and CUDA belong to a release of L4T. Data: data/jetson.json. */
import table from './data/jetson.json' with { type: 'json' };
import { compareDottedVersions } from './dotted-version.ts';
import { gpuModules, type GpuModule } from './gpus.ts';
import { withSource, type Sourced } from './sourced.ts';

export interface JetsonRelease extends Sourced {
  /** Beginning of the release: "36.4" stands for 36.4.1 where the table has no more exact row. */
  l4t: string;
  /** "6.1" */
  jetpack: string;
  /** That its driver was made for: "12.6". */
  cuda: string;
  /** VERSION_ID of the Ubuntu that it brings. */
  ubuntu: string;
}

const RELEASES: readonly JetsonRelease[] = table.releases.map((row) => withSource(table.sources, row));

/** Names of L4T's own packages. */
export const L4T_PACKAGES = table.packages;

/**
 * The module, or one of those that share the chip: they have the same architecture.
 *
 * @param compatible words of the device tree's `compatible`, "nvidia,tegra234" among them
 * @returns null for what is no Jetson, or one that the table lacks
 */
export function moduleOfSoc(compatible: readonly string[]): GpuModule | null {
  const chip = table.chips.find((one) => compatible.includes(one.compatible))?.chip;
  return gpuModules().find((module) => module.chip === chip) ?? null;
}

/** @param release "36.4.3" or "L4T 36.4.3"; null for what the table lacks */
export function jetsonRelease(release: string): JetsonRelease | null {
  const version = versionIn(release);
  if (version === null) return null;
  const meant = RELEASES.filter(({ l4t }) => `${version}.`.startsWith(`${l4t}.`));
  return meant.toSorted((a, b) => b.l4t.length - a.l4t.length)[0] ?? null;
}

/** Whether it takes the CUDA that NVIDIA packages for Arm servers; null: not known. */
export function takesServerCuda(release: string): boolean | null {
  const version = versionIn(release);
  return version === null ? null : compareDottedVersions(version, table.serverCudaFrom.l4t) >= 0;
}

/** Whether its driver can be told to serve a newer CUDA by a compatibility package; null: not known. */
export function takesNewerCuda(release: string): boolean | null {
  const version = versionIn(release);
  return version === null ? null : compareDottedVersions(version, table.cudaUpgradesFrom.l4t) >= 0;
}

const versionIn = (release: string): string | null =>
  /^(?:L4T )?R?(\d+(?:\.\d+)*)$/.exec(release)?.[1] ?? null;
