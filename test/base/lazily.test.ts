import { expect, it } from 'vitest';
import { lazily } from '../../src/base/lazily.ts';

it('makes it once, and not before somebody asks', () => {
  let times = 0;
  const get = lazily(() => {
    times++;
    return undefined;
  });
  expect(times).toBe(0);
  expect([get(), get()]).toEqual([undefined, undefined]);
  expect(times).toBe(1);
});
