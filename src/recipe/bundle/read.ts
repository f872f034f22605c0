/**
 * Reading a bundle from front to end, once, with bounded memory: its packages into the cache, its signed files and keys into a
 * private folder. What is wrong with it ends the reading, and takes away what it had put there.
 */
import { createHash } from 'node:crypto';
import { constants, mkdir, mkdtemp, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../apt/cache.ts';
import type { AptContext } from '../../apt/context.ts';
import { cachedPackagePath, openCachedPackage } from '../../apt/package/package-cache.ts';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { cacheError } from '../../base/files/cache-folder.ts';
import { requireSpace } from '../../base/files/disk-space.ts';
import { removeTree } from '../../base/files/tree.ts';
import { removeAbandoned } from '../../base/files/work-folder.ts';
import { decode } from '../../formats/archive/decoders.ts';
import { StreamSource } from '../../formats/archive/byte-source.ts';
import { tarMembers, type TarMember } from '../../formats/archive/tar.ts';
import { parseLock } from '../../prefix/plan/lock/parse-lock.ts';
import type { Lock } from '../../prefix/plan/lockfile.ts';
import type { PlannedPackage } from '../../prefix/plan/install-plan.ts';
import {
  badBundle,
  LOCK,
  MANIFEST,
  memberKind,
  MOST_BYTES,
  MOST_SIGNED_BYTES,
  parseManifest,
  type BundleManifest,
} from './layout.ts';

export interface ReadBundle {
  manifest: BundleManifest;
  lock: Lock;
  /** With repository/ and keys/ of the bundle in it. */
  folder: string;
  /** Takes the folder away, and with `everything` also the packages that were put into the cache. */
  discard(everything: boolean): Promise<void>;
}

const FOLDER_PREFIX = 'bundle-';

const MOST_AT_ONCE = 1 << 16;

/**
 * @param path of the bundle
 * @param judge told what it is for, before anything of it is kept; what it throws ends the reading. False: nothing more of it
 *   is wanted
 * @returns null where nothing was wanted
 * @throws GpuSetupError `bundle-unreadable`, `bad-bundle`, `bundle-format`, `bad-lock`, what the cache throws
 */
export async function readBundle(
  path: string,
  context: AptContext,
  judge: (manifest: BundleManifest, lock: Lock) => Promise<boolean>,
): Promise<ReadBundle | null> {
  const handle = await openFile(path);
  const id = `bundle:${path}`;
  try {
    const { size } = await handle.stat();
    context.emit({ type: 'start', id, title: `Reading ${path}`, total: size, unit: 'bytes' });
    const reading = new Reading(path, await newFolder(context), context);
    try {
      const wanted = await reading.run(handle, size, judge, (done) =>
        context.emit({ type: 'progress', id, done }),
      );
      context.emit({ type: 'end', id, outcome: wanted ? 'done' : 'reused' });
      if (wanted) return reading.result();
      await reading.discard(true);
      return null;
    } catch (error) {
      context.emit({ type: 'end', id, outcome: 'failed' });
      await reading.discard(true);
      throw error;
    }
  } finally {
    await handle.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  const unreadable = (why: string, cause?: unknown): GpuSetupError =>
    new GpuSetupError('bundle-unreadable', `cannot read ${path}: ${why}`, {
      hint: 'name the file that gpu-setup bundle create made',
      cause,
      details: { file: path },
    });
  // A pipe must not be waited for.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw unreadable(systemCode(error) === 'ENOENT' ? 'there is no such file' : messageOf(error), error);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw unreadable('it is not a file');
}

async function newFolder(context: AptContext): Promise<string> {
  const parent = await cacheFolder(context, 'bundles');
  await removeAbandoned(parent, FOLDER_PREFIX);
  return mkdtemp(join(parent, FOLDER_PREFIX));
}

class Reading {
  readonly #file: string;
  readonly #folder: string;
  readonly #context: AptContext;
  readonly #seen = new Set<string>();
  /** Paths in the cache that were not there before. */
  readonly #added: string[] = [];
  #manifest: BundleManifest | null = null;
  #lock: Lock | null = null;
  #packages = new Map<string, PlannedPackage>();
  #signedBytes = 0;

  constructor(file: string, folder: string, context: AptContext) {
    this.#file = file;
    this.#folder = folder;
    this.#context = context;
  }

  result(): ReadBundle {
    return {
      manifest: this.#manifest!,
      lock: this.#lock!,
      folder: this.#folder,
      discard: (everything) => this.discard(everything),
    };
  }

  async discard(everything: boolean): Promise<void> {
    await removeTree(this.#folder);
    if (everything) for (const path of this.#added) await rm(path, { force: true });
  }

  async run(
    handle: FileHandle,
    size: number,
    judge: (manifest: BundleManifest, lock: Lock) => Promise<boolean>,
    onProgress: (done: number) => void,
  ): Promise<boolean> {
    const { signal } = this.#context;
    const bad = (why: string, cause?: unknown): GpuSetupError => badBundle(this.#file, why, cause);
    await this.#refuseOtherFiles(handle, size);
    const stream = await decode('plain', [{ file: handle, start: 0, size }], {
      file: this.#file,
      bad,
      signal,
    });
    const source = new StreamSource(stream, size);
    try {
      for await (const member of tarMembers(source, bad)) {
        signal?.throwIfAborted();
        await this.#take(member);
        if (member.path === LOCK && !(await judge(this.#manifest!, this.#lock!))) return false;
        if (member.path === LOCK) await this.#checkSpace();
        onProgress(source.position);
      }
      await this.#refuseMore(source);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      await source.close();
    }
    if (this.#lock === null) throw this.#bad(`it has no ${this.#manifest === null ? MANIFEST : LOCK}`);
    const missing = [...this.#packages.values()].filter(
      ({ sha256 }) => !this.#seen.has(`packages/${sha256}.deb`),
    );
    if (missing.length > 0)
      throw this.#bad(
        `it lacks ${missing.length} of ${this.#packages.size} packages, ${missing[0]!.name} ${missing[0]!.version} among them`,
      );
    return true;
  }

  /** Behind its end an archive has zeros alone, up to the size that whoever wrote it pads to. */
  async #refuseMore(source: StreamSource): Promise<void> {
    for (let part; (part = await source.next(MOST_AT_ONCE)) !== null;) {
      if (part.some((byte) => byte !== 0)) throw this.#bad('something else follows behind its end');
    }
  }

  /** What was compressed on the way, or is something else, is said as what it is. */
  async #refuseOtherFiles(handle: FileHandle, size: number): Promise<void> {
    const head = Buffer.alloc(512);
    await handle.read(head, 0, 512, 0);
    if (size === 0) throw this.#bad('it is empty');
    if (/^(1f8b|fd377a58|28b52ffd|425a68|504b0304)/.test(head.toString('hex')))
      throw this.#bad('it is compressed: a bundle is a plain tar archive');
    if (head.toString('latin1', 257, 262) !== 'ustar') throw this.#bad('it is no tar archive');
  }

  async #take(member: TarMember): Promise<void> {
    const { path, type, size } = member;
    if (type !== 'file') throw this.#bad(`"${path}" is ${TYPES[type]}, and a bundle holds files alone`);
    const found = memberKind(path);
    if (found === null) throw this.#bad(`"${path}" is no part of a bundle`);
    if (this.#seen.has(path)) throw this.#bad(`"${path}" stands there twice`);
    this.#refuseOrder(path, found.kind);
    this.#seen.add(path);
    if (found.kind === 'package') return this.#takePackage(found.sha256, member);
    if ('source' in found && !this.#lock!.sources.some(({ id }) => id === found.source))
      throw this.#bad(`"${path}" is of a source from which its lock takes nothing`);
    if (size > MOST_BYTES[found.kind]) throw this.#bad(`"${path}" has ${size} bytes`);
    this.#signedBytes += size;
    if (this.#signedBytes > MOST_SIGNED_BYTES) throw this.#bad('its signed files have no end');
    switch (found.kind) {
      case 'manifest':
        this.#manifest = parseManifest(await wholeOf(member), this.#file);
        return;
      case 'lock': {
        const lock = parseLock(await wholeOf(member), `${LOCK} in ${this.#file}`);
        this.#packages = new Map(lock.packages.map((one) => [one.sha256, one]));
        this.#lock = lock;
        return;
      }
      case 'note':
        return;
      case 'key':
      case 'signed':
        return this.#takeFile(member);
    }
  }

  #refuseOrder(path: string, kind: string): void {
    const [first, second] = [this.#manifest === null, this.#lock === null];
    if (first ? kind !== 'manifest' : second && kind !== 'lock')
      throw this.#bad(`it begins with "${path}", not with ${first ? MANIFEST : LOCK}`);
  }

  async #takeFile(member: TarMember): Promise<void> {
    const to = join(this.#folder, member.path);
    try {
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      await this.#write(await open(to, 'wx', 0o600), member, to);
    } catch (error) {
      if (!['EEXIST', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) throw cacheError(to, error);
      throw this.#bad(`"${member.path}" is a file and a folder`);
    }
  }

  async #takePackage(sha256: string, member: TarMember): Promise<void> {
    const wanted = this.#packages.get(sha256);
    if (wanted === undefined) throw this.#bad(`"${member.path}" is none of the packages of its lock`);
    if (member.size !== wanted.size)
      throw this.#bad(`${wanted.name} has ${member.size} bytes, and its lock says ${wanted.size}`);
    const there = await openCachedPackage(wanted, this.#context);
    if (there !== null) return there.handle.close();
    const path = await cachedPackagePath(sha256, this.#context);
    const part = join(this.#folder, `${sha256}.part`);
    const actual = await this.#write(await opened(part), member, part);
    if (actual !== sha256)
      throw this.#bad(`${wanted.name} has the digest ${actual}, and its lock says ${sha256}`);
    this.#added.push(path);
    await rename(part, path).catch((error: unknown) => {
      throw cacheError(path, error);
    });
  }

  /** @returns SHA-256 of what was written */
  async #write(handle: FileHandle, member: TarMember, path: string): Promise<string> {
    const hash = createHash('sha256');
    try {
      for await (const chunk of member.chunks()) {
        this.#context.signal?.throwIfAborted();
        hash.update(chunk);
        for (let done = 0; done < chunk.length;)
          done += (await handle.write(chunk, done, chunk.length - done)).bytesWritten;
      }
      await handle.datasync();
    } catch (error) {
      throw systemCode(error) === undefined ? error : cacheError(path, error);
    } finally {
      await handle.close();
    }
    return hash.digest('hex');
  }

  async #checkSpace(): Promise<void> {
    const { cache, emit } = this.#context;
    const bytes = [...this.#packages.values()].reduce((sum, { size }) => sum + size, 0);
    const need = { folder: cache, bytes, bytesAtMost: bytes, files: this.#packages.size };
    await requireSpace(need, emit);
  }

  #bad(why: string): GpuSetupError {
    return badBundle(this.#file, why);
  }
}

const TYPES: Readonly<Record<Exclude<TarMember['type'], 'file'>, string>> = {
  dir: 'a folder',
  link: 'a link',
  hardlink: 'a hard link',
  char: 'a device',
  block: 'a device',
  fifo: 'a pipe',
};

const opened = (path: string): Promise<FileHandle> =>
  open(path, 'wx', 0o600).catch((error: unknown) => {
    throw cacheError(path, error);
  });

async function wholeOf(member: TarMember): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of member.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
