/**
 * Writes down what a machine is asked, as a Snapshot: replayed, it gives the same answers, with personal data replaced.
 * Beside the questions themselves it notes the links on every path asked for, so that a path found by another way (the
 * folder behind /usr/local/cuda) leads to the same place in the recording.
 */
import { mapAnswer, type Answer } from '../answer.ts';
import { relevantLines } from '../facts/platform/kernel-log.ts';
import { commandLine } from './argv.ts';
import { isListedVariable, listedVariables } from './environment.ts';
import { isFlagVariable, keptFlags } from './compiler-flags.ts';
import { keptParameters } from './kernel-parameters.ts';
import { keptSources } from './apt-sources.ts';
import { keptFreeText, keptProcesses } from './free-text.ts';
import { isKeyring, keptKeys } from './keyring.ts';
import { keptRuntimes } from './runtime-files.ts';
import { isSourcesFile, keptStatus, withoutRemarks } from './package-files.ts';
import type { CommandResult, DirList, DiskSpace, FileAccess, FileStat, Machine } from '../machine.ts';
import type { ElfInfo } from '../../formats/elf.ts';
import { resolvePath } from '../paths.ts';
import { namesOf } from './known-names.ts';
import { createRedactor, type KnownNames, type Redactor } from './redact.ts';
import {
  SNAPSHOT_FORMAT,
  type Snapshot,
  type SnapshotCommand,
  type SnapshotError,
  type SnapshotFile,
  type SnapshotStat,
} from './format.ts';
import { codeOfUnknown } from '../system-errors.ts';

export interface RecordingOptions {
  /** Names to replace; default: on a live machine the caller's and the host's. */
  names?: KnownNames;
  /** Default: now. */
  at?: Date;
}

export interface Recording {
  /** Answers as the machine does, and remembers. */
  machine: Machine;
  /** What was asked until now. */
  snapshot(): Snapshot;
}

/** Files past this sum are left out: a recording must stay below what parseSnapshot takes. */
const MAX_TOTAL_BYTES = 32 << 20;

interface RecordedContent {
  bytes: Uint8Array;
  truncated: boolean;
}

interface RecordedCommand {
  argv: readonly string[];
  answer: Answer<CommandResult>;
}

type Notes<T> = Map<string, Answer<T>>;

/** Whole files that are one serial number or identifier. */
const SERIAL_FILE =
  /^\/sys\/(?:class|devices\/virtual)\/dmi\/id\/(?:\w+_serial|\w+_asset_tag|product_uuid)$|\/machine-id$|\/boot_id$/;
const COMMAND_LINE = '/proc/cmdline';
const DPKG_STATUS = '/var/lib/dpkg/status';
const HOST_FILE = /^\/etc\/hostname$|^\/proc\/sys\/kernel\/hostname$/;

export function recording(machine: Machine, options: RecordingOptions = {}): Recording {
  const files: Notes<RecordedContent> = new Map();
  const stats: Notes<FileStat> = new Map();
  const dirs: Notes<DirList> = new Map();
  const elfs: Notes<ElfInfo> = new Map();
  const spaces: Notes<DiskSpace> = new Map();
  const accesses: Notes<FileAccess> = new Map();
  const commands = new Map<string, RecordedCommand>();
  const links = new LinkNotes(machine);

  const keep = async <T>(notes: Notes<T>, path: string, asked: Promise<Answer<T>>): Promise<Answer<T>> => {
    const answer = await asked;
    notes.set(path, answer);
    await links.note(path);
    return answer;
  };
  const keepContent = async (path: string, content: Answer<RecordedContent>): Promise<void> => {
    const before = files.get(path);
    // The same file may be asked for twice, with two limits: the longer answer holds the shorter.
    const isLonger =
      content.state === 'present' && before?.state === 'present'
        ? content.value.bytes.length > before.value.bytes.length
        : before?.state !== 'present';
    if (isLonger) files.set(path, content);
    await links.note(path);
  };

  const recorded: Machine = {
    isRunning: machine.isRunning,
    isRecording: machine.isRecording,
    title: machine.title,
    readFile: async (path, maxBytes) => {
      const answer = await machine.readFile(path, maxBytes);
      const text = mapAnswer(answer, ({ text, truncated }) => ({
        bytes: new TextEncoder().encode(text),
        truncated,
      }));
      // U+FFFD stands where bytes were no UTF-8 (or a character was cut): only the bytes themselves are exact then.
      if (answer.state === 'present' && answer.value.text.includes('\uFFFD')) {
        await keepContent(path, await machine.readBytes(path, maxBytes));
      } else await keepContent(path, text);
      return answer;
    },
    readBytes: async (path, maxBytes) => {
      const answer = await machine.readBytes(path, maxBytes);
      await keepContent(path, answer);
      return answer;
    },
    listDir: (path) => keep(dirs, path, machine.listDir(path)),
    stat: (path) => keep(stats, path, machine.stat(path)),
    elf: (path) => keep(elfs, path, machine.elf(path)),
    statfs: (path) => keep(spaces, path, machine.statfs(path)),
    access: (path) => keep(accesses, path, machine.access(path)),
    // That something is there and is no link, or is not there, or cannot be reached, is told by its stat.
    readLink: async (path) => {
      await keep(stats, path, machine.stat(path));
      return machine.readLink(path);
    },
    realPath: async (path) => {
      await keep(stats, path, machine.stat(path));
      return machine.realPath(path);
    },
    run: async (argv, runOptions) => {
      const answer = await machine.run(argv, runOptions);
      commands.set(JSON.stringify(argv), { argv, answer });
      return answer;
    },
    env: (name) => machine.env(name),
    identity: () => machine.identity(),
    transcripts: () => machine.transcripts(),
  };

  const snapshot = (): Snapshot => {
    const redactor = createRedactor(options.names ?? namesOf(machine));
    const text = redactor.text;
    const ran = snapshotCommands([...commands.values()], machine);
    learnNames(redactor, files, dirs, ran);
    const env = environmentOf(machine, redactor);
    const body = {
      files: section(withinLimit(files), text, (content, path) => snapshotFile(path, content, redactor)),
      stat: section(stats, text, snapshotStat),
      dirs: section(dirs, text, ({ entries, complete }, path) => ({
        entries: entries.map((entry) => redactedEntry(path, entry, redactor)),
        complete,
      })),
      links: Object.fromEntries(links.found().map(([path, target]) => [text(path), text(target)])),
      commands: ran.map((command) => redactedCommand(command, redactor)),
      ...(env.names.length > 0 ? { env: env.values } : {}),
      elf: section(elfs, text, (elf) => ({
        ...elf,
        runpath: elf.runpath.map(text),
        needed: elf.needed.map(text),
      })),
      statfs: section(spaces, text, (space) => ({ ...space })),
      access: section(accesses, text, (access) => access),
    };
    const identity = machine.identity();
    return {
      format: SNAPSHOT_FORMAT,
      ...body,
      context: {
        recordedBy: `gpu-setup ${__VERSION__}`,
        ...kindOf(machine),
        at: (options.at ?? new Date()).toISOString(),
        ...(identity.state === 'present' ? { uid: identity.value.uid, gids: identity.value.gids } : {}),
        redacted: [...redactor.kinds(), 'environment'],
        envNames: env.names,
      },
    };
  };
  return { machine: recorded, snapshot };
}

/** What is recorded a second time: a running machine or a directory, as far as the first recording tells. */
function kindOf(machine: Machine): { machine?: 'root' | 'live' } {
  if (!machine.isRunning) return { machine: 'root' };
  return machine.isRecording ? {} : { machine: 'live' };
}

/** The links that lie on the paths asked for, each under the path where it really lies. */
class LinkNotes {
  readonly #machine: Machine;
  /** Null: looked at, and no link. */
  readonly #targets = new Map<string, string | null>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async note(path: string): Promise<void> {
    for (;;) {
      let next: string | undefined;
      resolvePath(path, (at) => {
        if (!this.#targets.has(at)) next ??= at;
        return this.#targets.get(at) ?? undefined;
      });
      if (next === undefined) return;
      this.#targets.set(next, null);
      const answer = await this.#machine.readLink(next);
      if (answer.state === 'present') this.#targets.set(next, answer.value);
    }
  }

  found(): [string, string][] {
    return [...this.#targets].filter((entry): entry is [string, string] => entry[1] !== null);
  }
}

/** What is not known because nobody recorded it stays out, so that a replay says the same. */
function section<T, S>(
  notes: Notes<T>,
  key: (path: string) => string,
  write: (value: T, path: string) => S,
): Record<string, S | null | SnapshotError> {
  const entries = new Map<string, S | null | SnapshotError>();
  for (const [path, answer] of notes) {
    if (answer.state === 'present') entries.set(key(path), write(answer.value, path));
    else if (answer.state === 'absent') entries.set(key(path), null);
    else if (answer.reason !== 'not-recorded') entries.set(key(path), { error: codeOfUnknown(answer) });
  }
  return Object.fromEntries(entries);
}

function withinLimit(files: Notes<RecordedContent>): Notes<RecordedContent> {
  let total = 0;
  return new Map(
    [...files].filter(([, content]) => {
      if (content.state !== 'present') return true;
      if (total + content.value.bytes.length > MAX_TOTAL_BYTES) return false;
      total += content.value.bytes.length;
      return true;
    }),
  );
}

function snapshotFile(path: string, { bytes, truncated }: RecordedContent, redactor: Redactor): SnapshotFile {
  if (!isSourcesFile(path) && isKeyring(path, bytes))
    return { base64: Buffer.from(keptKeys(bytes)).toString('base64') };
  const text = textOrNull(path, bytes);
  if (text === null) {
    const base64 = Buffer.from(redactor.bytes(bytes)).toString('base64');
    return { base64, ...(truncated ? { truncated } : {}) };
  }
  const redacted = redactedFile(path, text, redactor);
  return truncated ? { text: redacted, truncated } : redacted;
}

/** Null for what is no UTF-8 text. NUL bytes mean a binary file, except in procfs, which separates words with them. */
function textOrNull(path: string, bytes: Uint8Array): string | null {
  if (bytes.includes(0) && !path.startsWith('/proc/')) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function redactedFile(path: string, text: string, redactor: Redactor): string {
  const whole = text.trim();
  if (SERIAL_FILE.test(path) && whole !== '')
    return text.replace(whole, redactor.value('serial-number', whole));
  if (HOST_FILE.test(path) && whole !== '') return text.replace(whole, redactor.name('host-name', whole));
  if (path === COMMAND_LINE) return redactor.text(redactedParameters(text, redactor));
  if (path === DPKG_STATUS) return redactor.text(keptStatus(text));
  if (isSourcesFile(path)) return redactor.text(keptSources(withoutRemarks(text), redactor.value));
  const kept = keptRuntimes(path, text) ?? keptFreeText(path, text);
  if (kept !== null) return redactor.text(kept);
  // Another process's environment is kept by the same list as our own.
  if (/^\/proc\/[^/]+\/environ$/.test(path)) {
    const kept = text.split('\0').filter((entry) => isListedVariable(entry.split('=', 1)[0]!));
    return redactor.text(kept.join('\0'));
  }
  // "alice:x:1000:1000:Alice Example,,,:/home/alice:/bin/bash": the fifth field is a person's name.
  if (path === '/etc/passwd')
    return redactor.text(text.replace(/^([^:\n]*:[^:\n]*:\d{4,5}:\d+:)[^:\n]*/gm, '$1'));
  return redactedText(text, redactor);
}

/** Kernel logs quote the command line, the whole of it and what of it nobody knew. */
const QUOTED_PARAMETERS = /(\bkernel command line(?: parameters)?:? "?|\bcommand line: )([^"\n]*)/gi;

function redactedText(text: string, redactor: Redactor): string {
  const kept = text.replace(
    QUOTED_PARAMETERS,
    (_, before: string, parameters: string) => before + redactedParameters(parameters, redactor),
  );
  return redactor.text(kept);
}

function redactedParameters(parameters: string, redactor: Redactor): string {
  return keptParameters(parameters, (word) => redactor.value('kernel-parameter', word));
}

function redactedCommand(command: SnapshotCommand, redactor: Redactor): SnapshotCommand {
  return {
    ...command,
    argv: command.argv.map(redactor.text),
    stdout: redactedOutput(command, command.stdout ?? '', redactor),
    stderr: redactedText(command.stderr ?? '', redactor),
  };
}

function redactedOutput({ argv, probe }: SnapshotCommand, output: string, redactor: Redactor): string {
  const { program, operands } = commandLine(argv);
  if (operands.includes(COMMAND_LINE)) return redactor.text(redactedParameters(output, redactor));
  // Our own look at the kernel's log keeps what it was for; the rest names disks, networks, and what init was called with.
  if (probe === true && (program === 'dmesg' || program === 'journalctl')) {
    return redactedText(relevantLines(output).join('\n'), redactor);
  }
  if (program === 'nvidia-smi') return redactedText(keptProcesses(output), redactor);
  return redactedText(output, redactor);
}

function redactedEntry(folder: string, entry: string, redactor: Redactor): string {
  if (/^\/home\/?$/.test(folder)) return redactor.name('user-name', entry);
  return redactor.text(entry);
}

function snapshotStat({ type, mode, uid, gid, rdev, size }: FileStat): SnapshotStat {
  return {
    type,
    ...(mode === null ? {} : { mode: mode.toString(8).padStart(4, '0') }),
    ...(uid === null ? {} : { uid }),
    ...(gid === null ? {} : { gid }),
    ...(rdev === null ? {} : { rdev }),
    ...(size === null ? {} : { size }),
  };
}

/** What was run, then what the machine itself had recorded (a snapshot that is recorded again). */
function snapshotCommands(asked: readonly RecordedCommand[], machine: Machine): SnapshotCommand[] {
  const transcripts = machine.transcripts();
  const known = new Set(transcripts.map(({ argv }) => JSON.stringify(argv)));
  const ran = asked.filter(({ argv }) => !known.has(JSON.stringify(argv)));
  return [...transcripts.map((transcript) => ({ ...transcript })), ...ran.flatMap(snapshotCommand)];
}

function snapshotCommand({ argv, answer }: RecordedCommand): SnapshotCommand[] {
  if (answer.state === 'present') return [{ argv, ...answer.value, probe: true }];
  if (answer.state === 'absent') return [{ argv, exit: null, outcome: 'not-found', probe: true }];
  return answer.reason === 'not-permitted'
    ? [{ argv, exit: null, outcome: 'not-permitted', probe: true }]
    : [];
}

/** Values of the variables that are set, and the names of all that were looked at. */
function environmentOf(
  machine: Machine,
  redactor: Redactor,
): { values: Record<string, string>; names: string[] } {
  const values: Record<string, string> = {};
  const names: string[] = [];
  for (const name of listedVariables()) {
    const answer = machine.env(name);
    if (answer.state === 'unknown') continue;
    names.push(name);
    if (answer.state !== 'present') continue;
    values[name] = redactedVariable(name, answer.value, redactor);
  }
  return { values, names };
}

function redactedVariable(name: string, value: string, redactor: Redactor): string {
  if (name.endsWith('_HOST')) return redactor.value('ip-address', value);
  // "desk.example.org:10.0": of a display of another machine only that it is one is of use.
  if (name === 'DISPLAY' && !/^:\d{1,4}(?:\.\d{1,2})?$/.test(value))
    return redactor.value('host-name', value);
  if (isFlagVariable(name))
    return redactor.text(keptFlags(value, (flag) => redactor.value('credential', flag)));
  return redactor.text(value);
}

/** Names must be known before the first text that holds them is written. */
function learnNames(
  redactor: Redactor,
  files: Notes<RecordedContent>,
  dirs: Notes<DirList>,
  commands: readonly SnapshotCommand[],
): void {
  for (const [path, content] of files) {
    redactor.text(path);
    if (content.state !== 'present') continue;
    if (HOST_FILE.test(path))
      redactor.name('host-name', new TextDecoder().decode(content.value.bytes).trim());
    if (path === '/etc/passwd' || path === '/etc/group') {
      for (const name of peopleIn(new TextDecoder().decode(content.value.bytes)))
        redactor.name('user-name', name);
    }
  }
  for (const [path, list] of dirs) {
    if (list.state === 'present')
      for (const entry of list.value.entries) redactedEntry(path, entry, redactor);
  }
  for (const command of commands) redactedCommand(command, redactor);
}

/** Accounts and groups of people have ids from 1000 on; a group's last field names its members. */
function peopleIn(table: string): string[] {
  return table.split('\n').flatMap((line) => {
    const [name = '', , id = '', members = ''] = line.split(':');
    const isGroup = line.split(':').length === 4;
    const own = Number(id) >= 1000 && Number(id) < 60_000 ? [name] : [];
    return isGroup ? [...own, ...members.split(',').filter(Boolean)] : own;
  });
}
