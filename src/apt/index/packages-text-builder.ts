/** Cuts a Packages file down, chunk by chunk. */
import { GpuSetupError } from '../../base/errors.ts';
import { PackagesText } from './packages-text.ts';
import { ARCHITECTURE_NAME, isSafePath, PACKAGE_NAME, PACKAGE_VERSION } from './stanza-form.ts';
import { COLUMNS, StanzaLine } from './stanza-line.ts';

/** The largest stanza of Debian has 60 KiB (long Provides). */
const MAX_STANZA_BYTES = 4 << 20;
/** Lines are gathered in pieces of this size: one that grows would be copied again and again. */
const PIECE = 1 << 20;

/** How the line of a package begins that can be fetched; its path is judged apart. */
const USABLE = new RegExp(
  `^${PACKAGE_NAME}\t[^\t]*\t${PACKAGE_VERSION}\t${ARCHITECTURE_NAME}\t\\d{1,15}\t[0-9a-fA-F]{64}\t`,
);

/** `title` names the index in warnings. */
export class PackagesTextBuilder {
  private readonly title: string;
  private readonly stanza = new StanzaLine();
  private readonly full: Buffer[] = [];
  private piece = Buffer.allocUnsafe(PIECE);
  /** Bytes of the piece that hold lines. */
  private used = 0;
  private incomplete = 0;
  /** The beginning of a stanza, and behind it the chunk that is added. */
  private buffer = Buffer.alloc(0);
  /** Bytes of that beginning. */
  private rest = 0;

  constructor(title: string) {
    this.title = title;
  }

  /** Chunks may be cut anywhere, and are the caller's again afterwards. */
  add(chunk: Uint8Array): void {
    const length = this.rest + chunk.length;
    if (length > this.buffer.length)
      this.buffer = Buffer.concat([this.buffer.subarray(0, this.rest)], 2 * length);
    this.buffer.set(chunk, this.rest);
    const text = this.buffer.subarray(0, length);
    let start = 0;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n', start)) {
      this.addStanza(text, start, end);
      start = end + 2;
    }
    this.rest = length - start;
    if (this.rest > MAX_STANZA_BYTES) {
      throw new GpuSetupError('bad-index', `${this.title}: a stanza of more than ${MAX_STANZA_BYTES} bytes`);
    }
    text.copyWithin(0, start);
  }

  finish(): PackagesText {
    this.addStanza(this.buffer, 0, this.rest);
    const warnings =
      this.incomplete === 0
        ? []
        : [
            `${this.title}: ${this.incomplete} entries lack a version, file name, size or SHA256 and cannot be used`,
          ];
    return PackagesText.of(warnings, [...this.full, this.piece.subarray(0, this.used)]);
  }

  private addStanza(bytes: Uint8Array, start: number, end: number): void {
    if (!this.stanza.read(bytes, start, end)) return;
    const most = end - start + COLUMNS.length;
    if (this.used + most > this.piece.length) {
      this.full.push(this.piece.subarray(0, this.used));
      this.piece = Buffer.allocUnsafe(Math.max(PIECE, most));
      this.used = 0;
    }
    const written = this.stanza.write(bytes, this.piece, this.used);
    if (this.isUsable(written)) this.used = written.end;
    else this.incomplete++;
  }

  /** Latin-1 keeps every byte as it is. */
  private isUsable({ path, pathEnd }: { path: number; pathEnd: number }): boolean {
    return (
      USABLE.test(this.piece.toString('latin1', this.used, path)) &&
      isSafePath(this.piece.toString('latin1', path, pathEnd))
    );
  }
}
