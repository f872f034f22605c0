/**
 * Reading this host's file systems as Answers; live.ts and root.ts stand on it. Synchronous on purpose: a probe asks
 * hundreds of tiny questions of procfs and sysfs, and a round through the thread pool costs more than each of them.
 */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statfsSync,
  statSync,
  type Stats,
} from 'node:fs';
import { present, type Answer, type Origin } from '../answer.ts';
import { readElf, type ByteReader, type ElfInfo } from '../../formats/elf.ts';
import { readGpuCode, type GpuCode } from '../../formats/fatbin.ts';
import { systemCode } from '../../base/errors.ts';
import {
  PROBE_TIME_LIMIT_MS,
  type DirList,
  type DiskSpace,
  type FileAccess,
  type FileBytes,
  type FileStat,
  type FileText,
  type FileType,
} from '../machine.ts';
import { answerOfCode } from '../system-errors.ts';

export const DEFAULT_MAX_BYTES = 8 << 20;

/** A directory with more entries than this (a hostile image) is listed incompletely. */
const MAX_DIR_ENTRIES = 200_000;

/** Bytes: more than most files of procfs and sysfs hold. */
const SMALL = 4096;

/** Bytes: what the loader reads of most libraries lies within some such stretches. */
const NEAR = 8192;

/** Most of what is asked for is not there: no error is made of that, with its stack. */
const MAY_LACK = { throwIfNoEntry: false } as const;

function attempt<T>(from: Origin, action: () => Answer<T>): Answer<T> {
  try {
    return action();
  } catch (error) {
    return answerOfCode(systemCode(error) ?? 'EIO', from);
  }
}

/**
 * Opens regular files only: a fifo would block, and opening some device nodes does something. procfs and sysfs files
 * are regular; those that block (kmsg, trace_pipe) answer EAGAIN because of O_NONBLOCK.
 */
function withFile<T>(
  realPath: string,
  from: Origin,
  use: (fd: number, size: number) => Answer<T>,
): Answer<T> {
  return attempt(from, () => {
    const before = statSync(realPath, MAY_LACK);
    if (before === undefined) return answerOfCode('ENOENT', from);
    if (before.isDirectory()) return answerOfCode('EISDIR', from);
    if (!before.isFile()) return answerOfCode('EFTYPE', from);
    const fd = openSync(realPath, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      // Somebody may have put another file in its place since.
      const opened = fstatSync(fd);
      return opened.isFile() ? use(fd, opened.size) : answerOfCode('EFTYPE', from);
    } finally {
      closeSync(fd);
    }
  });
}

/** At most maxBytes from the beginning. Files whose size is given as 0 (procfs, sysfs) are read to their end. */
export function readContent(realPath: string, maxBytes: number, from: Origin): Answer<FileBytes> {
  return withFile(realPath, from, (fd, size) => {
    const chunks: Buffer[] = [];
    let total = 0;
    // One byte more than asked for tells whether there is more.
    const wanted = Math.max(0, maxBytes) + 1;
    let chunk = Math.min(wanted, Math.max(size + 1, SMALL));
    while (total < wanted) {
      const buffer = Buffer.allocUnsafe(Math.min(chunk, wanted - total));
      const count = readSync(fd, buffer, 0, buffer.length, null);
      if (count === 0) break;
      chunks.push(count === buffer.length ? buffer : buffer.subarray(0, count));
      total += count;
      // What came short is most likely the end, which costs one more look; what came whole may go on for long.
      chunk = count < buffer.length ? SMALL : Math.min(Math.max(chunk * 2, 65_536), 1 << 20);
    }
    const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    const length = Math.min(total, maxBytes);
    // No copy: files are up to many megabytes long, and nobody else holds these bytes.
    return present(
      { bytes: new Uint8Array(all.buffer, all.byteOffset, length), truncated: total > maxBytes },
      from,
    );
  });
}

/** UTF-8; bytes that are none become U+FFFD. */
export function textOf({ bytes, truncated }: FileBytes): FileText {
  return { text: new TextDecoder().decode(bytes), truncated };
}

export function listEntries(realPath: string, from: Origin): Answer<DirList> {
  return attempt(from, () => {
    const entries = readdirSync(realPath).sort();
    const complete = entries.length <= MAX_DIR_ENTRIES;
    return present({ entries: complete ? entries : entries.slice(0, MAX_DIR_ENTRIES), complete }, from);
  });
}

export function statPath(realPath: string, from: Origin): Answer<FileStat> {
  return attempt(from, () => {
    const found = statSync(realPath, MAY_LACK);
    return found === undefined ? answerOfCode('ENOENT', from) : present(fileStat(found), from);
  });
}

/** A path that is there but is no link is absent, as Machine.readLink has it. */
export function linkTarget(realPath: string, from: Origin): Answer<string> {
  try {
    return present(readlinkSync(realPath), from);
  } catch (error) {
    const code = systemCode(error) ?? 'EIO';
    return answerOfCode(code === 'EINVAL' ? 'ENOENT' : code, from);
  }
}

export function elfOf(realPath: string, from: Origin): Answer<ElfInfo> {
  return withFile(realPath, from, (fd, size) => {
    const result = readElf(readerOf(fd, size));
    return result.ok ? present(result.elf, from) : answerOfCode(PROBLEMS[result.problem], from);
  });
}

/** Of a file that is on a disk which is slow or gone, what was read until then says too little. */
export function gpuCodeOf(realPath: string, from: Origin): Answer<GpuCode> {
  return withFile(realPath, from, (fd, size) => {
    const result = readGpuCode(timed(readerOf(fd, size)));
    return result.ok ? present(result.code, from) : answerOfCode(PROBLEMS[result.problem], from);
  });
}

const PROBLEMS = { 'not-elf': 'ENOEXEC', damaged: 'EBADMSG', stripped: 'ENODATA' } as const;

/** What is asked for next lies beside what was asked for: names of a table, its rows. */
function readerOf(fd: number, size: number): ByteReader {
  let start = 0;
  let held: Uint8Array = new Uint8Array();
  return {
    size,
    read(offset, length) {
      if (offset < start || Math.min(offset + length, size) > start + held.length) {
        const buffer = Buffer.allocUnsafe(Math.max(length, Math.min(NEAR, size - offset)));
        [start, held] = [offset, buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, offset))];
      }
      return held.subarray(offset - start, offset - start + length);
    },
  };
}

function timed(reader: ByteReader): ByteReader {
  const until = performance.now() + PROBE_TIME_LIMIT_MS;
  return {
    size: reader.size,
    read(offset, length) {
      if (performance.now() > until) throw Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' });
      return reader.read(offset, length);
    },
  };
}

export function diskSpace(realPath: string, from: Origin): Answer<DiskSpace> {
  return attempt(from, () => {
    const { bavail, blocks, bsize, files, ffree } = statfsSync(realPath);
    return present(
      { freeBytes: bavail * bsize, freeInodes: files === 0 ? null : ffree, totalBytes: blocks * bsize },
      from,
    );
  });
}

/** access(2): the kernel asks mode, access control list and the device rules of the cgroup, as open(2) would; no driver hears of it. */
export function fileAccess(path: string, from: Origin): Answer<FileAccess> {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return present('open', from);
  } catch (error) {
    const code = systemCode(error) ?? 'EIO';
    if (code === 'EACCES') return present('denied', from);
    return code === 'EPERM' ? present('forbidden', from) : answerOfCode(code, from);
  }
}

function fileStat(stats: Stats): FileStat {
  const type = fileType(stats);
  const isNode = type === 'char' || type === 'block';
  return {
    type,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    rdev: isNode ? deviceNumbers(stats.rdev) : null,
    size: stats.size,
  };
}

function fileType(stats: Stats): FileType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'dir';
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isCharacterDevice()) return 'char';
  if (stats.isBlockDevice()) return 'block';
  return stats.isFIFO() ? 'fifo' : 'socket';
}

/** Linux dev_t: 12 bits of major above 8 bits of minor, 12 more bits of minor above both (gnu_dev_major(3)). */
function deviceNumbers(rdev: number): [number, number] {
  const major = (rdev >>> 8) & 0xfff;
  const minor = (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);
  return [major, minor];
}
