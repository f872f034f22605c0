import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { openPatiently, patiently, piecesOf, type Patience } from '../../../src/base/files/patient-read.ts';
import { tempDir } from '../../support/temp-dir.ts';

interface Reader extends Patience {
  told: WorkEvent[];
}

function reader(signal = new AbortController().signal): Reader {
  const told: WorkEvent[] = [];
  return {
    name: 'a.log',
    signal,
    told,
    emit: (event) => void told.push(event),
    times: { wordMs: 30, limitMs: 5000 },
  };
}

async function textOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of input) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function* silence(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('x');
  await sleep(100_000, undefined, { ref: false });
}

describe('patiently', () => {
  it('says once that nothing comes, and ends with the signal', async () => {
    const stop = new AbortController();
    const patience = reader(stop.signal);
    const reading = textOf(patiently(silence(), patience));
    await sleep(150);
    stop.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow('stopped');
    expect(patience.told).toEqual([
      { type: 'notice', level: 'info', text: 'waiting for a.log, which says nothing' },
    ]);
  });

  it('does not wait for ever', async () => {
    const patience = { ...reader(), times: { wordMs: 5, limitMs: 60 } };
    await expect(textOf(patiently(silence(), patience))).rejects.toThrow(/nothing came for/);
  });
});

describe('piecesOf', () => {
  const never = new AbortController().signal;
  const fifo = (): string => {
    const path = join(tempDir(), 'fifo');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    return path;
  };

  it('waits for the writer of a FIFO, and reads all that comes', async () => {
    const path = fifo();
    const file = await openPatiently(path);
    const text = textOf(piecesOf(file, never));
    await sleep(100);
    spawn('sh', ['-c', '{ printf one; sleep 0.2; printf two; } >"$1"', 'sh', path], { stdio: 'ignore' });
    expect(await text).toBe('onetwo');
    await file.close();
  }, 10_000);

  it('stops waiting for the writer of a FIFO with the signal', async () => {
    const stop = new AbortController();
    const file = await openPatiently(fifo());
    const text = textOf(piecesOf(file, stop.signal));
    setTimeout(() => stop.abort(), 50);
    await expect(text).rejects.toThrow();
    await file.close();
  });

  it('reads files and devices to their end', async () => {
    const path = join(tempDir(), 'file');
    writeFileSync(path, 'text');
    for (const [name, expected] of [
      [path, 'text'],
      ['/dev/null', ''],
    ] as const) {
      const file = await openPatiently(name);
      expect(await textOf(piecesOf(file, never))).toBe(expected);
      await file.close();
    }
  });
});
