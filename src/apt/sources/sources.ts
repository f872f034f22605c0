/** All sources: the built-in files, and the user's own in the configuration folder. */
import { readdir, readFile } from 'node:fs/promises';
import builtIn from 'assets:apt-sources';
import { hostArchitecture } from '../../base/architecture.ts';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { configurationPart } from '../../base/files/configuration-folder.ts';
import { withMirrors, type Mirrors } from './mirrors.ts';
import { parseSource } from './source-file.ts';
import type { Source } from '../types.ts';

const SUFFIX = '.sources';
const ID = /^[a-z0-9][a-z0-9.+-]*$/;

/**
 * Sources by id. A file in `<configFolder>/apt-sources/` takes the place of the built-in one of the same id, and has
 * from it what the file itself does not say of its packages.
 * Throws GpuSetupError `bad-sources` with file, line and what was expected; `bad-config` for a mirror of no source;
 * `config-unsafe`.
 */
export async function loadSources(
  configFolder: string,
  mirrors?: Mirrors,
): Promise<ReadonlyMap<string, Source>> {
  const architecture = hostArchitecture();
  const sources = new Map(builtInSources());
  for (const name of await namesIn(await configurationPart(configFolder, 'apt-sources'))) {
    const id = name.slice(0, -SUFFIX.length);
    const file = await configurationPart(configFolder, 'apt-sources', name);
    // Gone since.
    if (file === null) continue;
    if (!ID.test(id)) {
      throw new GpuSetupError(
        'bad-sources',
        `${file}: expected a name of lower-case letters, digits and ".+-" before ${SUFFIX}`,
        {
          hint: 'rename the file: its name is the id of the source',
          details: { file, line: null },
        },
      );
    }
    const builtIn = sources.get(id) ?? null;
    sources.set(id, parseSource(await contentOf(file), id, file, { builtIn, architecture }));
  }
  const sorted = new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));
  return mirrors === undefined ? sorted : withMirrors(sorted, mirrors);
}

/** Those that come with the program, as they are without the user's own and without mirrors. */
export function builtInSources(): ReadonlyMap<string, Source> {
  const architecture = hostArchitecture();
  const sources = new Map<string, Source>();
  for (const [name, text] of Object.entries(builtIn)) {
    if (!name.endsWith(SUFFIX)) continue;
    const id = name.slice(0, -SUFFIX.length);
    const file = `apt-sources/${name}`;
    sources.set(id, parseSource(Buffer.from(text, 'utf8'), id, file, { builtIn: null, architecture }));
  }
  return sources;
}

async function namesIn(folder: string | null): Promise<string[]> {
  if (folder === null) return [];
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return [];
    throw unreadable(folder, error);
  }
}

async function contentOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(path: string, cause: unknown): GpuSetupError {
  return new GpuSetupError('sources-unreadable', `cannot read ${path}: ${messageOf(cause)}`, {
    hint: `make ${path} readable, or name another configuration folder in GPU_SETUP_CONFIG`,
    cause,
  });
}
