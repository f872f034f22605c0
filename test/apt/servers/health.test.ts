import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  after,
  ails,
  MOST_HOSTS,
  rememberedHealth,
  rememberHealth,
  wellFirst,
  type Health,
} from '../../../src/apt/servers/health.ts';
import { testContext } from '../repository.ts';

const MINUTE = 60_000;
const NONE: Health = new Map();
const order = (health: Health, now: number): string =>
  wellFirst(['a', 'b', 'c'], (one) => one, health, now).join('');

describe('what is remembered of servers', () => {
  it('puts one that failed last, until some minutes later; a success puts it back at once', () => {
    const failed = after(NONE, 'a', 'failed', 0);
    expect(order(failed, 1)).toBe('bca');
    expect(order(failed, 5 * MINUTE)).toBe('abc');
    expect(order(after(failed, 'a', null, 1), 2)).toBe('abc');
  });

  it('keeps the order of the source among those that are well and among those that are not', () => {
    const both = after(after(NONE, 'b', 'failed', 0), 'a', 'slow', 0);
    expect(order(both, 1)).toBe('cab');
  });

  it('doubles the time with each failure, up to some hours', () => {
    const twice = after(after(NONE, 'a', 'failed', 0), 'a', 'failed', MINUTE);
    expect(ails(twice.get('a'), 10 * MINUTE)).toBe(true);
    expect(ails(twice.get('a'), 11 * MINUTE)).toBe(false);
    const often = { at: 0, times: 500, why: 'failed' } as const;
    expect(ails(often, 359 * MINUTE)).toBe(true);
    expect(ails(often, 361 * MINUTE)).toBe(false);
  });

  it('begins anew where the last failure is long past', () => {
    const later = after(after(NONE, 'a', 'failed', 0), 'a', 'failed', 10 * 60 * MINUTE);
    expect(later.get('a')?.times).toBe(1);
  });

  it('holds a slow one back for an hour, however often it was slow', () => {
    const slow = { at: 0, times: 9, why: 'slow' } as const;
    expect(ails(slow, 59 * MINUTE)).toBe(true);
    expect(ails(slow, 61 * MINUTE)).toBe(false);
  });

  it('does not count what is in the future: the clock was wrong', () => {
    expect(ails({ at: 2, times: 1, why: 'failed' }, 1)).toBe(false);
  });

  it('forgets what no longer counts, and the oldest of very many', () => {
    const old = after(NONE, 'old', 'failed', 0);
    expect([...after(old, 'new', 'failed', 60 * MINUTE).keys()]).toEqual(['new']);
    let many = NONE;
    for (let i = 0; i < MOST_HOSTS + 50; i++) many = after(many, `h${i}`, 'failed', i);
    expect(many.size).toBe(MOST_HOSTS);
    expect(many.has('h0')).toBe(false);
    expect(many.has(`h${MOST_HOSTS + 49}`)).toBe(true);
  });

  it('outlives the process, and is nothing where the file is rubbish or endless', async () => {
    const context = testContext();
    expect(await rememberedHealth(context)).toEqual(NONE);
    const health = after(NONE, 'mirror.example:8080', 'slow', 7);
    await rememberHealth(health, context);
    expect(await rememberedHealth(context)).toEqual(health);
    const file = join(context.cache, 'apt/servers/health.json');
    for (const text of [
      '{',
      '[]',
      '{"hosts":{"a":{"at":-1,"times":1,"why":"failed"}}}',
      ' '.repeat(1 << 17),
    ]) {
      await writeFile(file, text);
      expect(await rememberedHealth(context), text.slice(0, 20)).toEqual(NONE);
    }
  });

  it('is no reason to fail where it cannot be written', async () => {
    const context = testContext();
    await mkdir(join(context.cache, 'apt'), { recursive: true, mode: 0o700 });
    await writeFile(join(context.cache, 'apt/servers'), 'in the way');
    await rememberHealth(after(NONE, 'a', 'failed', 0), context);
    expect(await rememberedHealth(context)).toEqual(NONE);
  });
});
