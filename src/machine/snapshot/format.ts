/**
 * The format `gpu-setup/snapshot@1`: a machine as a JSON file, as --record writes and --snapshot reads it. Everything
 * but `format` is optional, and what a snapshot does not hold is unknown. Checked by schema.ts.
 */
import type { CommandResult, FileAccess, FileType } from '../machine.ts';

export const SNAPSHOT_FORMAT = 'gpu-setup/snapshot@1';

/** Folders on a path: what a path leads to is found folder by folder, and no machine that is judged has a tenth of it. */
export const MOST_FOLDERS_OF_A_PATH = 256;

/** An errno name: "EACCES", "EPERM", "ELOOP", ... */
export interface SnapshotError {
  error: string;
}

/** Null: known to be absent. */
export type SnapshotFile =
  | string
  | null
  | { text: string; truncated?: boolean | undefined }
  | { base64: string; truncated?: boolean | undefined }
  | SnapshotError;

export interface SnapshotStat {
  type: FileType;
  /** Octal: "0666". */
  mode?: string | undefined;
  uid?: number | undefined;
  gid?: number | undefined;
  rdev?: readonly [number, number] | undefined;
  size?: number | undefined;
}

export interface SnapshotDir {
  entries: readonly string[];
  /** Default false: a paste may lack entries. */
  complete?: boolean | undefined;
}

export interface SnapshotCommand {
  argv: readonly string[];
  /** Null: not known, or it did not exit by itself. */
  exit?: number | null | undefined;
  stdout?: string | null | undefined;
  stderr?: string | null | undefined;
  outcome?: CommandResult['outcome'] | null | undefined;
  truncated?: boolean | undefined;
  /** True: run by a probe of the recorder; else somebody ran it and its output may tell of trouble. */
  probe?: boolean | undefined;
}

export interface SnapshotElf {
  bits?: 32 | 64 | undefined;
  /** e_machine: 62 is x86-64, 183 AArch64. */
  machine?: number | undefined;
  soname?: string | null | undefined;
  needed?: readonly string[] | undefined;
  runpath?: readonly string[] | undefined;
  versionNeeds?: Readonly<Record<string, readonly string[]>> | undefined;
}

export interface SnapshotSpace {
  freeBytes: number;
  freeInodes?: number | null | undefined;
  totalBytes?: number | undefined;
}

export interface SnapshotContext {
  recordedBy?: string | undefined;
  /** What was recorded, where it was not a paste: a directory has no programs, environment or caller to ask. */
  machine?: 'live' | 'root' | undefined;
  /** ISO 8601. */
  at?: string | undefined;
  uid?: number | undefined;
  gids?: readonly number[] | undefined;
  /** Kinds of personal data that were replaced: "user-name", "uuid", ... */
  redacted?: readonly string[] | undefined;
  /** Environment variables that the recorder looked at: one that is named here and not in `env` was not set. */
  envNames?: readonly string[] | undefined;
}

export interface Snapshot {
  format: typeof SNAPSHOT_FORMAT;
  files?: Readonly<Record<string, SnapshotFile>> | undefined;
  stat?: Readonly<Record<string, SnapshotStat | null | SnapshotError>> | undefined;
  dirs?: Readonly<Record<string, SnapshotDir | null | SnapshotError>> | undefined;
  links?: Readonly<Record<string, string>> | undefined;
  commands?: readonly SnapshotCommand[] | undefined;
  env?: Readonly<Record<string, string>> | undefined;
  elf?: Readonly<Record<string, SnapshotElf | null | SnapshotError>> | undefined;
  statfs?: Readonly<Record<string, SnapshotSpace | null | SnapshotError>> | undefined;
  /** What opening them for reading and writing would come to. */
  access?: Readonly<Record<string, FileAccess | null | SnapshotError>> | undefined;
  context?: SnapshotContext | null | undefined;
}
