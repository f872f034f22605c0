import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { silent } from '../../../src/base/events.ts';
import * as logs from '../../../src/machine/snapshot/log-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

const { MOST_LOG_BYTES } = logs;
const reader = { signal: new AbortController().signal, emit: silent };
const readLogFile = (path: string) => logs.readLogFile(path, reader);
const readLogStream = (input: Readable, name: string) => logs.readLogStream(input, name, reader);

function file(content: string | Uint8Array): string {
  const path = join(tempDir(), 'a.log');
  writeFileSync(path, content);
  return path;
}

function pieces(...parts: (string | Uint8Array)[]): Readable {
  return Readable.from(parts.map((part) => Buffer.from(part)));
}

describe('readLogFile', () => {
  it('hands on what stands before the end that it reads, once and in order, also of what is compressed or piped', async () => {
    const whole = Buffer.from(
      Array.from({ length: 900_000 }, (_, at) => `line ${at}, whatever it says\n`).join(''),
    );
    const reading = (read: (reader: logs.LogReader) => Promise<string>) => async () => {
      const before: Buffer[] = [];
      const text = await read({ ...reader, before: (bytes) => before.push(Buffer.from(bytes)) });
      return Buffer.concat([...before, Buffer.from(text)]).equals(whole);
    };
    const plain = file(whole);
    const compressed = file(gzipSync(whole, { level: 1 }));
    expect(whole.length).toBeGreaterThan(MOST_LOG_BYTES);
    expect([
      await reading((one) => logs.readLogFile(plain, one))(),
      await reading((one) => logs.readLogFile(compressed, one))(),
      await reading((one) => logs.readLogStream(Readable.from([whole]), 'stdin', one))(),
    ]).toEqual([true, true, true]);
  });

  it('reads text, compressed text, and text of Windows', async () => {
    expect(await readLogFile(file('nvcc fatal\n'))).toBe('nvcc fatal\n');
    expect(await readLogFile(file(gzipSync('nvcc fatal\n')))).toBe('nvcc fatal\n');
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('nvcc fatal', 'utf16le')]);
    expect(await readLogFile(file(utf16))).toBe('nvcc fatal');
  });

  it('keeps the end of a log that is too long', async () => {
    const text = await readLogFile(
      file(Buffer.concat([Buffer.alloc(MOST_LOG_BYTES + 1000, 'a'), Buffer.from('END')])),
    );
    expect(text.length).toBe(MOST_LOG_BYTES);
    expect(text.endsWith('END')).toBe(true);
  });

  it('bounds what a small file unpacks to', async () => {
    const bomb = gzipSync(Buffer.alloc(80 << 20, 'x'));
    expect(bomb.length).toBeLessThan(1 << 20);
    expect((await readLogFile(file(bomb))).length).toBe(MOST_LOG_BYTES);
  });

  it('uses what stands before the place where a compressed log was cut', async () => {
    const noise = Array.from({ length: 20_000 }, (_, at) => `line ${at * 7919}`).join('\n');
    const text = await readLogFile(file(gzipSync(noise).subarray(0, 40_000)));
    expect(text.startsWith('line 0\nline 7919\n')).toBe(true);
  });

  it.each([
    ['nothing', new Uint8Array(), /it is empty/],
    ['an executable', Buffer.concat([Buffer.from('\u007fELF'), Buffer.alloc(1000)]), /binary/],
  ])('refuses %s', async (_what, bytes, why) => {
    await expect(readLogFile(file(bytes))).rejects.toMatchObject({ code: 'not-a-log', message: why });
  });

  it('says what a path is when it is no log', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'd'));
    await expect(readLogFile(join(dir, 'd'))).rejects.toMatchObject({ code: 'not-a-log' });
    await expect(readLogFile(join(dir, 'none'))).rejects.toMatchObject({ code: 'log-unreadable' });
  });
});

describe('readLogFile: what has no end', () => {
  it('refuses a device of zeros as soon as it is seen to be binary', async () => {
    await expect(readLogFile('/dev/zero')).rejects.toMatchObject({ code: 'not-a-log', message: /binary/ });
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const endless = new Readable({ read: () => undefined });
    const reading = logs.readLogStream(endless, 'stdin', { signal: stop.signal, emit: silent });
    stop.abort();
    await expect(reading).rejects.toThrow();
    expect(endless.destroyed).toBe(true);
  });
});

describe('readLogStream', () => {
  it('joins what comes in pieces, compressed or not', async () => {
    expect(await readLogStream(pieces('nvcc ', 'fatal'), 'stdin')).toBe('nvcc fatal');
    const gz = gzipSync('nvcc fatal');
    expect(await readLogStream(pieces(gz.subarray(0, 9), gz.subarray(9)), 'stdin')).toBe('nvcc fatal');
  });

  it('holds no more than the end of an endless stream', async () => {
    const many = Array.from({ length: 40 }, () => Buffer.alloc(4 << 20, 'a'));
    expect((await readLogStream(pieces(...many, 'END'), 'stdin')).length).toBe(MOST_LOG_BYTES);
  });

  it('refuses compressed bytes that hold nothing', async () => {
    await expect(readLogStream(pieces(gzipSync('x').subarray(0, 5)), 'stdin')).rejects.toMatchObject({
      code: 'not-a-log',
    });
  });
});
