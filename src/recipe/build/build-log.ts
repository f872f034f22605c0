/** What a build prints: kept in a file, and handed on line by line. */
import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** A line that never ends is handed on in pieces. */
const LONGEST_LINE = 1 << 16;

export class BuildLog {
  readonly #file: WriteStream;
  readonly #onLine: ((line: string) => void) | undefined;
  #rest = '';
  #failure: unknown;

  constructor(file: WriteStream, onLine?: (line: string) => void) {
    this.#file = file;
    this.#onLine = onLine;
    // A full disk shows in the build itself first; the log must not end the program.
    file.on('error', (error) => (this.#failure ??= error));
  }

  write(chunk: Buffer): void {
    if (this.#failure === undefined) this.#file.write(chunk);
    if (this.#onLine === undefined) return;
    const lines = (this.#rest + chunk.toString('utf8')).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) this.#onLine(line);
    if (this.#rest.length > LONGEST_LINE) {
      this.#onLine(this.#rest);
      this.#rest = '';
    }
  }

  /** @throws the system's error where the log could not be written */
  async close(): Promise<void> {
    if (this.#rest !== '') this.#onLine?.(this.#rest);
    if (this.#failure === undefined) {
      this.#file.end();
      await finished(this.#file).catch((error: unknown) => (this.#failure = error));
    }
    if (this.#failure !== undefined) throw this.#failure;
  }
}
