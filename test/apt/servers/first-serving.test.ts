import { describe, expect, it } from 'vitest';
import { firstServing } from '../../../src/apt/servers/first-serving.ts';
import type { AptContext } from '../../../src/apt/context.ts';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { locationOf } from '../../support/location.ts';
import { testContext } from '../repository.ts';

const PLACES = ['http://a.example/', 'http://b.example/', 'http://c.example/'];
const failure = (code: GpuSetupError['code'], reason?: string): GpuSetupError =>
  new GpuSetupError(code, code, { retryable: true, details: { reason } });

/** @param failures by the letter of the server: what each of its turns throws; then it serves */
async function asked(context: AptContext, failures: Record<string, GpuSetupError[]>) {
  const turns: string[] = [];
  const found = await firstServing(PLACES, context, {
    locationOf,
    attempt: async (place, { brisk }) => {
      const name = place[7]!;
      turns.push(brisk ? name : name.toUpperCase());
      const error = failures[name]?.shift();
      if (error !== undefined) throw error;
      return name;
    },
    stops: (error) => error instanceof GpuSetupError && error.code === 'disk-full',
  });
  return { turns: turns.join(''), served: found.served ? found.value : null, failures: found.failures };
}

describe('several servers', () => {
  it('are tried in order, each one briskly; who failed is tried last from then on, in this process and the next', async () => {
    const context = testContext();
    expect(await asked(context, { a: [failure('host-unreachable')] })).toMatchObject({
      turns: 'ab',
      served: 'b',
    });
    expect(await asked(context, {})).toMatchObject({ turns: 'b' });
    const next = { ...testContext(), cache: context.cache };
    expect(await asked(next, { b: [failure('transfer-interrupted', 'SLOW')] })).toMatchObject({
      turns: 'bc',
    });
    expect(next.events).toContainEqual({
      type: 'notice',
      level: 'info',
      text: 'a.example failed lately: it is tried last',
    });
    expect(await asked(next, {})).toMatchObject({ turns: 'c' });
  });

  it('that do not have a file are well', async () => {
    const context = testContext();
    await asked(context, { a: [failure('package-listed-but-missing')] });
    expect(await asked(context, {})).toMatchObject({ turns: 'a' });
  });

  it('are tried again with patience where all of them are slow or busy, but not those that are not there', async () => {
    const found = await asked(testContext(), {
      a: [failure('transfer-interrupted', 'SLOW')],
      b: [failure('host-unreachable', 'ENOTFOUND'), failure('host-unreachable')],
      c: [failure('http-error'), failure('http-error')],
    });
    expect(found).toMatchObject({ turns: 'abcA', served: 'a' });
  });

  it('that all fail give each last failure, in their order', async () => {
    const found = await asked(testContext(), {
      a: [failure('transfer-interrupted'), failure('tls-failed')],
      b: [failure('not-a-release')],
      c: [failure('host-unreachable')],
    });
    expect(found.turns).toBe('abcA');
    expect(found.failures.map(({ error }) => (error as GpuSetupError).code)).toEqual([
      'tls-failed',
      'not-a-release',
      'host-unreachable',
    ]);
  });

  it('are left alone where the failure is of this machine', async () => {
    await expect(asked(testContext(), { a: [failure('disk-full')] })).rejects.toMatchObject({
      code: 'disk-full',
    });
  });
});
