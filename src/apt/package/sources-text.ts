/** Of a Sources index (60 MB of text for Debian's main) the stanzas of one package. */
import { GpuSetupError } from '../../base/errors.ts';

/** The largest stanza of Debian has 200 KiB (binary lists of the kernel). */
const MAX_STANZA_BYTES = 8 << 20;

export class SourcesTextBuilder {
  readonly #wanted: RegExp;
  readonly #found: string[] = [];
  #rest: Buffer = Buffer.alloc(0);

  /** @param name of the source package: letters, digits and ".+-" */
  constructor(name: string) {
    this.#wanted = new RegExp(`^Package: ${name.replace(/[.+]/g, '\\$&')}$`, 'm');
  }

  /** Chunks may be cut anywhere. */
  add(chunk: Uint8Array): void {
    const buffer = Buffer.concat([this.#rest, chunk]);
    const end = buffer.lastIndexOf('\n\n');
    if (end >= 0) this.#take(buffer.toString('utf8', 0, end));
    this.#rest = end < 0 ? buffer : buffer.subarray(end + 2);
    if (this.#rest.length > MAX_STANZA_BYTES) {
      throw new GpuSetupError('bad-index', `a stanza of more than ${MAX_STANZA_BYTES} bytes`);
    }
  }

  finish(): string {
    this.#take(this.#rest.toString('utf8'));
    return `${this.#found.join('\n\n')}\n`;
  }

  #take(stanzas: string): void {
    if (!this.#wanted.test(stanzas)) return;
    for (const stanza of stanzas.split(/\n\n+/))
      if (this.#wanted.test(stanza)) this.#found.push(stanza.trim());
  }
}
