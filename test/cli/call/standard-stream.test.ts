// Protects: what is printed arrives whole and in order, whichever way it is written; a reader that went away and a full disk
// are answers, not crashes.
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { streamFor, type StandardStream } from '../../../src/cli/call/standard-stream.ts';
import { writeWhole } from '../../../src/cli/call/write-whole.ts';

const folder = mkdtempSync(join(tmpdir(), 'gpu-setup-stream-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Stands for node's stream: keeps what it was given. */
function keeping(): { stream: StandardStream; got: string[] } {
  const got: string[] = [];
  const stream: StandardStream = {
    write(text, written) {
      got.push(Buffer.from(text as Uint8Array).toString());
      written?.(null);
      return true;
    },
    on: () => {},
    off: () => {},
  };
  return { stream, got };
}

const never = (): StandardStream => {
  throw new Error('the stream was started');
};

/** Both ends of a pipe; writing to it never blocks, so that a test with a mistake ends. */
function pipe(name: string): { reader: number; writer: number } {
  const path = join(folder, name);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

describe('streamFor', () => {
  it('writes to a file without starting a stream, however much it is', async () => {
    const path = join(folder, 'file');
    const fd = openSync(path, 'w');
    const out = streamFor(fd, never);
    const long = '\u00e9'.repeat(300_000);
    await writeWhole(out, 'first\n');
    await writeWhole(out, long);
    closeSync(fd);
    expect(out.isTTY).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(`first\n${long}`);
  });

  it('says that a disk is full as the stream does', async () => {
    const fd = openSync('/dev/full', 'w');
    await expect(writeWhole(streamFor(fd, never), 'text')).rejects.toMatchObject({ code: 'output-failed' });
    closeSync(fd);
  });

  it('takes a reader that went away for the end of the work', async () => {
    const { reader, writer } = pipe('gone');
    closeSync(reader);
    await writeWhole(streamFor(writer, never), 'text');
    closeSync(writer);
  });

  it('leaves to the stream what a pipe does not take at once, and what comes after it', async () => {
    const { reader, writer } = pipe('long');
    const { stream, got } = keeping();
    const out = streamFor(writer, () => stream);
    await writeWhole(out, 'short');
    const read = Buffer.alloc(100);
    expect(read.toString('utf8', 0, readSync(reader, read))).toBe('short');
    const long = 'x'.repeat(100_000);
    await writeWhole(out, long);
    await writeWhole(out, 'after');
    expect(got).toEqual([long, 'after']);
    closeSync(writer);
    closeSync(reader);
  });

  it('gives the stream the rest of what a full pipe took in part', async () => {
    const { reader, writer } = pipe('full');
    const { stream, got } = keeping();
    const out = streamFor(writer, () => stream);
    const text = 'y'.repeat(60_000);
    await writeWhole(out, text);
    await writeWhole(out, text);
    const read = Buffer.alloc(200_000);
    const count = readSync(reader, read);
    expect(count + got.join('').length).toBe(2 * text.length);
    expect(got.join('').length).toBeGreaterThan(0);
    closeSync(writer);
    closeSync(reader);
  });
});
