/** The prefix that already has the name which is asked for. */
import { lstat, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import type { SourceGroup } from '../../compat/source-group.ts';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { readLock } from '../home/prefix-lock.ts';
import { readPrefix } from '../home/prefixes.ts';
import type { InstallPlan, PlannedPackage } from '../plan/install-plan.ts';
import { samePackages } from '../plan/lockfile.ts';
import { planExisting } from '../plan/plan.ts';
import type { PrefixRequest } from '../plan/request.ts';

/**
 * @param groups of sources that may serve the request; its own otherwise
 * @param pinned packages that it has to be made of, where a lock names them
 * @returns the prefix made from the same request, with a plan of nothing to do; null where no prefix has the name
 * @throws GpuSetupError `prefix-exists`, `prefix-not-as-locked`, `lock-damaged`, `lock-unreadable`, `prefix-broken`
 */
export async function existingPrefix(
  request: PrefixRequest,
  home: string,
  groups?: readonly SourceGroup[],
  pinned?: readonly PlannedPackage[],
): Promise<{ plan: InstallPlan; prefix: PrefixInfo } | null> {
  const { name } = request;
  const path = join(home, 'prefixes', name);
  if ((await lstat(path).catch(() => null)) === null) return null;
  const lock = await readLock(path);
  const plan = planExisting(
    request,
    lock,
    home,
    pinned === undefined ? groups : [lock?.request.sources ?? []],
  );
  if (pinned !== undefined && lock !== null && !samePackages(pinned, lock.packages))
    throw notAsLocked(name, pinned, lock.packages);
  return { plan, prefix: (await readPrefix({ name, path, home, own: true })).prefix };
}

/** Name of the generation that a prefix leads to; null where no prefix has the name. */
export async function generationOf(home: string, name: string): Promise<string | null> {
  return readlink(join(home, 'prefixes', name)).then(basename, () => null);
}

function notAsLocked(
  name: string,
  pinned: readonly PlannedPackage[],
  there: readonly PlannedPackage[],
): GpuSetupError {
  const versions = new Map(there.map((one) => [one.name, one.version]));
  const other = pinned.find((one) => versions.get(one.name) !== one.version) ?? pinned[0];
  const has = other === undefined ? undefined : versions.get(other.name);
  const differs =
    other === undefined
      ? 'other packages'
      : has === other.version
        ? `another ${other.name} ${other.version}`
        : `${has === undefined ? 'no' : has} ${other.name}, where the lock has ${other.version}`;
  return new GpuSetupError('prefix-not-as-locked', `the prefix ${name} holds ${differs}`, {
    hint: [
      `gpu-setup upgrade ${name} --locked makes it what the lock says; gpu-setup rollback ${name} undoes that`,
      'or install the lock under another --name',
    ],
    details: { name },
  });
}
