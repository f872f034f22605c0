import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../src/base/errors.ts';
import { pause, retrying } from '../../src/base/retry.ts';

const failing = (times: number, error: Error) => {
  let calls = 0;
  return {
    run: async () => {
      if (calls++ < times) throw error;
      return calls;
    },
    calls: () => calls,
  };
};
const passing = new GpuSetupError('transfer-interrupted', 'x', { retryable: true });

describe('retrying', () => {
  it('tries again what may pass, up to the limit', async () => {
    expect(await retrying(failing(2, passing).run, { attempts: 3, delayMs: 1 })).toBe(3);
    await expect(retrying(failing(3, passing).run, { attempts: 3, delayMs: 1 })).rejects.toBe(passing);
  });

  it('does not try again what will not', async () => {
    for (const error of [new GpuSetupError('host-unreachable', 'x'), new TypeError('bug')]) {
      const work = failing(1, error);
      await expect(retrying(work.run, { attempts: 3, delayMs: 1 })).rejects.toBe(error);
      expect(work.calls()).toBe(1);
    }
  });

  it('asks only twice where there is no network', async () => {
    const work = failing(
      9,
      new GpuSetupError('host-unreachable', 'x', { retryable: true, details: { reason: 'EAI_AGAIN' } }),
    );
    await expect(retrying(work.run, { attempts: 5, delayMs: 1 })).rejects.toThrow();
    expect(work.calls()).toBe(2);
  });

  it('wakes up when the caller gives up', async () => {
    const reason = new Error('enough');
    await expect(pause(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 5);
    await expect(pause(60_000, controller.signal)).rejects.toBe(reason);
  });
});
