/**
 * The files of a recipe, read once: what its definition was read from, what is hashed for consent and what runs are the
 * same bytes. A recipe is a handful of text files and scripts; what is larger does not belong into one.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import builtIn from 'assets:recipes';
import { GpuSetupError, messageOf, systemCode } from '../base/errors.ts';
import { digestOfTree } from './source/tree-digest.ts';

export interface RecipeFile {
  bytes: Uint8Array;
  executable: boolean;
}

export interface RecipeFiles {
  /** By path below the folder. */
  files: ReadonlyMap<string, RecipeFile>;
  /** Of all of them: source/tree-digest.ts. */
  digest: string;
  /** What lies there and is none of them: path and why. */
  leftOut: ReadonlyMap<string, string>;
}

export const DEFINITION = 'recipe.yaml';

/** Of one file: far more than any recipe needs. */
export const MAX_FILE_BYTES = 1 << 20;
const MOST_BYTES = 8 << 20;
/** Files and folders. */
const MOST_ENTRIES = 200;

/** Of a recipe that comes with the program; none for another name. */
export function builtInFiles(recipe: string): ReadonlyMap<string, RecipeFile> {
  const prefix = `${recipe}/`;
  return new Map(
    Object.entries(builtIn)
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, text]) => [
        path.slice(prefix.length),
        { bytes: Buffer.from(text, 'utf8'), executable: false },
      ]),
  );
}

/** Names of the recipes that come with the program. */
export function builtInNames(): string[] {
  const names = Object.keys(builtIn).filter((path) => path.endsWith(`/${DEFINITION}`));
  return names.map((path) => path.slice(0, -DEFINITION.length - 1));
}

/**
 * What lies in a folder. Names that begin with a dot (.git, what editors leave) are no part of a recipe. A link counts as
 * what it leads to, where that lies in the folder; recipe.yaml itself may be a link to anywhere, as those are that
 * keep their configuration elsewhere.
 *
 * @returns null where the folder holds no recipe.yaml
 * @throws GpuSetupError `recipe-unreadable`
 */
export async function readRecipeFolder(folder: string): Promise<Omit<RecipeFiles, 'digest'> | null> {
  const definition = join(folder, DEFINITION);
  try {
    await stat(definition);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw unreadable(definition, error);
  }
  const reader = new FolderReader(await realpath(folder));
  await reader.read('');
  return reader;
}

export function filesOf({ files, leftOut }: Omit<RecipeFiles, 'digest'>): RecipeFiles {
  const lines = [...files].map(([path, { bytes, executable }]) => ({
    path,
    kind: executable ? ('exec' as const) : ('file' as const),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }));
  return { files, leftOut, digest: digestOfTree(lines) };
}

/** Null where it is no text in UTF-8. */
export function readText({ bytes }: RecipeFile): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** @param to an empty folder */
export async function writeRecipeFiles({ files }: RecipeFiles, to: string): Promise<void> {
  for (const [path, { bytes, executable }] of files) {
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes, { flag: 'wx', mode: executable ? 0o755 : 0o644 });
  }
}

export function unreadable(path: string, error: unknown): GpuSetupError {
  return new GpuSetupError('recipe-unreadable', `${path} cannot be read: ${messageOf(error)}`, {
    hint: 'make it readable, or move it away',
    cause: error,
  });
}

class FolderReader {
  readonly files = new Map<string, RecipeFile>();
  readonly leftOut = new Map<string, string>();
  readonly #root: string;
  #bytes = 0;
  #entries = 0;

  /** @param root its real path */
  constructor(root: string) {
    this.#root = root;
  }

  /** The definition first: whatever else lies there, it is read. */
  async read(below: string): Promise<void> {
    const names = await readdir(join(this.#root, below)).catch((error: unknown) => {
      if (below === '') throw unreadable(this.#root, error);
      this.leftOut.set(below, messageOf(error));
      return [];
    });
    const first = (name: string): number => (below === '' && name === DEFINITION ? 0 : 1);
    for (const name of names.sort((a, b) => first(a) - first(b) || (a < b ? -1 : 1))) {
      if (name.startsWith('.')) continue;
      const path = below === '' ? name : `${below}/${name}`;
      if (++this.#entries > MOST_ENTRIES) {
        this.leftOut.set(path, `there are more than ${MOST_ENTRIES} files`);
        return;
      }
      await this.#take(path);
    }
  }

  async #take(path: string): Promise<void> {
    const full = join(this.#root, path);
    try {
      const real = await realpath(full);
      const isLink = real !== full;
      if (isLink && path !== DEFINITION && !real.startsWith(`${this.#root}/`)) {
        this.leftOut.set(path, "it leads out of the recipe's folder");
        return;
      }
      const found = await stat(real);
      if (found.isDirectory()) {
        if (isLink) this.leftOut.set(path, 'it is a link to a folder');
        else await this.read(path);
      } else if (!found.isFile()) this.leftOut.set(path, 'it is no ordinary file');
      else await this.#takeFile(path, real);
    } catch (error) {
      if (error instanceof GpuSetupError) throw error;
      if (path === DEFINITION) throw unreadable(full, error);
      this.leftOut.set(path, messageOf(error));
    }
  }

  async #takeFile(path: string, real: string): Promise<void> {
    // Not blocking: a pipe may have taken the file's place.
    const file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { mode } = await file.stat();
      const most = Math.min(MAX_FILE_BYTES, MOST_BYTES - this.#bytes);
      const bytes = Buffer.allocUnsafe(most + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
        if (length > most) {
          const what = most < MAX_FILE_BYTES ? 'all files together are' : 'it is';
          this.leftOut.set(
            path,
            `${what} larger than ${(most < MAX_FILE_BYTES ? MOST_BYTES : MAX_FILE_BYTES) >> 20} MiB`,
          );
          return;
        }
      }
      this.#bytes += length;
      this.files.set(path, {
        bytes: Buffer.from(bytes.subarray(0, length)),
        executable: (mode & 0o100) !== 0,
      });
    } finally {
      await file.close();
    }
  }
}
