import { describe, expect, it } from 'vitest';
import { absent, present } from '../../src/machine/answer.ts';
import { liveMachine } from '../../src/machine/kinds/live.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { memoized } from '../../src/machine/memo.ts';

/** A machine that counts what it is asked. */
function counting(): { machine: Machine; asked: string[] } {
  const asked: string[] = [];
  const machine: Machine = {
    ...liveMachine(),
    stat: async (path) => {
      asked.push(`stat ${path}`);
      await new Promise((resolve) => setImmediate(resolve));
      return absent({ kind: 'stat', name: path });
    },
    readFile: async (path, maxBytes) => {
      asked.push(`readFile ${path} ${maxBytes ?? ''}`);
      return absent({ kind: 'file', name: path });
    },
    run: async (argv) => {
      asked.push(`run ${argv.join(' ')}`);
      return absent({ kind: 'command', name: argv.join(' ') });
    },
    env: (name) => {
      asked.push(`env ${name}`);
      return present('x', { kind: 'env', name });
    },
  };
  return { machine, asked };
}

describe('memoized', () => {
  it('asks each question once, also when it comes twice at the same time', async () => {
    const { machine, asked } = counting();
    const memo = memoized(machine);
    const answers = await Promise.all([memo.stat('/a'), memo.stat('/a'), memo.stat('/b')]);
    await memo.stat('/a');
    await memo.run(['nvidia-smi'], { timeoutMs: 100 });
    await memo.run(['nvidia-smi']);
    memo.env('PATH');
    memo.env('PATH');
    expect(asked).toEqual(['stat /a', 'stat /b', 'run nvidia-smi', 'env PATH']);
    expect(answers[0]).toBe(answers[1]);
  });

  it('is the same machine where it remembers already', () => {
    const memo = memoized(counting().machine);
    expect(memoized(memo)).toBe(memo);
  });

  it('keeps questions apart that differ', async () => {
    const { machine, asked } = counting();
    const memo = memoized(machine);
    await memo.readFile('/a');
    await memo.readFile('/a', 10);
    await memo.run(['a', 'b']);
    await memo.run(['a b']);
    expect(asked).toHaveLength(4);
  });

  it('forgets the texts that were read first where they are many, and no others', async () => {
    let reads = 0;
    const text = 'x'.repeat(1 << 20);
    const memo = memoized({
      ...liveMachine(),
      readFile: async (path) => {
        reads++;
        return present({ text, truncated: false }, { kind: 'file', name: path });
      },
    });
    for (let at = 0; at < 40; at++) await memo.readFile(`/${at}`);
    for (let at = 30; at < 40; at++) await memo.readFile(`/${at}`);
    expect(reads).toBe(40);
    await memo.readFile('/0');
    expect(reads).toBe(41);
  });

  it('forgets answers of which there are very many, the first ones, and asks for those again', async () => {
    let asked = 0;
    const memo = memoized({
      ...liveMachine(),
      stat: async (path) => {
        asked++;
        return absent({ kind: 'file', name: path });
      },
    });
    for (let at = 0; at < 20_000; at++) await memo.stat(`/${at}`);
    for (let at = 19_800; at < 20_000; at++) await memo.stat(`/${at}`);
    expect(asked).toBe(20_000);
    await memo.stat('/0');
    expect(asked).toBe(20_001);
  });
});
