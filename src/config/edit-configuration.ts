/** Changing one setting in the file, and leaving its comments and everything else where they stand. */
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMap, isScalar, parseDocument, type Document } from 'yaml';
import { GpuSetupError, messageOf, systemCode, usageError } from '../base/errors.ts';
import { judgeConfiguration } from '../base/files/configuration-folder.ts';
import { makeFolder } from '../base/files/folder-safety.ts';
import { replaceFile } from '../base/files/replace-file.ts';
import { isTooDeep } from '../formats/structured-text.ts';
import { badConfig, readSettings } from './parse-configuration.ts';
import { configurationText } from './read-configuration.ts';
import type { Addressed } from './settings.ts';

const HEADING =
  '# Settings of gpu-setup. "gpu-setup config list" shows them all, docs/guide/configuration.md explains them.\n';

/**
 * The text with the setting changed.
 *
 * @param value null takes the setting away
 * @throws GpuSetupError `bad-config` where the text is none that can be changed; `bad-setting` (exit code 2)
 */
export function edited(
  text: string,
  { key, path }: Pick<Addressed, 'key' | 'path'>,
  value: string | readonly string[] | null,
  file: string,
): string {
  const document = documentOf(text, file);
  if (value === null) remove(document, path);
  else put(document, path, value);
  const result = document.toString({ lineWidth: 0 });
  // Taking something away makes a bad file no worse, and may be what mends it.
  if (value === null) return result;
  const reading = readSettings(result);
  if (reading.ok) return result;
  const { trouble } = reading;
  const own = path.every((part, at) => trouble.path[at] === part);
  if (own) throw usageError('bad-setting', `${key}: ${trouble.what}`);
  throw badConfig(file, null, `${trouble.path.join('.')}: ${trouble.what}`);
}

function documentOf(text: string, file: string): Document {
  if (isTooDeep(text)) throw badConfig(file, null, 'it is nested too deeply');
  const document = parseDocument(text, { strict: true, uniqueKeys: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw badConfig(
      file,
      problem.linePos?.[0].line ?? null,
      problem.message.split('\n')[0]!.replace(/ at line .*$/, ''),
    );
  }
  if (document.contents !== null && !isMap(document.contents) && !isEmpty(document.contents)) {
    throw badConfig(file, 1, 'expected settings, each with its value, as in "colour: never"');
  }
  return document;
}

/** What stands for nothing. */
const isEmpty = (node: unknown): boolean => isScalar(node) && node.value === null;

function put(document: Document, path: readonly string[], value: string | readonly string[]): void {
  for (let length = 0; length < path.length; length++) {
    const above = path.slice(0, length);
    const node: unknown = length === 0 ? document.contents : document.getIn(above, true);
    if (!isEmpty(node)) continue;
    if (length === 0) document.contents = null;
    else document.deleteIn(above);
  }
  if (isScalar(document.getIn(path, true)) && typeof value === 'string') document.setIn(path, value);
  else document.setIn(path, document.createNode(value, { flow: true }));
}

function remove(document: Document, path: readonly string[]): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  const above = path.slice(0, -1);
  const left: unknown = above.length === 0 ? undefined : document.getIn(above, true);
  if (isMap(left) && left.items.length === 0) document.deleteIn(above);
}

/**
 * Changes the file, and makes it where it is not there.
 *
 * @returns whether anything was changed
 * @throws GpuSetupError what `edited` throws; `config-unsafe`, `config-unreadable`, `config-not-written`
 */
export async function changeSetting(
  path: string,
  at: Pick<Addressed, 'key' | 'path'>,
  value: string | readonly string[] | null,
): Promise<boolean> {
  const text = await configurationText(path);
  if (text === null && value === null) return false;
  const result = edited(text ?? HEADING, at, value, path);
  if (result === text) return false;
  try {
    await judgeConfiguration(path);
    // Root's configuration lies in /etc, where everybody may look which files there are.
    await makeFolder(dirname(path), process.getuid?.() === 0 ? 0o755 : 0o700);
    await judgeConfiguration(path);
    // Some keep their files elsewhere and link to them: the link stays.
    await replaceFile(await targetOf(path), result, 0o600);
  } catch (cause) {
    if (cause instanceof GpuSetupError) throw cause;
    throw new GpuSetupError('config-not-written', `cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
  return true;
}

async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return path;
    throw error;
  }
}
