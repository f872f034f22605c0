/**
 * A machine made of code: what a live one would answer, so that the doctor's own probes read it. Everything that is not in its
 * tree is absent, as on a live machine; links are followed by the walk that the real ones use.
 */
import type { ElfInfo } from '../../../src/formats/elf.ts';
import { absent, present, type Answer, type Origin } from '../../../src/machine/answer.ts';
import type {
  CommandResult,
  DiskSpace,
  FileAccess,
  FileBytes,
  FileStat,
  Machine,
} from '../../../src/machine/machine.ts';
import { baseOf, joinPath, parentOf, resolvePath } from '../../../src/machine/paths.ts';
import { newLdCache } from '../ld-cache-image.ts';
import { smiSays, type Driven } from './nvidia-smi.ts';

export interface Said {
  exit: number;
  stdout: string;
  stderr?: string;
  outcome?: CommandResult['outcome'];
}

export interface Node {
  mode: number;
  uid: number;
  gid: number;
  rdev: readonly [number, number];
  /** What opening it comes to where that is not as owner and mode say. */
  access?: FileAccess;
}

export interface Host {
  name: string;
  architecture: 'x86_64' | 'aarch64';
  files: Readonly<Record<string, string | Uint8Array>>;
  /** Folders that hold nothing. */
  folders: readonly string[];
  links: Readonly<Record<string, string>>;
  nodes: Readonly<Record<string, Node>>;
  /** By program; what is not here is not installed. nvidia-smi is not among them: what it says follows from the rest. */
  commands: Readonly<Record<string, Said>>;
  /** What NVIDIA's tool says where nothing keeps it from doing so; null: it is not for this machine. */
  driven: Driven | null;
  env: Readonly<Record<string, string>>;
  /** Shared libraries by path: what their dynamic section says. */
  libraries: Readonly<Record<string, Partial<ElfInfo>>>;
  /** soname to path, as ldconfig wrote it. */
  cache: readonly (readonly [soname: string, path: string])[];
  space: Readonly<Record<string, DiskSpace>>;
  uid: number;
  gids: readonly number[];
}

/** With some parts laid over: records are merged, an `undefined` in them takes the entry out; lists take the place. */
export type Change = {
  [K in keyof Host]?: Host[K] extends Readonly<Record<string, infer V>>
    ? Readonly<Record<string, V | undefined>>
    : Host[K];
};

export function changed(host: Host, change: Change): Host {
  const merged = Object.entries(change).map(([key, value]) => {
    const old: unknown = host[key as keyof Host];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [key, value];
    const entries = Object.entries({ ...(old as object), ...value }).filter(([, one]) => one !== undefined);
    return [key, Object.fromEntries(entries)];
  });
  return { ...host, ...(Object.fromEntries(merged) as Partial<Host>) };
}

/** Without all that lies at or below these paths (or whose path matches). */
export function without(host: Host, ...gone: readonly (string | RegExp)[]): Host {
  const stays = (path: string): boolean =>
    !gone.some((one) =>
      typeof one === 'string' ? path === one || path.startsWith(`${one}/`) : one.test(path),
    );
  const kept = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([path]) => stays(path)));
  return {
    ...host,
    files: kept(host.files),
    links: kept(host.links),
    nodes: kept(host.nodes),
    libraries: kept(host.libraries),
    folders: host.folders.filter(stays),
    cache: host.cache.filter(([, path]) => stays(path)),
  };
}

const CACHE_FLAGS = { x86_64: 0x0303, aarch64: 0x0a03 } as const;
const ELF_MACHINE = { x86_64: 62, aarch64: 183 } as const;
const UNLIMITED = { freeBytes: 400 * 2 ** 30, freeInodes: 10_000_000 };

export function machineOf(host: Host): Machine {
  const folders = foldersOf(host);
  const resolve = (path: string, followLast = true): string | undefined => {
    const found = resolvePath(path, (at) => host.links[at], followLast);
    return found.ok ? found.path : undefined;
  };
  const content = (path: string): string | Uint8Array | undefined => {
    if (path === '/etc/ld.so.cache') return cacheOf(host);
    return host.files[path] ?? (host.libraries[path] === undefined ? undefined : '\x7fELF');
  };
  const statOf = (path: string): FileStat | undefined => {
    const node = host.nodes[path];
    if (node !== undefined) {
      const { mode, uid, gid, rdev } = node;
      return { type: 'char', size: null, mode, uid, gid, rdev };
    }
    if (folders.has(path)) return { type: 'dir', mode: 0o755, uid: 0, gid: 0, rdev: null, size: 4096 };
    const text = content(path);
    return text === undefined
      ? undefined
      : { type: 'file', mode: 0o755, uid: 0, gid: 0, rdev: null, size: text.length };
  };
  const at = <T>(kind: Origin['kind'], path: string, read: (real: string) => T | undefined): Answer<T> => {
    const from: Origin = { kind, name: path };
    const real = resolve(path);
    const value = real === undefined ? undefined : read(real);
    return value === undefined ? absent(from) : present(value, from);
  };
  const bytesAt = (path: string, most: number): FileBytes | undefined => {
    const found = content(path);
    const bytes = typeof found === 'string' ? new TextEncoder().encode(found) : found;
    return bytes && { bytes: bytes.subarray(0, most), truncated: bytes.length > most };
  };
  return {
    isRunning: true,
    isRecording: false,
    title: host.name,
    readFile: async (path, most = 8 << 20) =>
      at('file', path, (real) => {
        const found = bytesAt(real, most);
        return found && { text: new TextDecoder().decode(found.bytes), truncated: found.truncated };
      }),
    readBytes: async (path, most = 8 << 20) => at('file', path, (real) => bytesAt(real, most)),
    listDir: async (path) =>
      at('dir', path, (real) => {
        const entries = folders.get(real);
        return entries && { entries: [...entries].sort(), complete: true };
      }),
    stat: async (path) => at('stat', path, statOf),
    readLink: async (path) => {
      const own = resolve(path, false);
      const target = own === undefined ? undefined : host.links[own];
      const from: Origin = { kind: 'link', name: path };
      return target === undefined ? absent(from) : present(target, from);
    },
    realPath: async (path) => at('link', path, (real) => (statOf(real) === undefined ? undefined : real)),
    run: async (argv) => {
      const from: Origin = { kind: 'command', name: argv.join(' ') };
      const program = baseOf(argv[0]!);
      const said =
        host.commands[argv.join(' ')] ??
        host.commands[program] ??
        (program === 'nvidia-smi' ? smiSays(host, argv) : undefined);
      if (said === undefined) return absent(from);
      return present({ outcome: 'exited', stderr: '', truncated: false, ...said }, from);
    },
    env: (name) => {
      const value = host.env[name];
      const from: Origin = { kind: 'env', name };
      return value === undefined ? absent(from) : present(value, from);
    },
    elf: async (path) =>
      at('elf', path, (real) => {
        const own = host.libraries[real];
        if (own === undefined && !/^\/(?:usr\/)?bin\//.test(real)) return undefined;
        const base = { bits: 64 as const, machine: ELF_MACHINE[host.architecture], soname: null };
        return { ...base, needed: [], runpath: [], versionNeeds: {}, ...own } as ElfInfo;
      }),
    statfs: async (path) => {
      const real = resolve(path);
      const from: Origin = { kind: 'statfs', name: path };
      if (real === undefined || statOf(real) === undefined) return absent(from);
      for (let folder = real; ; folder = parentOf(folder)) {
        const space = host.space[folder];
        if (space !== undefined) return present(space, from);
        if (folder === '/') return present(UNLIMITED, from);
      }
    },
    access: async (path) =>
      at('access', path, (real): FileAccess | undefined => {
        const stat = statOf(real);
        return stat && (host.nodes[real]?.access ?? (mayOpen(stat, host) ? 'open' : 'denied'));
      }),
    identity: () => present({ uid: host.uid, gids: host.gids }, { kind: 'identity', name: 'id' }),
    transcripts: () => [],
  };
}

/** As the kernel judges by owner and mode. */
function mayOpen({ mode, uid, gid }: FileStat, host: Host): boolean {
  const shift = uid === host.uid ? 6 : host.gids.includes(gid!) ? 3 : 0;
  return host.uid === 0 || ((mode! >> shift) & 0o6) === 0o6;
}

/** Every folder that something lies in, with the names in it. */
function foldersOf(host: Host): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([['/', new Set()]]);
  const add = (path: string): void => {
    if (path === '/') return;
    const parent = parentOf(path);
    if (!folders.has(parent)) {
      folders.set(parent, new Set());
      add(parent);
    }
    folders.get(parent)!.add(baseOf(path));
  };
  for (const folder of host.folders) {
    if (!folders.has(folder)) folders.set(folder, new Set());
    add(folder);
  }
  for (const record of [host.files, host.links, host.nodes, host.libraries]) {
    for (const path of Object.keys(record)) add(path);
  }
  return folders;
}

const cacheOf = (host: Host): Uint8Array | undefined =>
  host.cache.length === 0
    ? undefined
    : newLdCache(
        host.cache.map(([soname, path]) => ({ soname, path, flags: CACHE_FLAGS[host.architecture] })),
      );

/** A folder of files with nothing in them that matters. */
export const empty = (folder: string, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [joinPath(folder, name), '']));
