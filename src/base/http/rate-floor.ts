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

/** What a transfer must not fall below. */
export interface LeastRate {
  bytesPerSecond: number;
  /** Over so long. */
  windowMs: number;
}

export const LEAST_RATE: LeastRate = { bytesPerSecond: LEAST_BYTES_PER_SECOND, windowMs: RATE_WINDOW_MS };

/**
 * Where there is another server to go to: what nobody with a line of today calls a download, and every one of four side by
 * side on a line of 1 Mbit/s still exceeds.
 */
export const BRISK_RATE: LeastRate = { bytesPerSecond: 16 << 10, windowMs: 15_000 };

/** Counts bytes against the time that was spent waiting for them. */
export class RateFloor {
  readonly #least: LeastRate;
  #waitedMs = 0;
  #bytes = 0;

  constructor(least: LeastRate = LEAST_RATE) {
    this.#least = least;
  }

  /** @returns whether the window that ends with this piece was too slow */
  add(bytes: number, waitedMs: number): boolean {
    this.#bytes += bytes;
    this.#waitedMs += waitedMs;
    if (this.#waitedMs < this.#least.windowMs) return false;
    const tooSlow = this.#bytes < (this.#least.bytesPerSecond * this.#waitedMs) / 1000;
    this.#waitedMs = 0;
    this.#bytes = 0;
    return tooSlow;
  }
}
