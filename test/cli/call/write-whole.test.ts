/** What is written is not kept: a document of ten thousand prefixes comes in many pieces, and a file takes each at once. */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { writeWhole, type Written } from '../../../src/cli/call/write-whole.ts';

/** As standard output is where it goes to a file: done before write() returns. */
class FileLike extends EventEmitter {
  text = '';
  fails: Error | null = null;
  write(text: string | Uint8Array, written?: Written): boolean {
    const failure = this.fails;
    if (failure === null) this.text += String(text);
    else setImmediate(() => this.emit('error', failure));
    written?.(failure);
    return true;
  }
}

describe('writeWhole', () => {
  it('leaves nothing behind of the pieces that a file took, also before anything else had its turn', async () => {
    const file = new FileLike();
    for (const piece of ['a', 'b', 'c']) await writeWhole(file, piece);
    expect(file.listenerCount('error')).toBe(0);
    expect(file.text).toBe('abc');
  });

  it('hears the error that follows a failed write, and tells of it once', async () => {
    const file = new FileLike();
    file.fails = Object.assign(new Error('full'), { code: 'ENOSPC' });
    // Unheard, the event would throw here.
    await expect(writeWhole(file, 'a')).rejects.toMatchObject({ code: 'output-failed' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(file.listenerCount('error')).toBe(0);
  });
});
