/** Reads the manifest of a prefix as a file of some machine; prefix/ writes it. */
import { messageOf } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import { isRecord } from '../../base/is-record.ts';
import { mapAnswer, present, unknown, type Answer } from '../answer.ts';
import type { Machine } from '../machine.ts';
import type { Manifest, PrefixInfo } from './prefix-manifest.ts';
import { joinPath } from '../paths.ts';

export const MANIFEST_PATH = '.gpu-setup/manifest.json';
/** The lock: what the prefix is made of, by which it can be made anew. */
export const LOCK_PATH = '.gpu-setup/gpu-setup.lock';

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

/**
 * What a manifest says of its prefix. The entries that follow are a hundred times as long and are left alone: whoever has
 * ten thousand prefixes has gigabytes of them.
 */
export async function readPrefixInfo(machine: Machine, prefix: string): Promise<Answer<PrefixInfo>> {
  const head = await readHead(machine, prefix, { bytes: 64 << 10, before: ',\n "entries": [', end: '}' });
  if (head !== null) return judged(head, flawOfPrefix, (value) => value['prefix'] as PrefixInfo);
  return mapAnswer(await readManifest(machine, prefix), (manifest) => manifest.prefix);
}

/** What stands before the list of packages: which CUDA and cuDNN, for which machines, and what of them was installed. */
export type PrefixRelease = Pick<
  PrefixInfo,
  'architecture' | 'recipe' | 'cuda' | 'cudnn' | 'components' | 'parts'
>;

export async function readPrefixRelease(machine: Machine, prefix: string): Promise<Answer<PrefixRelease>> {
  const head = await readHead(machine, prefix, { bytes: 2 << 10, before: ',\n  "packages": [', end: '}}' });
  if (head !== null) return judged(head, flawOfNames, (value) => value['prefix'] as PrefixInfo);
  return readPrefixInfo(machine, prefix);
}

/**
 * The beginning of a manifest as it is written: no text in JSON has a newline of its own, so the lines say where its parts
 * begin. Null where all of it has to be read to know.
 */
async function readHead(
  machine: Machine,
  prefix: string,
  { bytes, before, end }: { bytes: number; before: string; end: string },
): Promise<Answer<JsonObject | string> | null> {
  const answer = await machine.readFile(joinPath(prefix, MANIFEST_PATH), bytes);
  if (answer.state !== 'present') return answer;
  const cut = answer.value.truncated ? answer.value.text.indexOf(before) : -1;
  return cut === -1 ? null : present(parseObject(answer.value.text.slice(0, cut) + end), answer.from);
}

function judged<T>(
  head: Answer<JsonObject | string>,
  flawOf: (value: JsonObject) => string | null,
  pick: (value: JsonObject) => T,
): Answer<T> {
  if (head.state !== 'present') return head;
  const flaw = typeof head.value === 'string' ? head.value : flawOf(head.value);
  return flaw === null
    ? present(pick(head.value as JsonObject), head.from)
    : unknown('failed', flaw, head.from);
}

type JsonObject = Record<string, unknown>;

/** The manifest, or what is wrong with it. */
export function parseManifest(text: string): Manifest | string {
  const value = parseObject(text);
  if (typeof value === 'string') return value;
  const flaw = flawOfPrefix(value);
  if (flaw !== null) return flaw;
  const { entries } = value;
  if (!Array.isArray(entries)) return 'its entries are not a list';
  if (entries.some((entry) => isRecord(entry) && leavesPrefix(entry['path'])))
    return 'an entry has a path that leads out of the prefix';
  if (!entries.every(isEntry)) return 'an entry has no path or no known type';
  if (!Array.isArray(value['dropped']) || !Array.isArray(value['licences']))
    return 'it lacks dropped or licences';
  return value as unknown as Manifest;
}

function parseObject(text: string): JsonObject | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is no JSON (${escapeLine(messageOf(error))})`;
  }
  return isRecord(value) ? value : 'it is no JSON object';
}

/** What is wrong with the names in the part that describes the prefix; null: nothing. */
function flawOfNames({ schema, prefix }: JsonObject): string | null {
  if (schema !== 'gpu-setup/manifest@1') return `its schema is ${JSON.stringify(schema)}`;
  if (!isRecord(prefix)) return 'it describes no prefix';
  for (const field of ['name', 'path', 'cuda', 'installedAt']) {
    if (typeof prefix[field] !== 'string') return `prefix.${field} is not a text`;
  }
  for (const field of ['recipe', 'cudnn']) {
    if (prefix[field] !== null && typeof prefix[field] !== 'string')
      return `prefix.${field} is neither a text nor null`;
  }
  if (prefix['architecture'] !== undefined && typeof prefix['architecture'] !== 'string')
    return 'prefix.architecture is not a text';
  if (!Array.isArray(prefix['components'])) return 'prefix.components is not a list';
  if (prefix['parts'] !== undefined && !Array.isArray(prefix['parts'])) return 'prefix.parts is not a list';
  return null;
}

/** The same of the whole part. */
function flawOfPrefix(manifest: JsonObject): string | null {
  const flaw = flawOfNames(manifest);
  if (flaw !== null) return flaw;
  const prefix = manifest['prefix'] as JsonObject;
  if (!['reflink', 'hardlink', 'copy'].includes(String(prefix['sharing'])))
    return 'prefix.sharing is none of reflink, hardlink, copy';
  if (!Array.isArray(prefix['packages'])) return 'prefix.packages is not a list';
  if (!['string', 'undefined'].includes(typeof prefix['replaces'])) return 'prefix.replaces is not a text';
  const { bytes, packages, neededParts = [] } = prefix;
  if (!Array.isArray(neededParts) || !neededParts.every(isNeededPart))
    return 'prefix.neededParts is not a list of parts, each with what needs it';
  if (!isRecord(bytes) || typeof bytes['own'] !== 'number' || typeof bytes['shared'] !== 'number')
    return 'prefix.bytes has no own and shared';
  return (packages as unknown[]).every(isPackage) ? null : 'a package lacks a field';
}

/** Paths are read below the prefix: nobody but an attacker names what lies elsewhere. */
function leavesPrefix(path: unknown): boolean {
  return typeof path === 'string' && (/\0/.test(path) || path.split('/').some((part) => NO_NAME.has(part)));
}

/** An empty one begins a full path. */
const NO_NAME = new Set(['', '.', '..']);

function isEntry(entry: unknown): boolean {
  if (!isRecord(entry) || typeof entry['path'] !== 'string') return false;
  if (entry['type'] === 'dir') return true;
  if (entry['type'] === 'link') return typeof entry['target'] === 'string';
  const numbers = [entry['size'], entry['mode']];
  return (
    entry['type'] === 'file' &&
    typeof entry['sha256'] === 'string' &&
    numbers.every((number) => Number.isSafeInteger(number) && (number as number) >= 0)
  );
}

function isNeededPart(value: unknown): boolean {
  if (!isRecord(value) || typeof value['name'] !== 'string') return false;
  const by = value['neededBy'];
  return Array.isArray(by) && by.every((name) => typeof name === 'string');
}

function isPackage(value: unknown): boolean {
  const fields = ['name', 'version', 'architecture', 'source', 'sha256', 'payloadSha256'];
  return isRecord(value) && fields.every((field) => typeof value[field] === 'string');
}
