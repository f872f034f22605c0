/** Reads the manifest of a prefix as a file of some machine; prefix/ writes it. */
import { messageOf } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import { isRecord } from '../../base/is-record.ts';
import { present, unknown, type Answer } from '../answer.ts';
import type { Machine } from '../machine.ts';
import type { Manifest } from './prefix-manifest.ts';
import { joinPath } from '../paths.ts';

export const MANIFEST_PATH = '.gpu-setup/manifest.json';

/** A prefix with everything has some ten thousand files of 200 bytes each. */
const MAX_BYTES = 64 << 20;

/** @param prefix root of the prefix. Absent: no manifest; unknown `failed`: it is damaged, and why */
export async function readManifest(machine: Machine, prefix: string): Promise<Answer<Manifest>> {
  const answer = await machine.readFile(joinPath(prefix, MANIFEST_PATH), MAX_BYTES);
  if (answer.state !== 'present') return answer;
  const manifest = answer.value.truncated ? 'it is cut off' : parseManifest(answer.value.text);
  return typeof manifest === 'string'
    ? unknown('failed', manifest, answer.from)
    : present(manifest, answer.from);
}

/** The manifest, or what is wrong with it. */
export function parseManifest(text: string): Manifest | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is no JSON (${escapeLine(messageOf(error))})`;
  }
  if (!isRecord(value)) return 'it is no JSON object';
  if (value['schema'] !== 'gpu-setup/manifest@1') return `its schema is ${JSON.stringify(value['schema'])}`;
  const { prefix, entries } = value;
  if (!isRecord(prefix)) return 'it describes no prefix';
  for (const field of ['name', 'path', 'cuda', 'installedAt']) {
    if (typeof prefix[field] !== 'string') return `prefix.${field} is not a text`;
  }
  if (!['reflink', 'hardlink', 'copy'].includes(String(prefix['sharing'])))
    return 'prefix.sharing is none of reflink, hardlink, copy';
  for (const field of ['recipe', 'cudnn']) {
    if (prefix[field] !== null && typeof prefix[field] !== 'string')
      return `prefix.${field} is neither a text nor null`;
  }
  for (const field of ['components', 'packages']) {
    if (!Array.isArray(prefix[field])) return `prefix.${field} is not a list`;
  }
  const { bytes, packages } = prefix;
  if (!isRecord(bytes) || typeof bytes['own'] !== 'number' || typeof bytes['shared'] !== 'number')
    return 'prefix.bytes has no own and shared';
  if (!(packages as unknown[]).every(isPackage)) return 'a package lacks a field';
  if (!Array.isArray(entries)) return 'its entries are not a list';
  if (!entries.every(isEntry)) return 'an entry has no path or no known type';
  if (!Array.isArray(value['dropped']) || !Array.isArray(value['licences']))
    return 'it lacks dropped or licences';
  return value as unknown as Manifest;
}

function isEntry(entry: unknown): boolean {
  if (!isRecord(entry) || typeof entry['path'] !== 'string') return false;
  if (entry['type'] === 'dir') return true;
  if (entry['type'] === 'link') return typeof entry['target'] === 'string';
  return entry['type'] === 'file' && typeof entry['sha256'] === 'string' && typeof entry['size'] === 'number';
}

function isPackage(value: unknown): boolean {
  const fields = ['name', 'version', 'architecture', 'source', 'sha256', 'payloadSha256'];
  return isRecord(value) && fields.every((field) => typeof value[field] === 'string');
}
