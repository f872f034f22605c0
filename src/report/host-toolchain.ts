/** What is told of a prefix's own host compiler. */
import { gccOfRoot } from '../compat/host-toolchains.ts';
import type { PrefixInfo } from '../machine/records/prefix-manifest.ts';
import { upstreamOf } from '../prefix/plan/package-version.ts';
import { toolchainOf } from '../prefix/plan/host-toolchain.ts';
import type { InstallPlan } from '../prefix/plan/install-plan.ts';
import { bytesText } from './units.ts';

/** "gcc 10.2.1 from debian-bullseye, in host/: 34 packages, 58.6 MB to download and at most 240.1 MB on disk, of what is said above" */
export function toolchainText(plan: Pick<InstallPlan, 'packages'>): string | null {
  const toolchain = toolchainOf(plan.packages);
  if (toolchain === null) return null;
  const { gcc, source, packages } = toolchain;
  const download = packages.reduce((sum, { size }) => sum + size, 0);
  const disk = packages.reduce((sum, { installedBytes, size }) => sum + (installedBytes ?? size), 0);
  return `gcc ${gcc} from ${source}, in host/: ${packages.length} packages of ${bytesText(download)}, at most ${bytesText(disk)} on disk (counted above)`;
}

/** "gcc 10.2.1 from debian-bullseye"; null where none of the packages brings a compiler. */
export function installedToolchain(
  packages: readonly { name: string; version: string; source: string }[],
): string | null {
  const root = packages.find(({ name }) => gccOfRoot(name) !== null);
  return root === undefined ? null : `gcc ${upstreamOf(root.version)} from ${root.source}`;
}

/** "gcc 10.2.1 (240.1 MB)"; null where the prefix has none of its own. The size is unknown of prefixes of earlier versions. */
export function listedToolchain({ packages, bytes }: Pick<PrefixInfo, 'packages' | 'bytes'>): string | null {
  const root = packages.find(({ name }) => gccOfRoot(name) !== null);
  if (root === undefined) return null;
  const size = bytes.hostCompiler === undefined ? '' : ` (${bytesText(bytes.hostCompiler)})`;
  return `gcc ${upstreamOf(root.version)}${size}`;
}
