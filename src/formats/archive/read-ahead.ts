/** A stream that is decoded faster than it is asked for. */
import type { ByteStream } from './byte-source.ts';

/**
 * Reads a stream to its end at once, into `most` bytes of memory that the caller reserved.
 *
 * @param onDecoded called once: its end was reached, or it failed
 */
export function readAhead(stream: ByteStream, most: number, onDecoded: () => void): ByteStream {
  const chunks: Buffer[] = [];
  let ended = false;
  let failure: { error: unknown } | null = null;
  let wake = (): void => {};
  void (async () => {
    try {
      let bytes = 0;
      for (let chunk = await stream.next(); chunk !== null; chunk = await stream.next()) {
        chunks.push(chunk);
        bytes += chunk.length;
        wake();
        // A block longer than its index says is refused by the reader, who meets the surplus; no more is kept.
        if (bytes > most) return void (await stream.close());
      }
      ended = true;
    } catch (error) {
      failure = { error };
    } finally {
      onDecoded();
    }
    wake();
  })();
  return {
    async next() {
      for (;;) {
        const chunk = chunks.shift();
        if (chunk !== undefined) return chunk;
        if (failure !== null) throw failure.error;
        if (ended) return null;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async close() {
      await stream.close();
      chunks.length = 0;
      onDecoded();
    },
  };
}
