/** `gpu-setup bundle create`: all that an install needs from the network, in one file. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hostApt, type AptContext } from '../../apt/context.ts';
import { proveSuite, type SuiteProof } from '../../apt/index/suite-proof.ts';
import { addressesOf } from '../../apt/package/addresses.ts';
import { fetchPackage } from '../../apt/package/fetch-package.ts';
import { loadSources } from '../../apt/sources/sources.ts';
import { sourceText } from '../../apt/sources/source-text.ts';
import { findKeys } from '../../apt/trust/find-keys.ts';
import { releasePath } from '../../apt/trust/open-release.ts';
import type { PackageIndex } from '../../apt/types.ts';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { syncPath } from '../../base/files/sync-to-disk.ts';
import { Limit } from '../../base/limit.ts';
import { fileChunks } from '../../formats/archive/file-chunks.ts';
import { TAR_END, tarFileHeader, tarPadding } from '../../formats/archive/tar-write.ts';
import { leaseDownloads } from '../../prefix/home/cache-lease.ts';
import { acceptLicences } from '../../prefix/install/actions/accept-licences.ts';
import { licencesOf, type InstallPlan, type PlannedPackage } from '../../prefix/plan/install-plan.ts';
import { lockOf, lockText, pinOf } from '../../prefix/plan/lockfile.ts';
import { chooseFromSources } from '../choose-from-sources.ts';
import { withoutFrameworks, type InstallContext, type InstallRequest } from '../install.ts';
import { loadRecipes } from '../load.ts';
import { planner } from '../plan-install.ts';
import { requestOf } from '../request.ts';
import { LOCK, MANIFEST, type BundleManifest } from './layout.ts';

export interface BundleCreated {
  /** Path. */
  file: string;
  bytes: number;
  sha256: string;
  plan: InstallPlan;
}

type BundleRequest = Omit<InstallRequest, 'dryRun'> & {
  /** Absolute path of the file to make; one that is there is replaced when the new one is whole. */
  file: string;
};

const PARALLEL_FETCHES = 4;

/**
 * The same sources on the same day give the same bytes.
 *
 * @throws GpuSetupError `bundle-not-written`, what resolving a request and fetching packages throw
 */
export async function createBundle(asked: BundleRequest, context: InstallContext): Promise<BundleCreated> {
  const { folders, emit, signal } = context;
  const recipes = await loadRecipes(folders.config);
  const request = await withoutFrameworks({ ...asked, dryRun: true }, recipes, emit, true);
  const sources = await loadSources(folders.config, context.mirrors);
  const requested = requestOf(request.words, recipes, request, {
    architecture: request.architecture,
    sources,
  });
  const apt: AptContext = { cache: folders.cache, emit, signal, atHand: request.from };
  // What this host has is nothing to the other machine.
  const choosing = chooseFromSources(requested, sources, apt, folders.home, false, true);
  const { planNow } = await planner(choosing, {
    home: folders.home,
    architecture: request.architecture,
    apt,
    recipe: requested.recipe,
  });
  const plan = await planNow();
  const indexes = (await choosing).indexes.filter(({ source, release }) =>
    plan.sources.some(({ id, suite }) => id === source.id && suite === release.suite),
  );
  context.onPlan?.(plan);
  await acceptLicences(plan, context.acceptLicences);
  const lease = await leaseDownloads(apt, `bundle create ${plan.request.name}`);
  try {
    const out = await Output.begin(asked.file);
    try {
      const proofs = await Promise.all(indexes.map((index) => proveSuite(index, apt)));
      const packages = await fetchAll(plan, indexes, apt);
      const { architecture } = plan.request;
      const manifest: BundleManifest = { schema: 'gpu-setup/bundle@1', architecture };
      await out.add(MANIFEST, json(manifest));
      await out.add(LOCK, Buffer.from(lockText(lockOf(pinOf({ ...plan, packages })))));
      await addNotes(out, plan, indexes, apt);
      for (const [at, proof] of proofs.entries()) await addProof(out, proof, indexes[at]!);
      await addPackages(out, packages, indexes, apt);
      return { ...(await out.finish()), file: asked.file, plan };
    } catch (error) {
      await out.discard();
      throw error;
    }
  } finally {
    await lease.release();
  }
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

function bySource(indexes: readonly PackageIndex[]): readonly PackageIndex['source'][] {
  return [...new Map(indexes.map(({ source }) => [source.id, source])).values()];
}

async function addNotes(
  out: Output,
  plan: InstallPlan,
  indexes: readonly PackageIndex[],
  apt: AptContext,
): Promise<void> {
  for (const source of bySource(indexes)) {
    await out.add(`sources/${source.id}.sources`, Buffer.from(sourceText(source)));
    const host = source.fromHost === null ? null : await hostApt(apt, source.architectures[0] ?? 'amd64');
    const keyFiles = [...source.keyFiles, ...(host?.keyFiles ?? [])];
    const keys = await findKeys({ ...source, keyFiles }, apt);
    await out.add(`keys/${source.id}.key`, Buffer.concat(keys.map((key) => key.toPublic().write())));
  }
  for (const { id, title, url } of licencesOf(plan))
    await out.add(`licences/${id}.txt`, Buffer.from(`${title}\n${url}\n`));
}

async function addProof(
  out: Output,
  { suite, signed, indexes }: SuiteProof,
  of: PackageIndex,
): Promise<void> {
  const below = releasePath(suite);
  const path = (name: string): string =>
    ['repository', of.source.id, ...(below === '' ? [] : [below]), name].join('/');
  if ('inRelease' in signed) await out.add(path('InRelease'), Buffer.from(signed.inRelease));
  else {
    await out.add(path('Release'), Buffer.from(signed.release));
    await out.add(path('Release.gpg'), Buffer.from(signed.signature, 'base64'));
  }
  for (const index of indexes) await out.add(path(index.path), index.bytes);
}

/** Smallest first: what is wrong with the file is seen before the large ones are copied. */
const smallestFirst = (packages: readonly PlannedPackage[]): readonly PlannedPackage[] =>
  [...packages].sort((a, b) => a.size - b.size || (a.name < b.name ? -1 : 1));

/** Into the cache; each as the file that came, where several are right. */
async function fetchAll(
  plan: InstallPlan,
  indexes: readonly PackageIndex[],
  apt: AptContext,
): Promise<readonly PlannedPackage[]> {
  const limit = new Limit(PARALLEL_FETCHES);
  const done = await Promise.allSettled(
    plan.packages.map((one) =>
      limit.run(async () => {
        apt.signal?.throwIfAborted();
        const { handle, listed } = await fetchPackage(one, addresses(one, plan, indexes, apt), apt);
        await handle.close();
        return { ...one, ...listed };
      }),
    ),
  );
  const failed = done.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** Those of the plan, which may lie in a folder; where nothing was to be fetched, those of its source. */
function addresses(
  { name, sourceId, suite, path }: PlannedPackage,
  { actions }: InstallPlan,
  indexes: readonly PackageIndex[],
  apt: AptContext,
): readonly string[] {
  const planned = actions.find((action) => action.action === 'fetch' && action.package === name);
  if (planned?.action === 'fetch') return planned.from;
  const index = indexes.find(({ source, release }) => source.id === sourceId && release.suite === suite);
  return addressesOf(index?.source.uris ?? [], path, apt);
}

async function addPackages(
  out: Output,
  packages: readonly PlannedPackage[],
  indexes: readonly PackageIndex[],
  apt: AptContext,
): Promise<void> {
  const id = 'bundle:packages';
  const total = packages.reduce((sum, { size }) => sum + size, 0);
  apt.emit({ type: 'start', id, title: `Writing ${out.path}`, total, unit: 'bytes' });
  let written = 0;
  try {
    for (const one of smallestFirst(packages)) {
      apt.signal?.throwIfAborted();
      const index = indexes.find(
        ({ source, release }) => source.id === one.sourceId && release.suite === one.suite,
      );
      // From the cache, checked again; fetched once more where somebody emptied it.
      const { handle } = await fetchPackage(
        one,
        addressesOf(index?.source.uris ?? [], one.path, quiet(apt)),
        quiet(apt),
      );
      try {
        await out.addFile(`packages/${one.sha256}.deb`, handle, one.size, (bytes) =>
          apt.emit({ type: 'progress', id, done: (written += bytes) }),
        );
      } finally {
        await handle.close();
      }
    }
    apt.emit({ type: 'end', id, outcome: 'done' });
  } catch (error) {
    apt.emit({ type: 'end', id, outcome: 'failed' });
    throw error;
  }
}

/** Without the events of each package, which was told of when it was fetched. */
const quiet = (apt: AptContext): AptContext => ({ ...apt, emit: () => {} });

/** The file that is being made, under another name until it is whole. */
class Output {
  readonly path: string;
  readonly #staged: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  private constructor(path: string, staged: string, handle: FileHandle) {
    this.path = path;
    this.#staged = staged;
    this.#handle = handle;
  }

  static async begin(asked: string): Promise<Output> {
    const path = await placeOf(asked);
    const staged = `${path}.${process.pid}.new`;
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    try {
      return new Output(path, staged, await open(staged, flags, 0o644));
    } catch (error) {
      throw notWritten(path, error);
    }
  }

  async add(name: string, bytes: Uint8Array): Promise<void> {
    await this.#write(tarFileHeader(name, bytes.length));
    await this.#write(bytes);
    await this.#write(tarPadding(bytes.length));
  }

  async addFile(
    name: string,
    file: FileHandle,
    size: number,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    await this.#write(tarFileHeader(name, size));
    const short = (why: string): Error => notWritten(this.path, new Error(`${name}: ${why}`));
    for await (const chunk of fileChunks(file, 0, size, short)) {
      await this.#write(chunk);
      onBytes(chunk.length);
    }
    await this.#write(tarPadding(size));
  }

  async finish(): Promise<{ bytes: number; sha256: string }> {
    await this.#write(TAR_END);
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#staged, this.path);
      await syncPath(dirname(this.path));
    } catch (error) {
      throw notWritten(this.path, error);
    }
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(this.#staged, { force: true });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    try {
      for (let done = 0; done < bytes.length;)
        done += (await this.#handle.write(bytes, done, bytes.length - done)).bytesWritten;
    } catch (error) {
      throw notWritten(this.path, error);
    }
    this.#bytes += bytes.length;
  }
}

/**
 * Behind links, which stay. A rename would put the file in the place of a device or pipe as well, and root may do that to /dev/null;
 * that there is a folder, it would say when everything was fetched.
 */
async function placeOf(file: string): Promise<string> {
  const found = await stat(file).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw notWritten(file, error);
  });
  if (found === null) return file;
  if (found.isFile()) return realpath(file);
  throw notWritten(file, new Error(found.isDirectory() ? 'it is a folder' : 'it is no ordinary file'));
}

function notWritten(path: string, cause: unknown): GpuSetupError {
  if (cause instanceof GpuSetupError) return cause;
  return new GpuSetupError('bundle-not-written', `cannot write ${path}: ${messageOf(cause)}`, {
    hint: 'name a file in a folder of your own that has room, with -o',
    cause,
    details: { file: path },
  });
}
