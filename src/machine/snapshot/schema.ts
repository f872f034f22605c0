/** Reading a snapshot file: its text is checked against the format, and an error names file, line and what was expected. */
import { constants, gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { readJson } from '../../formats/structured-text.ts';
import { readContent } from '../kinds/disk.ts';
import { MOST_FOLDERS_OF_A_PATH, SNAPSHOT_FORMAT, type Snapshot } from './format.ts';
import { reportOf } from './reports/kinds.ts';

/** As a file; a recording of a desktop has one to ten megabytes (most of it dpkg's status file). */
export const MAX_SNAPSHOT_BYTES = 64 << 20;

const absolutePath = z
  .string()
  .regex(/^\//, { error: 'an absolute path as the key' })
  .regex(new RegExp(`^(?:/+[^/]*){0,${MOST_FOLDERS_OF_A_PATH}}$`), {
    error: `a path of at most ${MOST_FOLDERS_OF_A_PATH} folders as the key`,
  });
const count = z.int({ error: 'a whole number' }).min(0, { error: 'a number that is not negative' });
const text = z.string({ error: 'a text' });
const flag = z.boolean({ error: 'true or false' }).optional();
const list = (item: z.ZodType<string>) => z.array(item, { error: 'a list of texts' });
const pathMap = <T>(value: z.ZodType<T>) =>
  z.record(absolutePath, value, { error: 'an object with paths as keys' });
const failure = z.strictObject({
  error: z.string().regex(/^E[A-Z0-9]+$/, { error: 'an errno name like "EACCES"' }),
});

const FILE_SHAPE = 'a text, null, {"text": ...}, {"base64": ...} or {"error": "EACCES"}';
const STAT_SHAPE = '{"type": "file", "mode": "0644", ...}, null or {"error": "EACCES"}';
const DIR_SHAPE = '{"entries": [...], "complete": true}, null or {"error": "EACCES"}';
const ELF_SHAPE = '{"soname": ..., "needed": [...], "runpath": [...]}, null or {"error": "EACCES"}';

const base64 = text.regex(/^[A-Za-z0-9+/\s]*={0,2}\s*$/, { error: 'base64' });
const file = z.union(
  [z.string(), z.null(), z.object({ text, truncated: flag }), z.object({ base64, truncated: flag }), failure],
  { error: FILE_SHAPE },
);

const stat = z.union(
  [
    z.object({
      type: z.enum(['file', 'dir', 'link', 'char', 'block', 'fifo', 'socket']),
      mode: z
        .string()
        .regex(/^[0-7]{1,6}$/)
        .optional(),
      uid: count.optional(),
      gid: count.optional(),
      rdev: z.tuple([count, count]).optional(),
      size: count.optional(),
    }),
    z.null(),
    failure,
  ],
  { error: STAT_SHAPE },
);

const dir = z.union([z.object({ entries: list(text), complete: flag }), z.null(), failure], {
  error: DIR_SHAPE,
});

const elf = z.union(
  [
    z.object({
      bits: z.union([z.literal(32), z.literal(64)]).optional(),
      machine: count.optional(),
      soname: text.nullable().optional(),
      needed: list(text).optional(),
      runpath: list(text).optional(),
      versionNeeds: z.record(text, list(text)).optional(),
      // All of it is optional, so that {"error": ...} would pass as an empty one.
      error: z.never().optional(),
    }),
    z.null(),
    failure,
  ],
  { error: ELF_SHAPE },
);

const space = z.union(
  [
    z.object({ freeBytes: count, freeInodes: count.nullable().optional(), totalBytes: count.optional() }),
    z.null(),
    failure,
  ],
  {
    error: '{"freeBytes": ..., "freeInodes": ...}, null or {"error": "EACCES"}',
  },
);

const ACCESS = ['open', 'denied', 'forbidden'] as const;

const access = z.union([z.enum(ACCESS), z.null(), failure], {
  error: `${ACCESS.map((one) => `"${one}"`).join(', ')}, null or {"error": "EIO"}`,
});

const OUTCOMES = ['exited', 'signalled', 'timed-out', 'not-found', 'not-permitted', 'unknown'] as const;

const command = z.object(
  {
    argv: list(text).min(1, { error: 'a list with at least the program' }),
    exit: z.int({ error: 'a whole number or null' }).nullable().optional(),
    stdout: text.nullable().optional(),
    stderr: text.nullable().optional(),
    outcome: z
      .enum(OUTCOMES, { error: `one of ${OUTCOMES.join(', ')}` })
      .nullable()
      .optional(),
    truncated: flag,
    probe: flag,
  },
  { error: '{"argv": [...], "exit": 0, "stdout": "...", "stderr": "..."}' },
);

const schema: z.ZodType<Snapshot> = z.object(
  {
    format: z.literal(SNAPSHOT_FORMAT, { error: `"${SNAPSHOT_FORMAT}"` }),
    files: pathMap(file).optional(),
    stat: pathMap(stat).optional(),
    dirs: pathMap(dir).optional(),
    links: pathMap(text).optional(),
    commands: z.array(command, { error: 'a list of commands' }).optional(),
    env: z.record(z.string(), text, { error: 'an object with variable names as keys' }).optional(),
    elf: pathMap(elf).optional(),
    statfs: pathMap(space).optional(),
    access: pathMap(access).optional(),
    context: z
      .object(
        {
          recordedBy: text.optional(),
          machine: z.enum(['live', 'root'], { error: '"live" or "root"' }).optional(),
          at: text.optional(),
          uid: count.optional(),
          gids: z.array(count, { error: 'a list of group ids' }).optional(),
          redacted: list(text).optional(),
          envNames: list(text).optional(),
        },
        { error: 'an object' },
      )
      .nullable()
      .optional(),
  },
  { error: 'an object' },
);

/**
 * @param name for messages: the file's name as the user gave it
 * @throws GpuSetupError `bad-snapshot` with file, line and what was expected there
 */
export function parseSnapshot(source: string, name: string): Snapshot {
  if (source.length > MAX_SNAPSHOT_BYTES) throw tooLarge(name);
  const json = source.replace(/^\uFEFF/, '');
  if (json.includes('\0')) {
    throw badSnapshot(
      name,
      null,
      'holds NUL bytes: it is a binary file or UTF-16, and UTF-8 text was expected',
    );
  }
  if (json.trim() === '') throw badSnapshot(name, null, 'is empty');
  const reading = readJson(json, schema);
  if (reading.ok) return reading.value;
  const { kind, line, path, what } = reading.trouble;
  if (kind === 'syntax') throw badSnapshot(name, line, `is not valid JSON: ${what}`);
  const where = path.length === 0 ? '' : `${path.map((key) => JSON.stringify(key)).join(' > ')}: `;
  throw badSnapshot(name, line, `${where}expected ${what}`);
}

export interface LoadedSnapshot {
  snapshot: Snapshot;
  /** What was taken for one where it is the report of another program: "a report of nvidia-bug-report.sh". */
  taken: string | null;
}

/**
 * Reads and parses a snapshot file, or a report of another program that holds as much; gzip is unpacked.
 * @throws GpuSetupError `bad-snapshot`, also where the file cannot be read or is no UTF-8
 */
export function loadSnapshot(file: string): LoadedSnapshot {
  const content = readBounded(file);
  const bytes = isGzip(content) ? gunzipped(content, file) : content;
  // Reports hold what programs printed, in any encoding; what is JSON is held to UTF-8.
  const report = reportOf(LENIENT.decode(bytes));
  if (report !== null) return { snapshot: report.snapshot, taken: report.title };
  return { snapshot: parseSnapshot(decode(bytes, file), file), taken: null };
}

const LENIENT = new TextDecoder('utf-8');

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A report that was cut off, by a full disk or a hung program, gives what stands before the cut. */
function gunzipped(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_SNAPSHOT_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    if (systemCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name);
    throw badSnapshot(name, null, `is damaged: gzip says ${messageOf(error)}`);
  }
}

function readBounded(file: string): Uint8Array {
  const answer = readContent(file, MAX_SNAPSHOT_BYTES, { kind: 'file', name: file });
  if (answer.state === 'absent') throw badSnapshot(file, null, 'does not exist');
  if (answer.state === 'unknown') throw badSnapshot(file, null, `cannot be read: ${answer.why}`);
  if (answer.value.truncated) throw tooLarge(file);
  return answer.value.bytes;
}

function decode(bytes: Uint8Array, name: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw badSnapshot(name, null, 'is UTF-16, and UTF-8 was expected');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const good = new TextDecoder('utf-8').decode(bytes).split('\uFFFD', 1)[0]!;
    throw badSnapshot(name, good.split('\n').length, 'is not valid UTF-8');
  }
}

function tooLarge(name: string): GpuSetupError {
  return badSnapshot(name, null, `is larger than ${MAX_SNAPSHOT_BYTES >> 20} MiB`);
}

/** @param what is wrong with it: "is empty" */
export function badSnapshot(name: string, line: number | null, what: string): GpuSetupError {
  const where = line === null ? name : `${name}:${line}`;
  return new GpuSetupError('bad-snapshot', `snapshot ${where} ${what}`, {
    hint: `a snapshot is JSON with "format": "${SNAPSHOT_FORMAT}", which gpu-setup doctor --record FILE writes, a report of nvidia-bug-report.sh, torch.utils.collect_env or tf_env_collect.sh, or a sosreport (a folder, .tar.xz or .tar.gz)`,
    details: { file: name, line },
  });
}
