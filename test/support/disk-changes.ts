/**
 * Stands between a program and its file systems: every call of node:fs that changes something below a folder is counted
 * first, and whoever looks on may have it fail, as a full or broken disk makes it fail, or end the process there. For what
 * no disk can be made to do at a chosen moment: ENOSPC at a rename, a file system without links, kill -9 in between.
 */
import fs, { constants } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

export interface Change {
  /** The function's name: "rename", "write". */
  call: string;
  /** What it changes; the new name of a rename or link. */
  path: string;
  /** Counted from 0. */
  number: number;
}

/** @returns the system's code with which the call fails; null: it is carried out */
export type Look = (change: Change) => string | null;

type Any = (...args: never[]) => unknown;
type Functions = Record<string, Any>;

/** Calls that change what stands at one of their arguments. */
const BY_PATH: Readonly<Record<string, number>> = {
  writeFile: 0,
  appendFile: 0,
  mkdir: 0,
  mkdtemp: 0,
  chmod: 0,
  utimes: 0,
  truncate: 0,
  rename: 1,
  link: 1,
  symlink: 1,
  copyFile: 1,
};
const BY_HANDLE = ['write', 'writev', 'writeFile', 'truncate', 'chmod', 'utimes', 'sync'];
const BY_NUMBER = ['writeSync', 'writevSync', 'fchmodSync', 'futimesSync', 'ftruncateSync', 'fsyncSync'];

/** A disk that is full lets remove, one that may only be read does not. */
const REMOVALS: Readonly<Record<string, number>> = { rm: 0, unlink: 0, rmdir: 0 };

/** @returns how to have everything as it was */
export async function lookAtChanges(
  folder: string,
  look: Look,
  { removals = false } = {},
): Promise<() => void> {
  let number = 0;
  const undo: (() => void)[] = [];
  const paths = new Map<number, string>();
  const failure = (call: string, path: unknown): Error | null => {
    const text = String(path);
    if (text !== folder && !text.startsWith(`${folder}/`)) return null;
    const code = look({ call: call.replace(/Sync$/, ''), path: text, number: number++ });
    if (code === null) return null;
    const words = `${code}: made to fail, ${call} '${text}'`;
    return Object.assign(new Error(words), { code, errno: -1, syscall: call, path: text });
  };
  const replace = (
    owner: Functions,
    name: string,
    wrap: (original: Any) => (this: unknown, ...args: never[]) => unknown,
  ): void => {
    const original = owner[name];
    if (original === undefined) return;
    owner[name] = wrap(original);
    undo.push(() => void (owner[name] = original));
  };
  const promises = fs.promises as unknown as Functions;
  const sync = fs as unknown as Functions;

  // The class is not exported: it is found by its first object.
  const probe = await fs.promises.open('/dev/null', 'r');
  const handles = Object.getPrototypeOf(probe) as Functions;
  await probe.close();

  for (const [name, at] of Object.entries({ ...BY_PATH, ...(removals ? REMOVALS : {}) })) {
    replace(promises, name, (original) => async (...args) => {
      const failed = failure(name, args[at]);
      if (failed !== null) throw failed;
      return original(...args);
    });
    replace(sync, `${name}Sync`, (original) => (...args) => {
      const failed = failure(name, args[at]);
      if (failed !== null) throw failed;
      return original(...args);
    });
  }
  const writes = (flags: unknown): boolean =>
    typeof flags === 'number' ? (flags & constants.O_CREAT) !== 0 : /[wa]/.test(String(flags ?? 'r'));
  replace(promises, 'open', (original) => async (...args) => {
    const [path, flags] = args as unknown[];
    const failed = writes(flags) ? failure('open', path) : null;
    if (failed !== null) throw failed;
    const handle = (await original(...args)) as { fd: number };
    paths.set(handle.fd, String(path));
    return handle;
  });
  replace(sync, 'openSync', (original) => (...args) => {
    const [path, flags] = args as unknown[];
    const failed = writes(flags) ? failure('open', path) : null;
    if (failed !== null) throw failed;
    const fd = original(...args) as number;
    paths.set(fd, String(path));
    return fd;
  });
  for (const name of BY_HANDLE) {
    replace(
      handles,
      name,
      (original) =>
        async function (this: unknown, ...args) {
          const failed = failure(name, paths.get((this as { fd: number }).fd));
          if (failed !== null) throw failed;
          return original.apply(this, args);
        },
    );
  }
  for (const name of BY_NUMBER) {
    replace(sync, name, (original) => (...args) => {
      const failed = failure(name, paths.get((args as unknown[])[0] as number));
      if (failed !== null) throw failed;
      return original(...args);
    });
  }
  syncBuiltinESMExports();
  return () => {
    for (const one of undo) one();
    syncBuiltinESMExports();
  };
}
