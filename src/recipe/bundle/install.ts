/**
 * `gpu-setup bundle install`: an install whose network is one file. Each source is the one that this machine knows, with its
 * keys and its suites; only that its repository lies in the bundle. So signatures, indexes and packages are checked as ever.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AptContext } from '../../apt/context.ts';
import { loadSources } from '../../apt/sources/sources.ts';
import type { Source } from '../../apt/types.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { Location } from '../../base/http/location.ts';
import { shellWord } from '../../base/processes/shell-line.ts';
import { leaseDownloads } from '../../prefix/home/cache-lease.ts';
import type { InstallPlan } from '../../prefix/plan/install-plan.ts';
import { lockDigest, pinForHost, type Lock } from '../../prefix/plan/lockfile.ts';
import {
  installPin,
  pinnedRequest,
  unchangedPin,
  type InstallContext,
  type InstallRequest,
  type InstallResult,
} from '../install.ts';
import { loadRecipes } from '../load.ts';
import type { LockToServe } from '../lock/serve-lock.ts';
import { LOCK } from './layout.ts';
import { readBundle } from './read.ts';

export interface BundleToInstall extends Pick<InstallRequest, 'name' | 'dryRun' | 'architecture'> {
  /** Path. */
  file: string;
}

/**
 * @throws GpuSetupError what `readBundle` throws, `bundle-architecture`, `bundle-source-unknown`, `bundle-incomplete`, and what
 *   installing throws
 */
export async function installBundle(asked: BundleToInstall, context: InstallContext): Promise<InstallResult> {
  const { folders, emit, signal } = context;
  const { file } = asked;
  const apt: AptContext = { cache: folders.cache, emit, signal };
  const [recipes, known] = await Promise.all([loadRecipes(folders.config), loadSources(folders.config)]);
  const lease = await leaseDownloads(apt, 'bundle install');
  try {
    let there: InstallResult | null = null;
    const bundle = await readBundle(file, apt, async ({ architecture }, lock) => {
      if (architecture !== asked.architecture)
        throw otherArchitecture(file, architecture, asked.architecture);
      const locked = lockedIn(lock, asked);
      for (const { id } of locked.pin.sources) sourceHere(id, known, file);
      there = await unchangedPin(locked, context);
      return there === null;
    });
    if (bundle === null) return there!;
    let isDone = false;
    try {
      const locked = lockedIn(bundle.lock, asked);
      const sources = new Map(
        locked.pin.sources.map(({ id }) => [id, inBundle(sourceHere(id, known, file), bundle.folder)]),
      );
      const result = await installPin(
        locked,
        { recipes, sources },
        { dryRun: asked.dryRun },
        {
          ...context,
          onPlan: (plan) => {
            refuseIncomplete(plan, file);
            context.onPlan?.(plan);
          },
        },
      ).catch((error: unknown) => {
        throw aboutBundle(error, file, sources);
      });
      refuseIncomplete(result.plan, file);
      isDone = result.status !== 'planned';
      return result;
    } finally {
      await bundle.discard(!isDone);
    }
  } finally {
    await lease.release();
  }
}

/** The lock in it, for this machine and under the name that is asked for. Its word alone is never enough. */
function lockedIn(lock: Lock, { file, architecture, name }: BundleToInstall): LockToServe {
  const within = `${LOCK} in ${file}`;
  const pin = pinForHost(lock, architecture, within);
  return {
    file: within,
    digest: lockDigest(lock),
    pin: { ...pin, request: pinnedRequest(pin, { name }) },
    proofs: null,
    trusted: false,
  };
}

function sourceHere(id: string, known: ReadonlyMap<string, Source>, file: string): Source {
  const source = known.get(id);
  if (source?.enabled === true) return source;
  throw new GpuSetupError(
    'bundle-source-unknown',
    `${file} takes packages from ${id}, a source that is ${source === undefined ? 'unknown' : 'switched off'} here`,
    {
      hint: [
        `to see what it was where the bundle was made: tar -xOf ${shellWord(file)} sources/${id}.sources`,
        `if you trust the key that it names, put that file into the configuration's apt-sources folder`,
      ],
      details: { file, source: id },
    },
  );
}

/** Which keys may sign it stays what this machine says; from the bundle come their bytes. */
function inBundle(source: Source, folder: string): Source {
  const at = (path: string): Location[] => {
    const location = Location.parse(pathToFileURL(join(folder, path)).href);
    return location === null ? [] : [location];
  };
  return { ...source, uris: at(`repository/${source.id}/`), keyUris: at(`keys/${source.id}.key`) };
}

/** What is to be done about a source is not what helps here: the bundle is what it came from. */
const OF_THE_BUNDLE: readonly GpuSetupError['code'][] = [
  'bad-signature',
  'key-missing',
  'key-unknown',
  'key-expired',
  'not-a-release',
  'wrong-suite',
  'release-missing',
  'release-unsigned',
  'release-expired',
  'component-missing',
  'index-out-of-step',
  'bad-index',
  'lock-key-unknown',
  'lock-behind-index',
  'index-behind-lock',
  'package-resigned',
];

function aboutBundle(thrown: unknown, file: string, sources: ReadonlyMap<string, Source>): unknown {
  if (!(thrown instanceof GpuSetupError)) return thrown;
  // Of an index that cannot be read, why is what matters.
  const { cause } = thrown;
  const error = thrown.code === 'lock-unconfirmed' && cause instanceof GpuSetupError ? cause : thrown;
  if (!OF_THE_BUNDLE.includes(error.code)) return thrown;
  const source = sources.get(String(error.details?.['sourceId'] ?? error.details?.['source']));
  const pins = source?.signedBy.map(({ fingerprint }) => fingerprint).join(', ');
  return new GpuSetupError(error.code, `${file} is not signed as it has to be: ${error.message}`, {
    hint: [
      'copy it again, and compare its SHA-256 with the one that bundle create printed; else make it anew',
      ...(source === undefined ? [] : [`keys that may sign ${source.id} here: ${pins} (${source.file})`]),
    ],
    cause: error,
    details: { ...error.details, file },
  });
}

function refuseIncomplete({ actions, packages }: InstallPlan, file: string): void {
  const missing = actions.flatMap((action) => (action.action === 'fetch' ? [action.package] : []));
  if (missing.length === 0) return;
  throw new GpuSetupError(
    'bundle-incomplete',
    `${file} lacks ${missing.length} of the ${packages.length} packages that its signed indexes give for what was asked: ${missing.slice(0, 3).join(', ')}`,
    {
      hint: 'make it anew with the gpu-setup that is here: gpu-setup bundle create',
      details: { file, missing },
    },
  );
}

function otherArchitecture(file: string, made: string, here: string): GpuSetupError {
  return new GpuSetupError('bundle-architecture', `${file} is made for ${made}, not for ${here}`, {
    hint: [
      `make one: gpu-setup bundle create ... --architecture ${here}`,
      `or install it for a machine of ${made}, with --architecture ${made}`,
    ],
    details: { file, architecture: made, wanted: here },
  });
}
