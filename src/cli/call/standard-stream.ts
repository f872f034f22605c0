/**
 * stdout and stderr as far as a call needs them. What is no terminal is written through its descriptor: node's streams
 * take longer to start than `--version` takes to answer, and what a pipe or a file takes at once needs none of them.
 */
import { fstatSync, writeSync, type Stats } from 'node:fs';
import { systemCode } from '../../base/errors.ts';
import type { StreamLike } from '../../report/terminal.ts';
import type { WritableLike } from './write-whole.ts';

export interface StandardStream extends StreamLike, WritableLike {
  rows?: number | undefined;
}

/** What an empty pipe takes at once (pipe(7)): to wait for a reader is left to the stream, which interrupts nothing else. */
const PIPE_BYTES = 65_536;

/** @param fd 1 for stdout, 2 for stderr */
export function standardStream(fd: 1 | 2): StandardStream {
  return streamFor(fd, () => (fd === 1 ? process.stdout : process.stderr));
}

/** @param stream the same as a stream, for what the descriptor does not take at once */
export function streamFor(fd: number, stream: () => StandardStream): StandardStream {
  const most = takenAtOnce(fd);
  return most === 0 ? stream() : throughDescriptor(fd, most, stream);
}

/**
 * How much is written without waiting for anybody, in bytes; 0 where that cannot be told, as of a terminal or a socket.
 */
function takenAtOnce(fd: number): number {
  let stats: Stats;
  try {
    stats = fstatSync(fd);
  } catch {
    return 0;
  }
  if (stats.isFIFO()) return PIPE_BYTES;
  return stats.isFile() || isMemoryDevice(stats) ? Infinity : 0;
}

/** /dev/null and /dev/full are character devices of major number 1 (Linux, Documentation/admin-guide/devices.txt). */
const isMemoryDevice = (stats: Stats): boolean =>
  stats.isCharacterDevice() && ((stats.rdev >>> 8) & 0xfff) === 1;

function throughDescriptor(fd: number, most: number, stream: () => StandardStream): StandardStream {
  /** From the first text on that the descriptor did not take: what follows must not overtake it. */
  let instead: StandardStream | null = null;
  const listeners = new Set<(error: Error) => void>();
  const handOver = (): StandardStream => {
    if (instead === null) {
      instead = stream();
      for (const listener of listeners) instead.on('error', listener);
    }
    return instead;
  };
  return {
    isTTY: false,
    write(text, written) {
      const bytes = Buffer.from(text);
      if (instead !== null || bytes.length > most) return handOver().write(bytes, written);
      const { rest, error } = writeNow(fd, bytes);
      if (rest.length > 0 && error === null) return handOver().write(rest, written);
      queueMicrotask(() => written?.(error));
      return true;
    },
    on(event, listener) {
      listeners.add(listener);
      return instead?.on(event, listener);
    },
    off(event, listener) {
      listeners.delete(listener);
      return instead?.off(event, listener);
    },
  };
}

/** A pipe that is full, or is written to by others, takes less than all: the rest is no error. */
function writeNow(fd: number, bytes: Uint8Array): { rest: Uint8Array; error: Error | null } {
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(fd, bytes, at);
  } catch (error) {
    if (systemCode(error) !== 'EAGAIN') return { rest: bytes.subarray(at), error: error as Error };
  }
  return { rest: bytes.subarray(at), error: null };
}
