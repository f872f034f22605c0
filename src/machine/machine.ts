/**
 * The one interface through which everything about a machine is learned. Three implementations: live.ts, root.ts and
 * snapshot.ts; memo.ts makes any of them answer each question once, record.ts writes down what was asked.
 *
 * None of these methods throws for anything that the machine is or lacks: that is an Answer.
 */
import type { ElfInfo } from '../formats/elf.ts';
import type { Answer } from './answer.ts';

export interface FileText {
  text: string;
  /** True where only the beginning was read or recorded. */
  truncated: boolean;
}

/** The same before anybody took it for text. */
export interface FileBytes {
  bytes: Uint8Array;
  truncated: boolean;
}

export interface DirList {
  /** Base names, sorted. */
  entries: readonly string[];
  /** False where the listing may lack entries (a partial paste). */
  complete: boolean;
}

export type FileType = 'file' | 'dir' | 'link' | 'char' | 'block' | 'fifo' | 'socket';

export interface FileStat {
  type: FileType;
  /** Permission bits only: 0o666. */
  mode: number | null;
  uid: number | null;
  gid: number | null;
  /** Major and minor number of a device node. */
  rdev: readonly [number, number] | null;
  size: number | null;
}

export interface CommandResult {
  outcome: 'exited' | 'signalled' | 'timed-out' | 'not-found' | 'not-permitted' | 'unknown';
  /** Null where it did not exit by itself, or where a snapshot does not say. */
  exit: number | null;
  stdout: string;
  stderr: string;
  truncated: boolean;
}

/** A command that somebody ran and whose output we were given, whatever command it was. */
export interface Transcript extends CommandResult {
  argv: readonly string[];
  /** True where a probe of ours ran it while recording: facts are read from it, and nobody complained with it. */
  probe?: boolean;
}

export interface DiskSpace {
  /** Available to an ordinary user. */
  freeBytes: number;
  /** Null where the file system has no fixed number of inodes (btrfs). */
  freeInodes: number | null;
  /** Left out: not known. */
  totalBytes?: number;
}

/**
 * What opening a file for reading and writing would come to: `denied` by its mode, owner or access control list (EACCES),
 * `forbidden` by the device rules of a cgroup (EPERM), whatever its mode says and whoever asks.
 */
export type FileAccess = 'open' | 'denied' | 'forbidden';

export interface Identity {
  uid: number;
  gids: readonly number[];
}

/** How long a probe may take where it says nothing else: a healthy nvidia-smi needs a second, a hung one never ends. */
export const PROBE_TIME_LIMIT_MS = 5000;

export interface RunOptions {
  /** Default PROBE_TIME_LIMIT_MS. */
  timeoutMs?: number;
}

export interface Machine {
  /** False of an unpacked image: nothing runs in it, nobody is logged in, and it has no environment of its own. */
  readonly isRunning: boolean;
  /** True where nothing can be asked any more: what somebody wrote down, of whatever command, is all there is. */
  readonly isRecording: boolean;
  /** For people: "this machine", "/mnt/image", "laptop.json". */
  readonly title: string;
  /** Follows links. At most maxBytes (default 8 MiB) are read; gzip (".gz") is not unpacked here. */
  readFile(path: string, maxBytes?: number): Promise<Answer<FileText>>;
  /** The same as bytes: for ld.so.cache, efivars and the like, and where of a long text little is wanted. */
  readBytes(path: string, maxBytes?: number): Promise<Answer<FileBytes>>;
  listDir(path: string): Promise<Answer<DirList>>;
  /** Of what a link points to. */
  stat(path: string): Promise<Answer<FileStat>>;
  /** The target as it is written in the link; absent where the path is no link. */
  readLink(path: string): Promise<Answer<string>>;
  /** The path with every link on it resolved. */
  realPath(path: string): Promise<Answer<string>>;
  /**
   * Runs a read-only program found on the probing PATH (LC_ALL=C). In a snapshot: the recorded command whose program and
   * options mean the same. Absent: the program is not installed.
   */
  run(argv: readonly string[], options?: RunOptions): Promise<Answer<CommandResult>>;
  env(name: string): Answer<string>;
  elf(path: string): Promise<Answer<ElfInfo>>;
  statfs(path: string): Promise<Answer<DiskSpace>>;
  /** Asked without opening it. Of what a link points to. */
  access(path: string): Promise<Answer<FileAccess>>;
  identity(): Answer<Identity>;
  /** Everything that was recorded of commands, for text recognition; empty on a live machine. */
  transcripts(): readonly Transcript[];
}
