/** place: the files of packages, from the store to where they belong in the new generation. */
import { probeSharing } from '../../home/sharing.ts';
import { moveEntry } from '../../home/store.ts';
import type { ActionOf, PlannedPackage } from '../../plan/install-plan.ts';
import { writeGeneration } from '../write-generation.ts';
import type { Payload } from '../payloads.ts';
import { isOfToolchain } from '../../plan/host-toolchain.ts';
import { placeMembers, together, type Placement } from '../place-members.ts';
import { packageOf, wantedIn, type Execution } from '../execution.ts';
import { VirtualRoot } from '../virtual-root.ts';

/** Packages that nobody unpacked have nothing to place. */
export async function place(action: ActionOf<'place'>, run: Execution): Promise<void> {
  const { store } = run.folders;
  const packages = action.packages.flatMap((name) => {
    const payload = run.payloads.get(name);
    return payload === undefined ? [] : [{ package: packageOf(run, name), payload }];
  });
  const placement = await judge(action, packages, run);
  for (const text of placement.warnings) run.apt.emit({ type: 'notice', level: 'warning', text });
  await enterStore(packages, run);
  const folder = await run.generation.folder(action.generation);
  const sharing = await probeSharing(store.folder, folder);
  const sharedBytes = await writeGeneration(folder, placement.entries, {
    store,
    payloads: new Map(packages.map((one) => [one.package.name, one.payload.payloadSha256])),
    sharing,
    signal: run.signal,
  });
  run.placed = {
    packages: packages.map((one) => ({
      package: one.package,
      payloadSha256: one.payload.payloadSha256,
    })),
    placement,
    sharing,
    sharedBytes,
  };
}

type Unpacked = readonly { package: PlannedPackage; payload: Payload }[];

/** The members of all packages together, before anything leaves the staging folder. */
async function judge(action: ActionOf<'place'>, packages: Unpacked, run: Execution): Promise<Placement> {
  try {
    // A host compiler comes from a system of its own: what one of its links leads to is none of CUDA's files.
    const [toolchain, toolkit] = [true, false].map((own) =>
      packages.filter((one) => isOfToolchain(one.package) === own),
    );
    const wanted = wantedIn(run, action.components);
    return together([toolkit!, toolchain!].map((own) => placeMembers(rootOf(own), wanted)));
  } catch (error) {
    // Packages that contradict each other must not wait here for an install that does not look at both.
    for (const { payload } of packages) await run.folders.staging.remove(payload.payloadSha256);
    throw error;
  }
}

function rootOf(packages: Unpacked): VirtualRoot {
  const root = new VirtualRoot();
  for (const { package: from, payload } of packages) {
    for (const { path, type, size, mode, mtime, sha256, linkTarget } of payload.entry.members) {
      if (path === '') continue;
      const kind = type === 'link' || type === 'dir' ? type : 'file';
      root.add({ path, type: kind, package: from.name, size, mode, mtime, sha256, target: linkTarget });
    }
  }
  return root;
}

async function enterStore(packages: Unpacked, { folders: { store, staging } }: Execution): Promise<void> {
  const staged = new Set(await staging.list());
  for (const payloadSha256 of new Set(packages.map(({ payload }) => payload.payloadSha256))) {
    if (staged.has(payloadSha256)) await moveEntry(staging, store, payloadSha256);
  }
}
