/**
 * A Debian package file: what it says about itself, and its members one by one. Nothing in it is ever run. It is read
 * through the handle that it was verified through, which stays the caller's to close.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { VerifiedFile } from '../package/verified-file.ts';
import { readAr, type ArMember } from './ar.ts';
import { badDeb, badDebAt } from './bad-deb.ts';
import { decode, type Codec } from '../../formats/archive/decoders.ts';
import { DecoderPool } from '../../formats/archive/decoder-pool.ts';
import { readExactly } from '../../formats/archive/file-chunks.ts';
import { StreamSource, type PayloadSource } from '../../formats/archive/byte-source.ts';
import { contentOf, tarMembers, type TarMember } from '../../formats/archive/tar.ts';
import type { FilePart } from './xz-blocks.ts';
import { XzSource } from './xz-source.ts';

export interface DebOptions {
  /** Shared by all packages of an installation; default: one of its own. */
  pool?: DecoderPool;
  signal?: AbortSignal | undefined;
  /** Where the program zstd is looked for; default: PATH. */
  programPath?: string;
}

export interface Deb {
  readonly path: string;
  /** The text of a file in control.tar: "control", "conffiles", "postinst"; null where it has none of that name. */
  controlFile(name: string): Promise<string | null>;
  /** SHA-256 (hex) of the data.tar member as it lies in the archive, compressed. */
  dataSha256(): Promise<string>;
  /**
   * From the first member each time it is called; leaving the loop early stops the decoders. A piece of a member's content
   * stays what it is only until the next one is asked for: its memory is used again.
   */
  members(): AsyncGenerator<TarMember>;
}

/** Compressions by file name ending, as dpkg-deb writes them. */
const CODECS: Readonly<Record<string, Codec>> = { '': 'plain', '.gz': 'gz', '.xz': 'xz', '.zst': 'zst' };
const LARGEST_CONTROL_FILE = 4 << 20;
const HASH_PIECE = 512 << 10;
/** gzip and zstd at dpkg's levels keep less than this; xz states its own. */
const STREAM_DECODER_BYTES = 16 << 20;

/** @throws GpuSetupError `bad-deb` */
export async function readDeb(file: VerifiedFile, options: DebOptions = {}): Promise<Deb> {
  const { path, handle } = file;
  const members = await readAr(handle, path);
  await checkFormat(handle, path, members);
  return new OpenDeb(file, one(members, 'control.tar', path), one(members, 'data.tar', path), options);
}

/** debian-binary comes first and holds the format's version, "2.0\n"; a minor version may grow. */
async function checkFormat(file: FileHandle, path: string, members: readonly ArMember[]): Promise<void> {
  const first = members[0];
  if (first?.name !== 'debian-binary') throw badDeb(path, 'it does not begin with debian-binary');
  const version = await readExactly(file, first.offset, Math.min(first.size, 64), badDebAt(path));
  if (!/^2\.\d+\n/.test(version.toString('latin1'))) throw badDeb(path, 'its format is not 2.x');
}

/** Two members of one kind could show one tool this and another that. */
function one(members: readonly ArMember[], stem: string, path: string): ArMember & { codec: Codec } {
  const found = members.filter(({ name }) => name === stem || name.startsWith(`${stem}.`));
  const [member] = found;
  if (member === undefined) throw badDeb(path, `it has no ${stem}`);
  if (found.length > 1) throw badDeb(path, `it has ${found.length} members ${stem}`);
  const codec = CODECS[member.name.slice(stem.length)];
  if (codec === undefined) {
    const supported = Object.keys(CODECS).filter(Boolean).join(', ');
    throw badDeb(
      path,
      `${member.name} is compressed in a way that is not supported (supported: ${supported}, none)`,
    );
  }
  return { ...member, codec };
}

class OpenDeb implements Deb {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #control: ArMember & { codec: Codec };
  readonly #data: ArMember & { codec: Codec };
  readonly #pool: DecoderPool;
  readonly #options: DebOptions;
  #digest: Promise<string> | null = null;

  constructor(
    { handle, path, payload }: VerifiedFile,
    control: ArMember & { codec: Codec },
    data: ArMember & { codec: Codec },
    options: DebOptions,
  ) {
    this.#file = handle;
    this.path = path;
    // Hashed while the file was: where it says so, these bytes need not be read for it again.
    if (payload?.offset === data.offset && payload.size === data.size)
      this.#digest = Promise.resolve(payload.sha256);
    this.#control = control;
    this.#data = data;
    this.#pool = options.pool ?? new DecoderPool();
    this.#options = options;
  }

  async controlFile(name: string): Promise<string | null> {
    for await (const member of this.#members(this.#control)) {
      if (member.path !== name || member.type !== 'file') continue;
      if (member.size > LARGEST_CONTROL_FILE) throw badDeb(this.path, `its ${name} has ${member.size} bytes`);
      return (await contentOf(member)).toString('utf8');
    }
    return null;
  }

  dataSha256(): Promise<string> {
    this.#digest ??= (async () => {
      const hash = createHash('sha256');
      // One buffer for all of it: at 800 MB the garbage of a buffer per piece costs as much as the hashing.
      const buffer = Buffer.allocUnsafeSlow(HASH_PIECE);
      for (let done = 0; done < this.#data.size;) {
        this.#options.signal?.throwIfAborted();
        const length = Math.min(buffer.length, this.#data.size - done);
        const { bytesRead } = await this.#file.read(buffer, 0, length, this.#data.offset + done);
        if (bytesRead === 0) throw badDeb(this.path, 'it is cut off');
        hash.update(buffer.subarray(0, bytesRead));
        done += bytesRead;
      }
      return hash.digest('hex');
    })();
    return this.#digest;
  }

  members(): AsyncGenerator<TarMember> {
    return this.#members(this.#data);
  }

  async *#members(member: ArMember & { codec: Codec }): AsyncGenerator<TarMember> {
    const { source, release } = await this.#open(member);
    try {
      yield* tarMembers(source, badDebAt(this.path));
    } finally {
      await source.close();
      release();
    }
  }

  async #open(member: ArMember & { codec: Codec }): Promise<{ source: PayloadSource; release: () => void }> {
    const { signal, programPath } = this.#options;
    const part: FilePart = { file: this.#file, path: this.path, start: member.offset, size: member.size };
    if (member.codec === 'xz') {
      const source = await XzSource.open(part, { pool: this.#pool, signal });
      return { source, release: () => {} };
    }
    const release = await this.#pool.acquire(STREAM_DECODER_BYTES, signal);
    const stream = await decode(member.codec, [part], {
      file: this.path,
      bad: badDebAt(this.path),
      signal,
      path: programPath,
    });
    return { source: new StreamSource(stream, member.codec === 'plain' ? member.size : null), release };
  }
}
