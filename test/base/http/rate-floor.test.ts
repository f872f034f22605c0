import { describe, expect, it } from 'vitest';
import {
  BRISK_RATE,
  LEAST_BYTES_PER_SECOND,
  RATE_WINDOW_MS,
  RateFloor,
} from '../../../src/base/http/rate-floor.ts';

/** How many seconds pass before it is too slow; null where that never happens within ten windows. */
function secondsUntilTooSlow(bytesPerSecond: number): number | null {
  const floor = new RateFloor();
  for (let second = 1; second <= (10 * RATE_WINDOW_MS) / 1000; second++) {
    if (floor.add(bytesPerSecond, 1000)) return second;
  }
  return null;
}

describe('a floor on the rate', () => {
  it('lets pass what is slow and comes, and ends what only keeps a connection alive', () => {
    expect(secondsUntilTooSlow(LEAST_BYTES_PER_SECOND)).toBeNull();
    expect(secondsUntilTooSlow(LEAST_BYTES_PER_SECOND - 1)).toBe(RATE_WINDOW_MS / 1000);
    expect(secondsUntilTooSlow(1)).toBe(RATE_WINDOW_MS / 1000);
  });

  it('does not forgive a standstill for a good beginning', () => {
    const floor = new RateFloor();
    floor.add(100 << 20, RATE_WINDOW_MS);
    expect(floor.add(10, RATE_WINDOW_MS)).toBe(true);
  });

  it('is higher where there is another server to go to', () => {
    const floor = new RateFloor(BRISK_RATE);
    const { bytesPerSecond, windowMs } = BRISK_RATE;
    expect(floor.add((bytesPerSecond * windowMs) / 1000, windowMs)).toBe(false);
    expect(floor.add((bytesPerSecond * windowMs) / 1000 - 1, windowMs)).toBe(true);
    expect(bytesPerSecond).toBeGreaterThan(LEAST_BYTES_PER_SECOND);
  });

  it('counts only the time of waiting', () => {
    const floor = new RateFloor();
    for (let piece = 0; piece < 10_000; piece++) expect(floor.add(10, 1)).toBe(false);
  });
});
