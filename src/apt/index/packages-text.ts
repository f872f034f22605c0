/**
 * A Packages index cut down to what the client needs, one package per line: small enough to keep, fast enough to read
 * 60,000 of them at every start.
 *
 *     gpu-setup-packages 2 <sha256 of the rest>
 *     ["warnings", "as JSON"]
 *     name \t provides \t version \t architecture \t size \t sha256 \t installed KiB \t path \t section \t pre-depends \t
 *     depends \t recommends \t synopsis
 *
 * Name and Provides come first: they are all that is read of most lines. Of lines of one name, version and architecture
 * the last counts for all but their digests.
 */
import { createHash } from 'node:crypto';
import { parseDependencies } from './dependency.ts';
import { COLUMNS, type Column } from './stanza-line.ts';
import type { Dependency, IndexedPackage } from '../types.ts';

const COLUMN = new Map<string, number>(COLUMNS.map((name, index) => [name, index]));
const HEADER = 'gpu-setup-packages 2 ';
const NEWLINE = 10;
const TAB = 9;
/** The cut-down text with an index of its names. */
export class PackagesText {
  readonly warnings: readonly string[];
  /** As it is kept. */
  readonly bytes: Buffer;
  /** Name -> offsets of its lines. */
  private readonly byName = new Map<string, number[] | number>();
  /** Provided name -> offsets of lines. */
  private readonly provided = new Map<string, number[]>();

  private constructor(bytes: Buffer) {
    this.bytes = bytes;
    const warnings = bytes.indexOf(NEWLINE) + 1;
    const lines = bytes.indexOf(NEWLINE, warnings) + 1;
    this.warnings = JSON.parse(bytes.toString('utf8', warnings, lines)) as string[];
    for (let at = lines; at < bytes.length; at = bytes.indexOf(NEWLINE, at) + 1) this.remember(at);
  }

  /** @param pieces lines, in their order, as StanzaLine writes them */
  static of(warnings: readonly string[], pieces: readonly Uint8Array[]): PackagesText {
    const start = HEADER.length + 64 + 1;
    const first = Buffer.from(`${JSON.stringify(warnings)}\n`);
    const bytes = Buffer.concat([Buffer.alloc(start), first, ...pieces]);
    bytes.write(`${HEADER}${digest(bytes.subarray(start))}\n`, 'latin1');
    return new PackagesText(bytes);
  }

  /** Null where the bytes are not what this version has kept. */
  static read(bytes: Buffer): PackagesText | null {
    const newline = bytes.indexOf(NEWLINE);
    if (newline < 0) return null;
    const header = bytes.toString('latin1', 0, newline);
    return header === `${HEADER}${digest(bytes.subarray(newline + 1))}` ? new PackagesText(bytes) : null;
  }

  names(): Iterable<string> {
    return this.byName.keys();
  }

  has(name: string): boolean {
    return this.byName.has(name);
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
    const nameEnd = this.bytes.indexOf(TAB, offset);
    const name = this.bytes.toString('latin1', offset, nameEnd);
    const known = this.byName.get(name);
    if (known === undefined) this.byName.set(name, offset);
    else if (typeof known === 'number') this.byName.set(name, [known, offset]);
    else known.push(offset);
    if (this.bytes[nameEnd + 1] === TAB) return;
    const provides = this.bytes.toString('latin1', nameEnd + 1, this.bytes.indexOf(TAB, nameEnd + 1));
    for (const part of provides.split(',')) {
      const virtual = /^\s*([^\s(:]+)/.exec(part)?.[1];
      if (virtual === undefined) continue;
      const offsets = this.provided.get(virtual);
      if (offsets === undefined) this.provided.set(virtual, [offset]);
      else if (offsets.at(-1) !== offset) offsets.push(offset);
    }
  }

  private parse(offset: number, sourceId: string, suite: string): IndexedPackage {
    const values = this.bytes.toString('latin1', offset, this.bytes.indexOf(NEWLINE, offset)).split('\t');
    const value = (name: Column): string => values[COLUMN.get(name)!] ?? '';
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
      sha256: value('sha256').toLowerCase(),
      alternatives: [],
      installedBytes: /^\d{1,12}$/.test(kib) ? Number(kib) * 1024 : null,
      description: Buffer.from(value('description'), 'latin1').toString('utf8'),
      section: value('section') || null,
    };
  }
}

/** Lines of one name, version and architecture become one package, which has the others' bytes as alternatives. */
function onePerVersion(packages: IndexedPackage[]): IndexedPackage[] {
  if (packages.length < 2) return packages;
  const found = new Map<string, Map<string, IndexedPackage>>();
  for (const one of packages) {
    const key = `${one.name} ${one.version} ${one.architecture}`;
    const files = found.get(key) ?? new Map<string, IndexedPackage>();
    found.set(key, files);
    // The last one counts for all else: it takes its place behind the others.
    files.delete(one.sha256);
    files.set(one.sha256, one);
  }
  return [...found.values()].map((files) => {
    const others = [...files.values()];
    const last = others.pop()!;
    return { ...last, alternatives: others.map(({ path, size, sha256 }) => ({ path, size, sha256 })) };
  });
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
