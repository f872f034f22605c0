import { describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { Limit } from '../../src/base/limit.ts';

describe('Limit', () => {
  it('never runs more at once than allowed, and everything in the end, in order', async () => {
    const limit = new Limit(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        limit.run(async () => {
          order.push(n);
          most = Math.max(most, ++running);
          await sleep(2);
          running--;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  it('lets the highest priority go first among those who wait', async () => {
    const limit = new Limit(1);
    const order: number[] = [];
    const work = (n: number) => (): Promise<void> => sleep(1).then(() => void order.push(n));
    await Promise.all([
      limit.run(work(0)),
      limit.run(work(1), 1),
      limit.run(work(3), 3),
      limit.run(work(2), 2),
    ]);
    expect(order).toEqual([0, 3, 2, 1]);
  });

  it('gives the place back when the work fails', async () => {
    const limit = new Limit(1);
    await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await limit.run(() => Promise.resolve(7))).toBe(7);
  });
});
