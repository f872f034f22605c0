/**
 * How much a package may be. A signature says who made it, not that it is sane: some hundred bytes decompress to
 * gigabytes, and a list of members without end takes memory and time. Judged from headers, before a byte is written.
 */
import type { TarMember } from '../../apt/deb/tar.ts';
import { diskFull, fileSystemOf } from '../../base/files/disk-space.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import type { PlannedPackage } from '../plan/install-plan.ts';

type Bounded = Pick<PlannedPackage, 'name' | 'version' | 'size' | 'installedBytes'>;

/** CUDA's documentation and Nsight have about 20,000. */
const MOST_MEMBERS = 250_000;
/** Of all names and targets of links together, which stay in memory until the package set was judged. */
const MOST_NAME_BYTES = 64 << 20;
/** Installed-Size is written by hand in some packages, and counts what is a hard link once. */
const FACTOR = 4;
/** No compressor of honest libraries comes near it; where Installed-Size is not given, it must do. */
const LARGEST_RATIO = 100;
/** For small packages: one that says it has 1 KiB may have a changelog more. */
const ALWAYS_ALLOWED = 64 << 20;
/** Below this, a full disk is told well enough by the system. */
const ASKED_FROM = 16 << 20;

/** Bytes of content that a package may unpack to. */
export function mostBytes({ size, installedBytes }: Pick<Bounded, 'size' | 'installedBytes'>): number {
  return ALWAYS_ALLOWED + (installedBytes === null ? LARGEST_RATIO * size : FACTOR * installedBytes);
}

export class PackageBounds {
  readonly #package: Bounded;
  readonly #mostBytes: number;
  #members = 0;
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
    if (this.#members > MOST_MEMBERS) this.#refuse(path, `it has more than ${MOST_MEMBERS} members`);
    if (this.#nameBytes > MOST_NAME_BYTES) {
      this.#refuse(path, `the names of its members have more than ${MOST_NAME_BYTES} bytes`);
    }
    if (this.#bytes > this.#mostBytes) {
      const { installedBytes, size: packed } = this.#package;
      const stated =
        installedBytes === null
          ? `its file has ${packed} bytes`
          : `its index says that it has ${installedBytes} bytes installed`;
      this.#refuse(path, `it would unpack to ${this.#bytes} bytes and more, and ${stated}`);
    }
  }

  #refuse(member: string, why: string): never {
    const { name, version } = this.#package;
    throw new GpuSetupError(
      'package-out-of-bounds',
      `package ${name} ${version} is more than a package can be, at member "${escapeLine(member)}": ${why}`,
      {
        hint: 'nothing of it was installed: take another --source, or leave its component out with --without, and report it to whoever publishes the package',
        details: { package: name, version, member, why },
      },
    );
  }
}

/** @throws GpuSetupError `disk-full` before a large file is begun that the disk has no room for */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  if (bytes < ASKED_FROM) return;
  const { freeBytes } = await fileSystemOf(folder);
  if (bytes > freeBytes) throw diskFull(folder, bytes, freeBytes);
}
