/** record: lock and manifest of the new generation, what it was made of and what it holds. */
import { join } from 'node:path';
import { settleTree } from '../../../base/files/settle-tree.ts';
import type { PrefixInfo } from '../../../machine/records/prefix-manifest.ts';
import { writeManifest } from '../../home/manifest.ts';
import { writeLock } from '../../home/prefix-lock.ts';
import type { ActionOf } from '../../plan/install-plan.ts';
import { HOST_COMPILER } from '../../plan/host-toolchain.ts';
import { lockOf, pinOf } from '../../plan/lockfile.ts';
import { SYSROOT } from '../../relocate/host-programs.ts';
import { packageOf, type Placed, type Execution } from '../execution.ts';

const NOTHING: Placed = {
  packages: [],
  placement: { entries: [], dropped: [], warnings: [] },
  sharing: 'copy',
  sharedBytes: 0,
};

export async function record({ generation }: ActionOf<'record'>, run: Execution): Promise<void> {
  const folder = await run.generation.folder(generation);
  const placed = run.placed ?? NOTHING;
  const { placement } = placed;
  await writeLock(
    folder,
    lockOf(
      pinOf(
        { ...run.plan, packages: run.plan.packages.map(({ name }) => packageOf(run, name)) },
        new Map(placed.packages.map(({ package: { name }, payloadSha256 }) => [name, payloadSha256])),
      ),
    ),
  );
  const total = await settleTree(folder);
  const manifest = await writeManifest(folder, {
    prefix: prefixInfo(run, placed, total),
    members: new Map(
      placement.entries.map((entry) => [
        entry.to,
        { from: entry.from, sha256: entry.type === 'file' ? (entry.member.sha256 ?? undefined) : undefined },
      ]),
    ),
    relocated: run.relocated,
    dropped: placement.dropped,
    licences: run.licences,
  });
  run.recorded = manifest.prefix;
}

function prefixInfo({ plan, apt }: Execution, placed: Placed, total: number): PrefixInfo {
  const { name, recipe, architecture } = plan.request;
  return {
    schema: 'gpu-setup/prefix@1',
    name,
    path: join(plan.home, 'prefixes', name),
    architecture,
    recipe,
    cuda: plan.cuda,
    cudnn: plan.cudnn,
    components: plan.components,
    ...(plan.parts === undefined ? {} : { parts: plan.parts }),
    ...(plan.neededParts === undefined ? {} : { neededParts: plan.neededParts }),
    installedAt: (apt.now ?? new Date()).toISOString(),
    ...(plan.replaces === undefined ? {} : { replaces: plan.replaces }),
    packages: placed.packages.map(({ package: one, payloadSha256 }) => ({
      name: one.name,
      version: one.version,
      architecture: one.architecture,
      source: one.sourceId,
      sha256: one.sha256,
      payloadSha256,
    })),
    bytes: {
      own: Math.max(0, total - placed.sharedBytes),
      shared: placed.sharedBytes,
      ...(plan.components.includes(HOST_COMPILER) ? { hostCompiler: toolchainBytes(placed) } : {}),
    },
    sharing: placed.sharing,
  };
}

function toolchainBytes({ placement }: Placed): number {
  return placement.entries.reduce(
    (sum, entry) =>
      sum + (entry.type === 'file' && entry.to.startsWith(`${SYSROOT}/`) ? entry.member.size : 0),
    0,
  );
}
