/** Which packages of a plan need no download: they lie in the cache, or unpacked in the store. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../apt/cache.ts';
import type { AptContext } from '../../apt/context.ts';
import type { Source } from '../../apt/types.ts';
import { survey, type UnpackAction } from './fetch-and-unpack.ts';
import { layoutOf } from '../layout/layout.ts';
import { StoreFolder } from '../home/store.ts';
import type { InstallPlan } from '../plan/types.ts';

/** SHA-256 of packages, as the index has them. Writes nothing into the home. */
export async function packagesAtHand(
  plan: InstallPlan,
  apt: AptContext,
  sources: ReadonlyMap<string, Source>,
): Promise<ReadonlySet<string>> {
  const cached = (await readdir(await cacheFolder(apt.cache, 'packages')))
    .map((name) => /^([0-9a-f]{64})\.deb$/.exec(name)?.[1])
    .filter((sha256) => sha256 !== undefined);
  const unpacked = await survey(
    plan.actions.filter((action): action is UnpackAction => action.action === 'unpack'),
    {
      layout: layoutOf(plan.family),
      cuda: plan.cuda,
      store: new StoreFolder(join(plan.home, 'store')),
      staging: new StoreFolder(join(plan.home, 'state', 'staging')),
      payloads: join(plan.home, 'state', 'payloads'),
      apt,
      sources,
      signal: apt.signal,
    },
  );
  const stored = [...unpacked].filter(([, there]) => there !== null).map(([action]) => action.package.sha256);
  return new Set([...cached, ...stored]);
}
