/**
 * A transfer that is alive and yet never ends: a byte every two seconds keeps any limit between two pieces content. A
 * floor on the rate ends it.
 */

/**
 * What every line that is used for downloads exceeds by far: a modem of 1998 carried 4 KiB/s. At this rate the smallest
 * toolkit would take five days.
 */
export const LEAST_BYTES_PER_SECOND = 1024;
/** Long enough for a roaming laptop or a server that catches its breath. */
export const RATE_WINDOW_MS = 60_000;

/** Counts bytes against the time that was spent waiting for them. */
export class RateFloor {
  #waitedMs = 0;
  #bytes = 0;

  /** @returns whether the window that ends with this piece was too slow */
  add(bytes: number, waitedMs: number): boolean {
    this.#bytes += bytes;
    this.#waitedMs += waitedMs;
    if (this.#waitedMs < RATE_WINDOW_MS) return false;
    const tooSlow = this.#bytes < (LEAST_BYTES_PER_SECOND * this.#waitedMs) / 1000;
    this.#waitedMs = 0;
    this.#bytes = 0;
    return tooSlow;
  }
}
