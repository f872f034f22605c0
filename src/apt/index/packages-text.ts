/**
 * A Packages index cut down to what the client needs, one package per line: small enough to keep, fast enough to read
 * 60,000 of them at every start.
 *
 *     gpu-setup-packages 2 <sha256 of the rest>
 *     ["warnings", "as JSON"]
 *     name \t provides \t version \t architecture \t size \t sha256 \t installed KiB \t path \t section \t pre-depends \t
 *     depends \t recommends \t synopsis
 *
 * Name and Provides come first: they are all that is read of most lines. Lines of one name, version and architecture
 * differ in their digests; the last of them counts for all else.
 */
import { createHash } from 'node:crypto';
import { GpuSetupError } from '../../base/errors.ts';
import { parseDependencies } from './dependency.ts';
import { isArchitectureName, isPackageName, isPackageVersion, isSafePath } from './stanza-form.ts';
import type { Dependency, IndexedPackage } from '../types.ts';

/** In the order of the columns. */
const COLUMNS = [
  'package',
  'provides',
  'version',
  'architecture',
  'size',
  'sha256',
  'installed-size',
  'filename',
  'section',
  'pre-depends',
  'depends',
  'recommends',
  'description',
] as const;
const COLUMN = new Map<string, number>(COLUMNS.map((name, index) => [name, index]));
const HEADER = 'gpu-setup-packages 2 ';
const MAX_WARNINGS = 50;
/** The largest stanza of Debian has 60 KiB (long Provides). */
const MAX_STANZA_BYTES = 4 << 20;

const NEWLINE = 10;
const TAB = 9;
const HASH = 35;

/** Builds the cut-down text from the chunks of a Packages file; `title` names the index in warnings. */
export class PackagesTextBuilder {
  private readonly title: string;
  private readonly lines: string[] = [];
  /** Name, version, architecture and digest -> index in `lines`. */
  private readonly known = new Map<string, number>();
  private readonly warnings: string[] = [];
  private incomplete = 0;
  private rest: Buffer = Buffer.alloc(0);

  constructor(title: string) {
    this.title = title;
  }

  /** Chunks may be cut anywhere. */
  add(chunk: Uint8Array): void {
    let buffer =
      this.rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([this.rest, chunk]);
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      this.addStanza(buffer.toString('latin1', 0, end));
      buffer = buffer.subarray(end + 2);
    }
    if (buffer.length > MAX_STANZA_BYTES) {
      throw new GpuSetupError('bad-index', `${this.title}: a stanza of more than ${MAX_STANZA_BYTES} bytes`);
    }
    this.rest = buffer;
  }

  finish(): Buffer {
    this.addStanza(this.rest.toString('latin1'));
    if (this.incomplete > 0) {
      this.warn(
        `${this.title}: ${this.incomplete} entries lack a version, file name, size or SHA256 and cannot be used`,
      );
    }
    const first = `${JSON.stringify(this.warnings)}\n`;
    const start = HEADER.length + 64 + 1;
    const length = this.lines.reduce((sum, line) => sum + line.length, start + first.length);
    const text = Buffer.alloc(length);
    let at = start + text.write(first, start, 'latin1');
    for (const line of this.lines) at += text.write(line, at, 'latin1');
    text.write(`${HEADER}${digest(text.subarray(start))}\n`, 0, 'latin1');
    return text;
  }

  private warn(text: string): void {
    // The file is latin1: bytes of other text would be lost, and only names and versions stand in here.
    if (this.warnings.length < MAX_WARNINGS) this.warnings.push(text);
  }

  /** Latin-1 keeps every byte as it is; the synopsis becomes UTF-8 again when it is read. */
  private addStanza(stanza: string): void {
    const values = readColumns(stanza);
    if (values === null) return;
    const [name, , version, architecture, size, sha256, , path] = values as [string, ...string[]];
    if (
      !isPackageName(name) ||
      !isPackageVersion(version!) ||
      !isArchitectureName(architecture!) ||
      !/^\d{1,15}$/.test(size!) ||
      !/^[0-9a-f]{64}$/i.test(sha256!) ||
      !isSafePath(path!)
    ) {
      this.incomplete++;
      return;
    }
    values[5] = sha256!.toLowerCase();
    values[7] = path!.replace(/^(\.\/)+/, '');
    const line = `${values.join('\t')}\n`;
    const key = `${name} ${version} ${architecture} ${values[5]}`;
    const before = this.known.get(key);
    // The last one counts for all else: it takes its place behind the others.
    if (before !== undefined) this.lines[before] = '';
    this.known.set(key, this.lines.push(line) - 1);
  }
}

/** The columns of one stanza, folded lines joined by spaces; null where it is empty or only comments. */
function readColumns(stanza: string): string[] | null {
  const values: string[] = COLUMNS.map(() => '');
  let any = false;
  let column: number | undefined;
  for (let start = 0; start < stanza.length;) {
    const newline = stanza.indexOf('\n', start);
    const end = newline < 0 ? stanza.length : newline;
    const first = stanza.charCodeAt(start);
    if (first === 32 || first === TAB) {
      // Of a description only the first line counts.
      if (column !== undefined && COLUMNS[column] !== 'description') {
        values[column] += ` ${stanza.slice(start, end).trim()}`;
      }
    } else if (first !== HASH) {
      const colon = stanza.indexOf(':', start);
      column = colon < 0 || colon > end ? undefined : COLUMN.get(stanza.slice(start, colon).toLowerCase());
      if (column !== undefined) values[column] = stanza.slice(colon + 1, end).trim();
      any = true;
    }
    start = end + 1;
  }
  return any ? values.map((value) => value.replace(/[\t\r\n]+/g, ' ')) : null;
}

/** The cut-down text with an index of its names. */
export class PackagesText {
  readonly warnings: readonly string[];
  private readonly body: Buffer;
  private readonly byName = new Map<string, number[] | number>();
  /** Provided name -> offsets of lines. */
  private readonly provided = new Map<string, number[]>();

  private constructor(body: Buffer) {
    this.body = body;
    const start = body.indexOf(NEWLINE) + 1;
    this.warnings = JSON.parse(body.toString('utf8', 0, start)) as string[];
    for (let at = start; at < body.length; at = body.indexOf(NEWLINE, at) + 1) this.remember(at);
  }

  /** Null where the bytes are not what a builder of this version has written. */
  static read(bytes: Buffer): PackagesText | null {
    const newline = bytes.indexOf(NEWLINE);
    if (newline < 0) return null;
    const body = bytes.subarray(newline + 1);
    return bytes.toString('latin1', 0, newline) === `${HEADER}${digest(body)}`
      ? new PackagesText(body)
      : null;
  }

  names(): Iterable<string> {
    return this.byName.keys();
  }

  /** In the order of the index. */
  packages(name: string, sourceId: string, suite: string): IndexedPackage[] {
    const at = this.byName.get(name);
    const offsets = at === undefined ? [] : typeof at === 'number' ? [at] : at;
    return onePerVersion(offsets.map((offset) => this.parse(offset, sourceId, suite)));
  }

  providers(name: string, sourceId: string, suite: string): IndexedPackage[] {
    const offsets = this.provided.get(name) ?? [];
    return onePerVersion(offsets.map((offset) => this.parse(offset, sourceId, suite)));
  }

  private remember(offset: number): void {
    const nameEnd = this.body.indexOf(TAB, offset);
    const name = this.body.toString('latin1', offset, nameEnd);
    const known = this.byName.get(name);
    if (known === undefined) this.byName.set(name, offset);
    else if (typeof known === 'number') this.byName.set(name, [known, offset]);
    else known.push(offset);
    if (this.body[nameEnd + 1] === TAB) return;
    const provides = this.body.toString('latin1', nameEnd + 1, this.body.indexOf(TAB, nameEnd + 1));
    for (const part of provides.split(',')) {
      const virtual = /^\s*([^\s(:]+)/.exec(part)?.[1];
      if (virtual === undefined) continue;
      const offsets = this.provided.get(virtual);
      if (offsets === undefined) this.provided.set(virtual, [offset]);
      else if (offsets.at(-1) !== offset) offsets.push(offset);
    }
  }

  private parse(offset: number, sourceId: string, suite: string): IndexedPackage {
    const values = this.body.toString('latin1', offset, this.body.indexOf(NEWLINE, offset)).split('\t');
    const value = (name: (typeof COLUMNS)[number]): string => values[COLUMN.get(name)!] ?? '';
    const architecture = value('architecture');
    const kib = value('installed-size');
    return {
      sourceId,
      suite,
      name: value('package'),
      version: value('version'),
      architecture,
      depends: parseDependencies(value('depends'), architecture),
      preDepends: parseDependencies(value('pre-depends'), architecture),
      recommends: parseDependencies(value('recommends'), architecture),
      provides: parseDependencies(value('provides'), architecture).flat() as Dependency[],
      path: Buffer.from(value('filename'), 'latin1').toString('utf8'),
      size: Number(value('size')),
      sha256: value('sha256'),
      alternatives: [],
      installedBytes: /^\d{1,12}$/.test(kib) ? Number(kib) * 1024 : null,
      description: Buffer.from(value('description'), 'latin1').toString('utf8'),
      section: value('section') || null,
    };
  }
}

/** Stanzas of one name, version and architecture become one package, which has the others' bytes as alternatives. */
function onePerVersion(packages: IndexedPackage[]): IndexedPackage[] {
  if (packages.length < 2) return packages;
  const found = new Map<string, IndexedPackage>();
  for (const one of packages) {
    const key = `${one.name} ${one.version} ${one.architecture}`;
    const before = found.get(key);
    if (before === undefined) found.set(key, one);
    else {
      const { path, size, sha256, alternatives } = before;
      found.set(key, { ...one, alternatives: [...alternatives, { path, size, sha256 }] });
    }
  }
  return [...found.values()];
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
