/** The licence texts that packages brought along: .gpu-setup/licences/<package>/<file> of a prefix. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCode } from '../../base/errors.ts';
import { readContent } from '../../machine/kinds/disk.ts';

export interface LicenceText {
  package: string;
  file: string;
  path: string;
  /** Null where it cannot be read, is no text, or longer than any licence. */
  text: string | null;
  /** Why there is no text. */
  why: string | null;
}

const FOLDER = '.gpu-setup/licences';
/** Of Debian's longest, ten times as much. */
const MOST_BYTES = 4 << 20;

/** By package, then by file; none where no package brought one. @param prefix its path */
export async function licenceTexts(prefix: string): Promise<LicenceText[]> {
  const texts: LicenceText[] = [];
  for (const name of await namesIn(join(prefix, FOLDER))) {
    for (const file of await namesIn(join(prefix, FOLDER, name))) {
      const path = join(prefix, FOLDER, name, file);
      texts.push({ package: name, file, path, ...textOf(path) });
    }
  }
  return texts;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

function textOf(path: string): Pick<LicenceText, 'text' | 'why'> {
  const content = readContent(path, MOST_BYTES, { kind: 'file', name: path });
  if (content.state !== 'present')
    return { text: null, why: content.state === 'unknown' ? content.why : 'it is gone' };
  if (content.value.truncated) return { text: null, why: `it has more than ${MOST_BYTES >> 20} MiB` };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(content.value.bytes), why: null };
  } catch (error) {
    return { text: null, why: `it is no text in UTF-8 (${messageOf(error)})` };
  }
}
