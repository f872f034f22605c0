/**
 * A machine that was written down. What the snapshot does not hold is unknown; absent is only what it says is absent:
 * a null, a complete listing without that name, or a folder above it that is absent itself.
 */
import { absent, mapAnswer, present, unknown, type Answer, type Origin } from '../answer.ts';
import { matchArgv } from './argv.ts';
import { DEFAULT_MAX_BYTES } from '../kinds/disk.ts';
import { isListedVariable } from './environment.ts';
import type {
  CommandResult,
  DirList,
  FileAccess,
  FileBytes,
  FileStat,
  FileText,
  Identity,
  Machine,
  Transcript,
} from '../machine.ts';
import type { ElfInfo } from '../../formats/elf.ts';
import { KnownPaths } from './known-paths.ts';
import { baseOf, joinPath, normalPath, parentOf, resolvePath } from '../paths.ts';
import type {
  Snapshot,
  SnapshotDir,
  SnapshotElf,
  SnapshotError,
  SnapshotFile,
  SnapshotSpace,
  SnapshotStat,
} from './format.ts';
import { answerOfCode } from '../system-errors.ts';
import { transcriptOf } from './transcript.ts';

const X86_64 = 62;

/** Every path in these maps is resolved through the snapshot's own links. */
interface Index {
  links: ReadonlyMap<string, string>;
  linkAt: LinkAt;
  files: ReadonlyMap<string, SnapshotFile>;
  stat: ReadonlyMap<string, SnapshotStat | null | SnapshotError>;
  dirs: ReadonlyMap<string, SnapshotDir | null | SnapshotError>;
  elf: ReadonlyMap<string, SnapshotElf | null | SnapshotError>;
  statfs: ReadonlyMap<string, SnapshotSpace | null | SnapshotError>;
  access: ReadonlyMap<string, FileAccess | null | SnapshotError>;
  /** Every path that the snapshot holds and that is not absent. */
  known: KnownPaths;
}

/** What is known about a path whatever section it stands in. */
type Existence =
  | { is: 'there'; type: FileStat['type'] | null }
  | { is: 'absent' }
  | { is: 'failed'; code: string }
  | { is: 'unknown' };

/** @param title for people: the file's name */
export function snapshotMachine(snapshot: Snapshot, title: string): Machine {
  const index = indexOf(snapshot);
  const transcripts = (snapshot.commands ?? []).map(transcriptOf);

  const isImage = snapshot.context?.machine === 'root';

  const notRecorded = (from: Origin): Answer<never> =>
    unknown('not-recorded', 'not part of this snapshot', from);

  /** Of what a directory has none of, and a paste may lack. */
  const notAsked = (from: Origin): Answer<never> =>
    isImage
      ? unknown('not-applicable', 'recorded from a directory, which has none', from)
      : notRecorded(from);

  /** Resolves the path and asks one section; where that holds nothing, what other sections say about existence. */
  const ask = <S, T>(
    section: ReadonlyMap<string, S | null | SnapshotError>,
    path: string,
    from: Origin,
    read: (entry: S, resolved: string) => Answer<T>,
  ): Answer<T> => {
    const found = resolve(index, path);
    if (!found.ok) return answerOfCode(found.code, from);
    const entry = section.get(found.path);
    if (entry === null) return absent(from);
    if (isError(entry)) return answerOfCode(entry.error, from);
    if (entry !== undefined) return read(entry, found.path);
    const existence = existenceOf(index, found.path);
    if (existence.is === 'absent') return absent(from);
    return existence.is === 'failed' ? answerOfCode(existence.code, from) : notRecorded(from);
  };

  const content = (
    path: string,
    maxBytes: number,
  ): Answer<{ text?: string; bytes?: Uint8Array; truncated: boolean }> => {
    const from: Origin = { kind: 'file', name: path };
    const answer = ask(index.files, path, from, (entry: Exclude<SnapshotFile, null | SnapshotError>) =>
      present(contentOf(entry, maxBytes), from),
    );
    if (answer.state !== 'unknown' || answer.reason !== 'not-recorded') return answer;
    const found = resolve(index, path);
    const existence = found.ok ? existenceOf(index, found.path) : undefined;
    return existence?.is === 'there' && existence.type === 'dir' ? answerOfCode('EISDIR', from) : answer;
  };

  return {
    isRunning: !isImage,
    isRecording: true,
    title,
    readFile: async (path, maxBytes = DEFAULT_MAX_BYTES) =>
      mapAnswer(content(path, maxBytes), ({ text, bytes, truncated }): FileText => ({
        text: text ?? new TextDecoder().decode(bytes),
        truncated,
      })),
    readBytes: async (path, maxBytes = DEFAULT_MAX_BYTES) =>
      mapAnswer(content(path, maxBytes), ({ text, bytes, truncated }): FileBytes => ({
        bytes: bytes ?? new TextEncoder().encode(text),
        truncated,
      })),
    listDir: async (path) => {
      const from: Origin = { kind: 'dir', name: path };
      const answer = ask(index.dirs, path, from, (dir: SnapshotDir) => present(dirList(dir), from));
      const found = resolve(index, path);
      const names = found.ok ? index.known.namesIn(found.path) : [];
      // Paths that stand below it show that it is a folder, and some of what it holds.
      return answer.state === 'unknown' && answer.reason === 'not-recorded' && names.length > 0
        ? present({ entries: names, complete: false }, from)
        : answer;
    },
    stat: async (path) => {
      const from: Origin = { kind: 'stat', name: path };
      const answer = ask(index.stat, path, from, (entry: SnapshotStat) =>
        // A pasted listing shows the link itself, and a stat is about what it points to.
        entry.type === 'link' ? notRecorded(from) : present(fileStat(entry), from),
      );
      if (answer.state !== 'unknown' || answer.reason !== 'not-recorded') return answer;
      const found = resolve(index, path);
      const existence = found.ok ? existenceOf(index, found.path) : undefined;
      return existence?.is === 'there' && existence.type !== null && existence.type !== 'link'
        ? present(bareStat(existence.type), from)
        : answer;
    },
    readLink: async (path) => {
      const from: Origin = { kind: 'link', name: path };
      const found = resolve(index, path, false);
      if (!found.ok) return answerOfCode(found.code, from);
      const target = index.links.get(found.path);
      if (target !== undefined) return present(target, from);
      const existence = existenceOf(index, found.path);
      if (existence.is === 'failed') return answerOfCode(existence.code, from);
      const isKnown = existence.is === 'absent' || (existence.is === 'there' && existence.type !== null);
      return isKnown && !(existence.is === 'there' && existence.type === 'link')
        ? absent(from)
        : notRecorded(from);
    },
    realPath: async (path) => {
      const from: Origin = { kind: 'link', name: path };
      const found = resolve(index, path);
      if (!found.ok) return answerOfCode(found.code, from);
      const existence = existenceOf(index, found.path);
      if (existence.is === 'there') return present(found.path, from);
      if (existence.is === 'absent') return absent(from);
      return existence.is === 'failed' ? answerOfCode(existence.code, from) : notRecorded(from);
    },
    run: async (argv) => answerTo(argv, transcripts) ?? notAsked({ kind: 'command', name: argv.join(' ') }),
    env(name) {
      const from: Origin = { kind: 'env', name };
      const value = snapshot.env && Object.hasOwn(snapshot.env, name) ? snapshot.env[name] : undefined;
      if (value !== undefined) return present(value, from);
      return wasLookedAt(snapshot, name) ? absent(from) : notAsked(from);
    },
    elf: async (path) => {
      const from: Origin = { kind: 'elf', name: path };
      return ask(index.elf, path, from, (entry: SnapshotElf) => present(elfInfo(entry), from));
    },
    statfs: async (path) => {
      const from: Origin = { kind: 'statfs', name: path };
      return ask(index.statfs, path, from, (entry: SnapshotSpace) =>
        present(
          {
            freeBytes: entry.freeBytes,
            freeInodes: entry.freeInodes ?? null,
            ...(entry.totalBytes === undefined ? {} : { totalBytes: entry.totalBytes }),
          },
          from,
        ),
      );
    },
    access: async (path) => {
      const from: Origin = { kind: 'access', name: path };
      return isImage
        ? notAsked(from)
        : ask(index.access, path, from, (entry: FileAccess) => present(entry, from));
    },
    identity(): Answer<Identity> {
      const from: Origin = { kind: 'identity', name: 'id' };
      const { uid, gids } = snapshot.context ?? {};
      // Which groups root belongs to decides nothing.
      if (uid === undefined || (gids === undefined && uid !== 0)) return notAsked(from);
      return present({ uid, gids: gids ?? [] }, from);
    },
    transcripts: () => transcripts,
  };
}

function isError(entry: unknown): entry is SnapshotError {
  return typeof entry === 'object' && entry !== null && 'error' in entry;
}

function resolve(index: Index, path: string, followLast = true): ReturnType<typeof resolvePath> {
  return resolvePath(path, index.linkAt, followLast);
}

function indexOf(snapshot: Snapshot): Index {
  const links = resolvedLinks(snapshot.links ?? {});
  const linkAt = lookupIn(links);
  const resolved = <T>(section: Readonly<Record<string, T>> | undefined): Map<string, T> => {
    const map = new Map<string, T>();
    for (const [path, value] of Object.entries(section ?? {})) {
      const found = resolvePath(path, linkAt);
      const key = found.ok ? found.path : normalPath(path);
      // The same file under two names: what stands under its real name wins, then what says more than "absent".
      if (key === path || !map.has(key) || (map.get(key) === null && value !== null)) map.set(key, value);
    }
    return map;
  };
  const sections = {
    files: resolved(snapshot.files),
    stat: resolved(snapshot.stat),
    dirs: resolved(snapshot.dirs),
    elf: resolved(snapshot.elf),
    statfs: resolved(snapshot.statfs),
    access: resolved(snapshot.access),
  };
  const there = Object.values(sections).flatMap((section) =>
    [...section].flatMap(([path, value]) => (value !== null && !isError(value) ? [path] : [])),
  );
  return { links, linkAt, ...sections, known: new KnownPaths([...there, ...links.keys()]) };
}

type LinkAt = (path: string) => string | undefined;

/**
 * Asked for every folder on a path, which resolvePath puts together piece by piece: a path whose length is that of no
 * link is not even hashed, so that a deep path costs no more than its length.
 */
function lookupIn(links: ReadonlyMap<string, string>): LinkAt {
  const lengths = new Set([...links.keys()].map((path) => path.length));
  return (path) => (lengths.has(path.length) ? links.get(path) : undefined);
}

/** A link may have been recorded under a path that itself leads through links: a few rounds settle where it lies. */
function resolvedLinks(recorded: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  let links = new Map(Object.entries(recorded).map(([path, target]) => [normalPath(path), target]));
  for (let round = 0; round < 3; round++) {
    const known = links;
    const linkAt = lookupIn(known);
    const next = new Map<string, string>();
    for (const [path, target] of known) {
      const parent = resolvePath(parentOf(path), linkAt);
      const key = parent.ok ? joinPath(parent.path, baseOf(path)) : path;
      if (key === path || !next.has(key)) next.set(key, target);
    }
    const changed = next.size !== known.size || [...next.keys()].some((key) => !known.has(key));
    links = next;
    if (!changed) break;
  }
  return links;
}

function existenceOf(index: Index, path: string): Existence {
  if (path === '/') return { is: 'there', type: 'dir' };
  const own = ownExistence(index, path);
  if (own.is !== 'unknown') return own;
  const parent = parentOf(path);
  const above = existenceOf(index, parent);
  if (above.is === 'absent' || above.is === 'failed') return above;
  if (above.is === 'there' && above.type !== null && above.type !== 'dir') return { is: 'absent' };
  const listing = index.dirs.get(parent);
  if (listing === undefined || listing === null || isError(listing)) return { is: 'unknown' };
  if (listing.entries.includes(baseOf(path))) return { is: 'there', type: null };
  return listing.complete ? { is: 'absent' } : { is: 'unknown' };
}

/** What the sections say of this very path. That it is there beats that it is not: somebody saw it. */
function ownExistence(index: Index, path: string): Existence {
  const stat = index.stat.get(path);
  const dir = index.dirs.get(path);
  const file = index.files.get(path);
  const elf = index.elf.get(path);
  const entries = [stat, dir, file, elf];
  if (stat && !isError(stat)) return { is: 'there', type: stat.type };
  if ((dir && !isError(dir)) || index.known.hasBelow(path)) return { is: 'there', type: 'dir' };
  if (file !== undefined && file !== null && !isError(file)) return { is: 'there', type: 'file' };
  if (elf && !isError(elf)) return { is: 'there', type: 'file' };
  const failure = entries.find(isError);
  if (entries.includes(null)) return { is: 'absent' };
  if (!failure) return { is: 'unknown' };
  // These errors are told about something that is there.
  if (failure.error === 'EISDIR') return { is: 'there', type: 'dir' };
  if (failure.error === 'ENOEXEC' || failure.error === 'EBADMSG') return { is: 'there', type: 'file' };
  return answerOfCode(failure.error, { kind: 'stat', name: path }).state === 'absent'
    ? { is: 'absent' }
    : { is: 'failed', code: failure.error };
}

function contentOf(
  entry: Exclude<SnapshotFile, null | SnapshotError>,
  maxBytes: number,
): { text?: string; bytes?: Uint8Array; truncated: boolean } {
  if (typeof entry !== 'string' && 'base64' in entry) {
    const bytes = new Uint8Array(Buffer.from(entry.base64, 'base64'));
    return {
      bytes: bytes.subarray(0, maxBytes),
      truncated: entry.truncated === true || bytes.length > maxBytes,
    };
  }
  const text = typeof entry === 'string' ? entry : entry.text;
  const truncated = typeof entry !== 'string' && entry.truncated === true;
  // A text can have at most three bytes per UTF-16 unit: most need no counting.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return { text, truncated };
  return { bytes: new TextEncoder().encode(text).subarray(0, maxBytes), truncated: true };
}

function dirList(dir: SnapshotDir): DirList {
  return { entries: [...new Set(dir.entries)].sort(), complete: dir.complete === true };
}

function fileStat(entry: SnapshotStat): FileStat {
  return {
    type: entry.type,
    mode: entry.mode === undefined ? null : parseInt(entry.mode, 8) & 0o7777,
    uid: entry.uid ?? null,
    gid: entry.gid ?? null,
    rdev: entry.rdev ?? null,
    size: entry.size ?? null,
  };
}

/** Known to be there and of which type, and nothing more. */
function bareStat(type: FileStat['type']): FileStat {
  return { type, mode: null, uid: null, gid: null, rdev: null, size: null };
}

function elfInfo(entry: SnapshotElf): ElfInfo {
  return {
    bits: entry.bits ?? 64,
    machine: entry.machine ?? X86_64,
    soname: entry.soname ?? null,
    needed: entry.needed ?? [],
    runpath: entry.runpath ?? [],
    versionNeeds: entry.versionNeeds ?? {},
  };
}

/** The recorded command that fits best; of equals the one that ran, then the one recorded last (after the fix, say). */
function answerTo(
  argv: readonly string[],
  transcripts: readonly Transcript[],
): Answer<CommandResult> | undefined {
  let best: { transcript: Transcript; distance: number } | undefined;
  for (const transcript of transcripts) {
    const extra = matchArgv(argv, transcript.argv);
    if (extra === null) continue;
    const distance =
      extra + (transcript.outcome === 'not-found' || transcript.outcome === 'not-permitted' ? 1000 : 0);
    if (!best || distance <= best.distance) best = { transcript, distance };
  }
  if (!best) return undefined;
  const { argv: recorded, probe: _, ...result } = best.transcript;
  const source: Origin = { kind: 'command', name: recorded.join(' ') };
  if (result.outcome === 'not-found') return absent(source);
  if (result.outcome === 'not-permitted') return answerOfCode('EACCES', source);
  return present(best.distance >= 100 ? { ...result, truncated: true } : result, source);
}

/** Whether a variable that `env` lacks was seen to be unset. */
function wasLookedAt(snapshot: Snapshot, name: string): boolean {
  const { envNames, recordedBy } = snapshot.context ?? {};
  if (envNames) return envNames.includes(name);
  return snapshot.env !== undefined && recordedBy?.startsWith('gpu-setup') === true && isListedVariable(name);
}
