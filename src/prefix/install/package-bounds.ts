/**
 * How much a package may be. A signature says who made it, not that it is sane: some hundred bytes decompress to
 * gigabytes, and a list of members without end takes memory and time. Judged from headers, before a byte is written.
 */
import type { TarMember } from '../../formats/archive/tar.ts';
import { diskFull } from '../../base/files/disk-full.ts';
import { fileSystemOf } from '../../base/files/disk-space.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { PlannedPackage } from '../plan/install-plan.ts';
import { shownPath } from './member-policy.ts';
import { parentOf } from './virtual-root.ts';

type Bounded = Pick<PlannedPackage, 'name' | 'version' | 'size' | 'installedBytes'>;

/** CUDA's documentation and Nsight have about 20,000. Folders that no member names count too: each is made. */
const MOST_MEMBERS = 250_000;
/** Of all names and targets of links together, which stay in memory until the package set was judged. */
const MOST_NAME_BYTES = 64 << 20;
/** Installed-Size is written by hand in some packages, and counts what is a hard link once. */
const FACTOR = 4;
/** No compressor of honest libraries comes near it; where Installed-Size is not given, it must do. */
const LARGEST_RATIO = 100;
/** Nobody's compressor on anybody's files: an Installed-Size beyond it is a lie, and counts for no more. */
const ABSURD_RATIO = 1000;
/** For small packages: one that says it has 1 KiB may have a changelog more. */
const ALWAYS_ALLOWED = 64 << 20;
/** How much is written before the disk is asked again whether there is room. */
const ASK_EVERY = 16 << 20;

/** Bytes of content that a package may unpack to. Some packages say 0 where nobody filled it in. */
export function mostBytes({ size, installedBytes }: Pick<Bounded, 'size' | 'installedBytes'>): number {
  return (
    ALWAYS_ALLOWED +
    (installedBytes === null || installedBytes === 0
      ? LARGEST_RATIO * size
      : Math.min(FACTOR * installedBytes, ABSURD_RATIO * size))
  );
}

export class PackageBounds {
  readonly #package: Bounded;
  readonly #mostBytes: number;
  #members = 0;
  readonly #folders = new Set<string>(['']);
  #bytes = 0;
  #nameBytes = 0;

  constructor(one: Bounded) {
    this.#package = one;
    this.#mostBytes = mostBytes(one);
  }

  /**
   * @param size of its content; of a hard link, that of the file it names: where files cannot be shared, it is written
   * @throws GpuSetupError `package-out-of-bounds`
   */
  add({ path, linkTarget }: Pick<TarMember, 'path' | 'linkTarget'>, size: number): void {
    this.#members += 1;
    this.#bytes += size;
    this.#nameBytes += Buffer.byteLength(path) + Buffer.byteLength(linkTarget ?? '');
    for (let at = parentOf(path); !this.#folders.has(at); at = parentOf(at)) {
      this.#folders.add(at);
      this.#nameBytes += at.length;
    }
    if (this.#members > MOST_MEMBERS) this.#refuse(path, `it has more than ${MOST_MEMBERS} members`);
    if (this.#folders.size > MOST_MEMBERS) this.#refuse(path, `it has more than ${MOST_MEMBERS} folders`);
    if (this.#nameBytes > MOST_NAME_BYTES) {
      this.#refuse(path, `the names of its members have more than ${MOST_NAME_BYTES} bytes`);
    }
    if (this.#bytes > this.#mostBytes) {
      const { installedBytes, size: packed } = this.#package;
      const stated =
        installedBytes === null || installedBytes === 0
          ? `its file has ${packed} bytes`
          : `its index says that it has ${installedBytes} bytes installed`;
      this.#refuse(path, `it would unpack to ${this.#bytes} bytes and more, and ${stated}`);
    }
  }

  #refuse(member: string, why: string): never {
    const { name, version } = this.#package;
    throw new GpuSetupError(
      'package-out-of-bounds',
      `package ${name} ${version} is more than a package can be, at member "${shownPath(member)}": ${why}`,
      {
        hint: 'nothing of it was installed: take another --source, or leave its component out with --without, and report it to whoever publishes the package',
        details: { package: name, version, member, why },
      },
    );
  }
}

/**
 * Room on the disk for what is about to be written, asked as it is needed: what Installed-Size says, and what was judged
 * before the install began, is no measure of what a package holds.
 */
export class Room {
  readonly #folder: string;
  /** Bytes that may be written before the disk is asked again. */
  #granted = 0;

  /** @param folder that is written into */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws GpuSetupError `disk-full` before a byte is written that the disk has no room for */
  async claim(bytes: number): Promise<void> {
    if (bytes > this.#granted) {
      const { freeBytes } = await fileSystemOf(this.#folder);
      if (bytes > freeBytes) throw diskFull(this.#folder, bytes, freeBytes);
      this.#granted = Math.min(bytes + ASK_EVERY, freeBytes);
    }
    this.#granted -= bytes;
  }
}
