/** The project file that counts for a folder: where it lies, whether it can be believed, what it says. */
import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { currentUser, flawOnTheWay, type Owner } from '../../base/files/folder-safety.ts';
import { shellLine } from '../../base/processes/shell-line.ts';
import { readContent } from '../../machine/kinds/disk.ts';
import { requireConsent, type Trust } from '../consent.ts';
import { unreadable } from './find-project-file.ts';
import { badProject, parseProject, type ProjectNames } from './project-form.ts';

/** The option that consents, as it is typed. */
export const TRUST_PROJECT_OPTION = '--trust-project';

/** Of a file with one line, and what people write above it. */
const MOST_BYTES = 64 << 10;

export interface Project {
  /** Its absolute path. */
  file: string;
  folder: string;
  /** SHA-256 of its bytes. */
  digest: string;
  names: ProjectNames;
  /** Why another than the user may have written it; null where nobody else can. */
  stranger: string | null;
}

/** @throws GpuSetupError `bad-project`, `project-unreadable` */
export async function readProject(file: string, user: Owner = currentUser()): Promise<Project> {
  const folder = dirname(file);
  await within(folder, file, 'it');
  const content = readContent(file, MOST_BYTES, { kind: 'file', name: file });
  if (content.state === 'absent') throw unreadable(file, 'it is gone');
  if (content.state === 'unknown') {
    if (content.reason === 'not-permitted') throw unreadable(file, content.why);
    throw badProject(file, content.why);
  }
  if (content.value.truncated) throw badProject(file, `it has more than ${MOST_BYTES >> 10} KiB`);
  const { bytes } = content.value;
  const names = parseProject(textIn(bytes, file), file);
  return {
    file,
    folder,
    digest: createHash('sha256').update(bytes).digest('hex'),
    names,
    stranger: await strangerOf(file, user),
  };
}

/** Asks for consent where another may have written it. @throws GpuSetupError `project-not-trusted`, `bad-digest` */
export async function requireProjectTrust(
  { file, digest, names, stranger }: Project,
  trust: Trust,
): Promise<void> {
  if (stranger === null) return;
  const { command } = trust;
  const says = `${names.kind}: ${names.word}`;
  await requireConsent(
    {
      list: 'projects',
      name: file,
      question: { kind: 'project', file, why: stranger, says, digest },
      option: TRUST_PROJECT_OPTION,
      refusal: (why) =>
        new GpuSetupError(
          'project-not-trusted',
          `${file} (${says}) may be another's, since ${stranger}, and ${why}; its digest is ${digest}`,
          {
            hint: `read it; where you trust it: ${shellLine([...command.slice(0, 2), TRUST_PROJECT_OPTION, digest, ...command.slice(2)])}`,
            details: { file, digest },
          },
        ),
    },
    trust,
  );
}

/** A path that the file names. @returns absolute @throws GpuSetupError `bad-project`, `project-unreadable` */
export async function namedPath({ file, folder, names }: Project): Promise<string> {
  const path = join(folder, names.word);
  await within(folder, path, `${names.kind}: ${names.word}`, file);
  return path;
}

/** Links may lead about in the folder, and not out of it. */
async function within(folder: string, path: string, what: string, file = path): Promise<void> {
  let root: string;
  let real: string;
  try {
    root = await realpath(folder);
    real = await realpath(path);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (['EACCES', 'EPERM'].includes(code)) throw unreadable(path, messageOf(error));
    throw badProject(file, `${what} leads nowhere (${messageOf(error)})`);
  }
  const start = root === '/' ? root : `${root}/`;
  if (!real.startsWith(start)) throw badProject(file, `${what} leads out of its folder, to ${real}`);
}

function textIn(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badProject(file, 'it is no text in UTF-8');
  }
}

/** The file itself, and whoever could put another one in its place. */
async function strangerOf(file: string, user: Owner): Promise<string | null> {
  try {
    const { uid } = await stat(file);
    if (uid !== 0 && uid !== user.uid) return `it belongs to another user (uid ${uid})`;
    const flaw = await flawOnTheWay(file, user);
    return flaw === null ? null : `${flaw.path === file ? 'it' : flaw.path} ${flaw.why}`;
  } catch (error) {
    throw unreadable(file, messageOf(error));
  }
}
