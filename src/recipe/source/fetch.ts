/**
 * Where the source of a build comes from: the user's own, else the recipe's, in their order. One that cannot be reached
 * gives way to the next; one that is not what its pin says stops everything.
 */
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AptContext } from '../../apt/context.ts';
import { fetchUpstream, findSourcePackage } from '../../apt/package/source-package.ts';
import type { Source } from '../../apt/types.ts';
import { existingCacheFolder, privateCacheFolder } from '../../base/files/cache-folder.ts';
import { GpuSetupError, systemCode, usageError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import type { SourceRecord } from '../../machine/records/build-record.ts';
import type { BuildRecipe, BuildSource } from '../recipe.ts';
import { unpackOpenSource, unpackSource } from './archive.ts';
import { copySource } from './folder.ts';
import { archiveCommit, type GitSource } from './git.ts';
import { treeDigest } from './tree-digest.ts';

export interface SourceContext {
  /** Private; files are made in it. */
  work: string;
  apt: AptContext;
  sources: ReadonlyMap<string, Source>;
  signal?: AbortSignal | undefined;
  notice(level: 'info' | 'warning', text: string): void;
}

/** What `--source` says: a path of the user's, or the id of one of the recipe's sources; null without it. */
export type SourceChoice =
  { kind: 'user'; path: string } | { kind: 'recipe'; sources: readonly BuildSource[] };

/**
 * @param given as typed; ids count before paths (write ./debian for a folder of that name)
 * @param resolvePath makes the caller's path absolute
 * @throws GpuSetupError `source-missing` (exit code 2)
 */
export async function chooseSource(
  given: string | undefined,
  build: BuildRecipe,
  resolvePath: (path: string) => string,
): Promise<SourceChoice> {
  if (given === undefined) return { kind: 'recipe', sources: build.sources };
  const named = build.sources.filter(({ id }) => id === given);
  if (named.length > 0) return { kind: 'recipe', sources: named };
  const path = resolvePath(given);
  if ((await stat(path).catch(() => null)) !== null) return { kind: 'user', path };
  const ids = build.sources.map(({ id }) => id);
  const near = nearest(given, ids, 1)[0];
  throw usageError('source-missing', `--source ${given}: there is no such folder or archive`, {
    hint: `${near === undefined ? '' : `did you mean ${near}? `}it may also be one of ${ids.join(', ')}`,
    details: { source: given, ids },
  });
}

/**
 * The source as a tree that may be changed, with what is recorded of it.
 *
 * @throws GpuSetupError `source-digest-mismatch`, `no-source` where none could be had, `source-unusable`,
 *   `bad-source-archive`, `unsafe-member`
 */
export async function fetchSource(
  choice: SourceChoice,
  context: SourceContext,
): Promise<{ path: string; record: SourceRecord }> {
  const to = join(context.work, 'source');
  if (choice.kind === 'user') {
    await mkdir(to);
    return takeUsers(choice.path, to, context);
  }
  const passedOver: { id: string; why: string; error: GpuSetupError }[] = [];
  for (const source of choice.sources) {
    await mkdir(to);
    try {
      const { path, version, sha256 } = await take(source, to, context);
      tellSubstitute(source, passedOver, context);
      return {
        path,
        record: {
          kind: source.kind,
          id: source.id,
          title: source.title,
          version,
          sha256,
          lacks: source.lacks,
          passedOver: passedOver.map(({ id, why }) => ({ id, why })),
        },
      };
    } catch (error) {
      context.signal?.throwIfAborted();
      if (!(error instanceof GpuSetupError) || !isUnreachable(error)) throw error;
      passedOver.push({ id: source.id, why: error.message, error });
      await rm(to, { recursive: true, force: true });
      await rm(scratchOf(context), { recursive: true, force: true });
    }
  }
  throw noSource(passedOver);
}

async function takeUsers(
  path: string,
  to: string,
  { signal, notice }: SourceContext,
): Promise<{ path: string; record: SourceRecord }> {
  const found = await stat(path);
  let root = to;
  if (found.isDirectory()) {
    const { leftOut } = await copySource(path, to, signal);
    const [first, ...others] = leftOut;
    if (first !== undefined) {
      notice(
        'info',
        `left out of the source: ${first}${others.length > 0 ? `, and ${others.length} more` : ''}`,
      );
    }
  } else root = await unpackSource(path, to, signal);
  const sha256 = await treeDigest(root, signal);
  return {
    path: root,
    record: { kind: 'user', id: null, title: path, version: path, sha256, lacks: null, passedOver: [] },
  };
}

interface Taken {
  path: string;
  version: string;
  sha256: string;
}

async function take(source: BuildSource, to: string, context: SourceContext): Promise<Taken> {
  switch (source.kind) {
    case 'git':
      return takeGit(source, to, context);
    case 'debian':
      return takeDebian(source, to, context);
    case 'packages':
      return { path: to, version: source.version, sha256: await treeDigest(to, context.signal) };
  }
}

async function takeGit(source: GitSource, to: string, context: SourceContext): Promise<Taken> {
  const { signal } = context;
  const folder = await existingCacheFolder(context.apt, 'sources');
  const cached =
    folder === null
      ? null
      : await unpackSource(join(folder, `${source.sha256}.tar`), to, signal).then(
          async (path) => ((await treeDigest(path, signal)) === source.sha256 ? path : null),
          () => null,
        );
  if (cached !== null) return { path: cached, version: source.commit, sha256: source.sha256 };
  await rm(to, { recursive: true, force: true });
  await mkdir(to);
  const scratch = scratchOf(context);
  await mkdir(scratch);
  const tar = join(scratch, 'source.tar');
  context.apt.emit({ type: 'start', id: 'source', title: `Fetching ${source.title}` });
  try {
    await archiveCommit(source, scratch, tar, signal);
    context.apt.emit({ type: 'end', id: 'source', outcome: 'done' });
  } catch (error) {
    context.apt.emit({ type: 'end', id: 'source', outcome: 'failed' });
    throw error;
  }
  const path = await unpackSource(tar, to, signal);
  const sha256 = await treeDigest(path, signal);
  if (sha256 !== source.sha256) {
    throw new GpuSetupError(
      'source-digest-mismatch',
      `${source.title} at ${source.commit} is not what the recipe pins: expected ${source.sha256}, got ${sha256}`,
      {
        hint: 'nothing of it was used; bring a copy that you trust with --source DIR',
        details: { source: source.id, expected: source.sha256, actual: sha256 },
      },
    );
  }
  await keep(tar, `${source.sha256}.tar`, context.apt);
  await rm(scratch, { recursive: true, force: true });
  return { path, version: source.commit, sha256 };
}

/** For builds without a network; a cache that cannot be written is no reason to fail. */
async function keep(tar: string, name: string, apt: AptContext): Promise<void> {
  try {
    const kept = join(await privateCacheFolder(apt, 'sources'), name);
    const beside = `${kept}.${process.pid}.new`;
    try {
      await copyFile(tar, beside);
      await rename(beside, kept);
    } finally {
      await rm(beside, { force: true });
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
}

async function takeDebian(
  source: Extract<BuildSource, { kind: 'debian' }>,
  to: string,
  context: SourceContext,
): Promise<Taken> {
  let failure: unknown;
  for (const id of source.from) {
    const apt = context.sources.get(id);
    if (apt === undefined) continue;
    try {
      const found = await findSourcePackage(source.package, apt, apt.suites[0]!, context.apt);
      const { archive } = await fetchUpstream(found.package, found.source, context.apt);
      try {
        const path = await unpackOpenSource(archive, to, context.signal);
        return { path, version: found.package.version, sha256: await treeDigest(path, context.signal) };
      } finally {
        await archive.handle.close();
      }
    } catch (error) {
      context.signal?.throwIfAborted();
      if (!(error instanceof GpuSetupError) || !isUnreachable(error)) throw error;
      failure ??= error;
    }
  }
  throw (
    failure ??
    new GpuSetupError('unknown-source', `none of ${source.from.join(', ')} is a source that is known here`)
  );
}

/** Not to be had here and now, as opposed to being something else than it should be. */
const UNREACHABLE: ReadonlySet<GpuSetupError['code']> = new Set([
  'git-missing',
  'git-fetch-failed',
  'host-unreachable',
  'tls-failed',
  'http-error',
  'transfer-interrupted',
  'no-host-mirror',
  'source-disabled',
  'source-package-missing',
  'component-missing',
  'release-missing',
  'release-expired',
  'index-out-of-step',
  'package-listed-but-missing',
  'key-missing',
  'unknown-source',
]);

function isUnreachable({ code }: GpuSetupError): boolean {
  return UNREACHABLE.has(code);
}

function scratchOf({ work }: SourceContext): string {
  return join(work, 'fetch');
}

function tellSubstitute(
  source: BuildSource,
  passedOver: readonly { id: string; why: string }[],
  { notice }: SourceContext,
): void {
  for (const { id, why } of passedOver) notice('warning', `${id} cannot be had: ${why}`);
  if (passedOver.length > 0 || source.lacks !== null) {
    notice(
      passedOver.length > 0 ? 'warning' : 'info',
      `building ${source.title}${source.lacks === null ? '' : `: ${source.lacks}`}`,
    );
  }
}

function noSource(tried: readonly { id: string; why: string; error: GpuSetupError }[]): GpuSetupError {
  const [first] = tried;
  return new GpuSetupError(
    'no-source',
    `no source could be had: ${tried.map(({ id, why }) => `${id}: ${why}`).join('; ')}`,
    {
      hint: 'bring a copy with --source DIR or --source FILE.tar.gz, or set https_proxy; for debian also: a mirror in the apt-sources folder of the configuration',
      retryable: tried.some(({ error }) => error.retryable),
      cause: first?.error.cause,
      details: { tried: tried.map(({ id, why, error }) => ({ id, code: error.code, why })) },
    },
  );
}
