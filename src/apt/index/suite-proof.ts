/**
 * What proves for good which packages a suite offered at one time: its signed Release with the index files that it
 * covers. Whoever has it needs no server to know what was signed.
 */
import { GpuSetupError } from '../../base/errors.ts';
import { pause } from '../../base/retry.ts';
import { hostApt, retryDelay, type AptContext } from '../context.ts';
import { openKeptRelease } from '../trust/open-release.ts';
import type { PackageIndex, SignedRelease } from '../types.ts';
import { componentMissing, downloadFirst, indexPaths, variantsOf } from './fetch-index.ts';

export interface SuiteProof {
  sourceId: string;
  suite: string;
  /** As it was signed. */
  signed: SignedRelease['proof'];
  /** Index files by their path in Release, as they are served: compressed. */
  indexes: readonly { path: string; bytes: Uint8Array }[];
}

const ATTEMPTS = 3;

/**
 * The proof of what was opened: its index files are fetched once more, since the cache keeps them cut down.
 *
 * @throws GpuSetupError `index-out-of-step`: the server has moved on since
 */
export async function proveSuite(
  { source, release }: Pick<PackageIndex, 'source' | 'release'>,
  context: AptContext,
): Promise<SuiteProof> {
  const own = source.fromHost === null ? null : await hostApt(context, source.architectures[0] ?? 'amd64');
  // The host's proxies and logins belong to requests for its own mirrors only.
  const isMirror = own?.mirrors(release.suite).some((one) => one.toString() === release.uri.toString());
  const host = isMirror === true ? own! : undefined;
  const trusting = { ...source, keyFiles: [...source.keyFiles, ...(own?.keyFiles ?? [])] };
  const opened = await openKeptRelease(trusting, release.suite, release, context);
  const indexes: { path: string; bytes: Uint8Array }[] = [];
  for (const path of indexPaths(source, opened)) {
    const variants = variantsOf(opened, path);
    if (variants.length === 0) throw componentMissing(source, opened, path);
    for (let attempt = 0; ; attempt++) {
      try {
        const options = { host, fresh: attempt > 0 };
        const { variant, bytes } = await downloadFirst(source, opened, variants, context, options);
        indexes.push({ path: variant.path, bytes });
        break;
      } catch (error) {
        const skewed = error instanceof GpuSetupError && error.code === 'index-out-of-step';
        if (!skewed || attempt + 1 >= ATTEMPTS) throw error;
        await pause(retryDelay(context) * 2 ** attempt, context.signal);
      }
    }
  }
  return { sourceId: source.id, suite: release.suite, signed: release.proof, indexes };
}
