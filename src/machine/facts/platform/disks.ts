/** Free space where packages, kernel modules, temporary files and prefixes go. */
import { present, type Answer } from '../../answer.ts';
import type { DiskFacts } from '../../facts.ts';
import type { DiskSpace, Machine } from '../../machine.ts';
import { parentOf } from '../../paths.ts';
import { parseDf } from './df-output.ts';
import { recordedOutputs } from '../recorded.ts';
import { gpuSetupHomes } from '../toolkit/prefixes.ts';

const PLACES: readonly (readonly [path: string, purpose: string])[] = [
  ['/', 'root'],
  ['/boot', 'boot'],
  ['/var', 'packages'],
  ['/tmp', 'temporary files'],
];

export async function probeDisks(machine: Machine): Promise<readonly DiskFacts[]> {
  // Where something lies is not known of an image; its space is that of whoever looks.
  if (!machine.isRunning) return [];
  // Whose home it would be is not known of every paste.
  const homes = machine.identity().state === 'present' ? gpuSetupHomes(machine).slice(0, 1) : [];
  const places = [...PLACES, ...homes.map((home) => [home, 'gpu-setup home'] as const)];
  const disks = await Promise.all(
    places.map(async ([path, purpose]): Promise<DiskFacts> => ({
      path,
      purpose,
      space: await spaceOf(machine, path),
    })),
  );
  // A place that is not there has no disk; what nobody recorded says nothing.
  return disks.filter(({ space, path }) => space.state === 'present' || path === '/');
}

/** Of a folder that does not exist yet, the space where it would be made. */
async function spaceOf(machine: Machine, path: string): Promise<Answer<DiskSpace>> {
  for (let at = path; ; at = parentOf(at)) {
    const space = await machine.statfs(at);
    if (space.state === 'present') return space;
    if (space.state === 'unknown') return pastedSpace(machine, path) ?? space;
    if (at === '/') return space;
    // /boot that is no folder is no place of its own.
    if (PLACES.some(([place]) => place === path)) return space;
  }
}

/** The mount point with the longest path above the folder, from `df`; bytes and inodes may come from two runs. */
function pastedSpace(machine: Machine, path: string): Answer<DiskSpace> | undefined {
  let bytes: { mount: string; free: number } | undefined;
  let inodes: { mount: string; free: number | null } | undefined;
  const outputs = recordedOutputs(machine, 'df');
  for (const { result } of outputs) {
    for (const { mount, freeBytes, freeInodes } of parseDf(result.stdout)) {
      if (!covers(mount, path)) continue;
      if (freeBytes !== undefined && mount.length > (bytes?.mount.length ?? 0))
        bytes = { mount, free: freeBytes };
      if (freeInodes !== undefined && mount.length > (inodes?.mount.length ?? 0))
        inodes = { mount, free: freeInodes };
    }
  }
  const from = outputs[0]?.from ?? { kind: 'statfs', name: path };
  if (bytes !== undefined) return present({ freeBytes: bytes.free, freeInodes: inodes?.free ?? null }, from);
  // Of inodes alone: without any, there is no room for a file either.
  if (inodes?.free === 0) return present({ freeBytes: 0, freeInodes: 0 }, from);
  return undefined;
}

function covers(mount: string, path: string): boolean {
  return mount === '/' || path === mount || path.startsWith(`${mount}/`);
}
