import { describe, expect, it } from 'vitest';
import { DecoderPool } from '../../../src/formats/archive/decoder-pool.ts';

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('DecoderPool', () => {
  it('gives as many turns as it has slots, in order', async () => {
    const pool = new DecoderPool({ slots: 1, memory: 100 });
    const order: string[] = [];
    const first = await pool.acquire(10);
    const second = pool.acquire(10).then((release) => (order.push('second'), release));
    const third = pool.acquire(10).then((release) => (order.push('third'), release));
    await soon();
    expect(order).toEqual([]);
    first();
    first();
    (await second)();
    (await third)();
    expect(order).toEqual(['second', 'third']);
  });

  it('keeps to its memory, but lets one through that is larger than all of it', async () => {
    const pool = new DecoderPool({ slots: 4, memory: 100 });
    const large = await pool.acquire(1000);
    expect(pool.tryAcquire(1)).toBeNull();
    large();
    const reserved = pool.tryReserve(90);
    expect(reserved).not.toBeNull();
    expect(pool.tryAcquire(20)).toBeNull();
    expect(pool.tryReserve(20)).toBeNull();
    reserved!();
    expect(pool.tryAcquire(20)).not.toBeNull();
  });

  it('lets nobody decode ahead while somebody waits', async () => {
    const pool = new DecoderPool({ slots: 1, memory: 100 });
    const first = await pool.acquire(1);
    const waiting = pool.acquire(1);
    expect(pool.tryAcquire(1)).toBeNull();
    first();
    const second = await waiting;
    second();
    expect(pool.tryAcquire(1)).not.toBeNull();
  });

  it('forgets who was aborted while waiting', async () => {
    const pool = new DecoderPool({ slots: 1 });
    const first = await pool.acquire(1);
    const stop = new AbortController();
    const waiting = pool.acquire(1, stop.signal);
    stop.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    await expect(pool.acquire(1, stop.signal)).rejects.toThrow('stop');
    first();
    expect(pool.tryAcquire(1)).not.toBeNull();
  });
});
