import { describe, expect, it } from 'vitest';
import { filterThrough, type FilterOptions } from '../../../src/base/processes/filter-through.ts';

const options: FilterOptions = {
  env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
  stallMs: 20_000,
  stalled: () => new Error('stalled'),
  failed: (why) => new Error(`failed: ${why}`),
};

async function* input(...parts: string[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

async function all(argv: readonly [string, ...string[]], more: Partial<FilterOptions> = {}): Promise<string> {
  const filter = filterThrough(argv, input('one ', 'two'), { ...options, ...more });
  const chunks: Buffer[] = [];
  try {
    for (let chunk = await filter.next(); chunk !== null; chunk = await filter.next()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  } finally {
    await filter.close();
  }
}

describe('filterThrough', () => {
  it('feeds a program and gives what it makes of it', async () => {
    expect(await all(['tr', 'a-z', 'A-Z'])).toBe('ONE TWO');
  });

  it('says why a program did not end well, in its own words where it has some', async () => {
    await expect(all(['sh', '-c', 'cat; echo broken >&2; exit 3'])).rejects.toThrow('failed: broken');
    await expect(all(['sh', '-c', 'exit 3'])).rejects.toThrow('failed: exit code 3');
    await expect(all(['/no/such/program'])).rejects.toThrow(/failed: .*ENOENT/);
  });

  it('ends a program that hangs, and one that nobody waits for any more', async () => {
    await expect(all(['sleep', '60'], { stallMs: 50 })).rejects.toThrow('stalled');
    const stop = new AbortController();
    const running = all(['sleep', '60'], { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  it('throws what its input throws', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('x');
      throw new Error('the disk is gone');
    }
    const filter = filterThrough(['cat'], broken(), options);
    const read = async (): Promise<void> => {
      while ((await filter.next()) !== null);
    };
    await expect(read()).rejects.toThrow('the disk is gone');
    await filter.close();
  });
});
