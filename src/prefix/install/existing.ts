/** The prefix that already has the name which is asked for. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { readLock } from '../home/prefix-lock.ts';
import { readPrefix } from '../home/prefixes.ts';
import type { InstallPlan } from '../plan/install-plan.ts';
import { planExisting } from '../plan/plan.ts';
import type { PrefixRequest } from '../plan/request.ts';

/**
 * @param groups of sources that may serve the request; its own otherwise
 * @returns the prefix made from the same request, with a plan of nothing to do; null where no prefix has the name
 * @throws GpuSetupError `prefix-exists`, `lock-damaged`, `lock-unreadable`, `prefix-broken`
 */
export async function existingPrefix(
  request: PrefixRequest,
  home: string,
  groups?: readonly (readonly string[])[],
): Promise<{ plan: InstallPlan; prefix: PrefixInfo } | null> {
  const { name } = request;
  const path = join(home, 'prefixes', name);
  if ((await lstat(path).catch(() => null)) === null) return null;
  const plan = planExisting(request, await readLock(path), home, groups);
  return { plan, prefix: (await readPrefix({ name, path, home, own: true })).prefix };
}
