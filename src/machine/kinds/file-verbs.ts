/** The questions about files that a machine on this host's disks answers, wherever on them it lies. */
import { mapAnswer, type Answer, type Origin } from '../answer.ts';
import type { Machine } from '../machine.ts';
import {
  DEFAULT_MAX_BYTES,
  diskSpace,
  elfOf,
  gpuCodeOf,
  linkTarget,
  listEntries,
  readContent,
  statPath,
  textOf,
} from './disk.ts';

type FileVerbs = Pick<
  Machine,
  'readFile' | 'readBytes' | 'listDir' | 'stat' | 'readLink' | 'elf' | 'gpuCode' | 'statfs'
>;

/** Finds where a path of the machine lies on this host, and reads there. @param followLast false: not through a last link */
export type Ask = <T>(
  path: string,
  from: Origin,
  read: (hostPath: string) => Answer<T>,
  followLast?: boolean,
) => Answer<T>;

export function fileVerbs(ask: Ask): FileVerbs {
  const content = (path: string, maxBytes: number) => {
    const from: Origin = { kind: 'file', name: path };
    return ask(path, from, (host) => readContent(host, maxBytes, from));
  };
  const asking =
    <T>(kind: Origin['kind'], read: (hostPath: string, from: Origin) => Answer<T>, followLast = true) =>
    async (path: string): Promise<Answer<T>> => {
      const from: Origin = { kind, name: path };
      return ask(path, from, (host) => read(host, from), followLast);
    };
  return {
    readFile: async (path, maxBytes = DEFAULT_MAX_BYTES) => mapAnswer(content(path, maxBytes), textOf),
    readBytes: async (path, maxBytes = DEFAULT_MAX_BYTES) => content(path, maxBytes),
    listDir: asking('dir', listEntries),
    stat: asking('stat', statPath),
    readLink: asking('link', linkTarget, false),
    elf: asking('elf', elfOf),
    gpuCode: asking('gpu-code', gpuCodeOf),
    statfs: asking('statfs', diskSpace),
  };
}
