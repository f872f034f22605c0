/** How much of a package is wanted, before anybody saw what is in it: never less than it will be. */
import type { Component } from './component.ts';
import { withImplied } from './layout.ts';
import { partsOfPackage } from './parts.ts';
import { whole } from './rule-matcher.ts';
import table from './wanted-shares.json' with { type: 'json' };

interface ShareRule {
  /** Regular expression over the whole package name. */
  package: string;
  /** Of its Installed-Size, what these components want at most; of a package without a rule, everything. */
  atMost: readonly { share: number; of: readonly string[] }[];
}

const RULES = (table.rules as readonly ShareRule[]).map((rule) => ({
  package: whole(rule.package),
  atMost: rule.atMost,
}));

/** For packages whose index does not say what they have: libraries of machine code for many GPUs are packed best. */
const MOST_PER_PACKED = 12;

/** Bytes that a package may have unpacked, whatever is wanted of it. */
export function unpackedBytes({
  size,
  installedBytes,
}: {
  size: number;
  installedBytes: number | null;
}): number {
  return installedBytes ?? size * MOST_PER_PACKED;
}

/** @param one its size packed, and what its index says that it has installed */
export function wantedBytesAtMost(
  one: { name: string; size: number; installedBytes: number | null },
  components: readonly Component[],
): number {
  const all = unpackedBytes(one);
  const rule = RULES.find((each) => each.package.test(one.name));
  if (rule === undefined) return all;
  const asked: ReadonlySet<string> = new Set(withImplied(components));
  const share = rule.atMost
    .filter(({ of }) => of.some((component) => asked.has(component)))
    .reduce((sum, each) => sum + each.share, 0);
  // What is small is not in proportion to what is large: a licence, a stub, headers beside a gigabyte.
  return Math.min(all, Math.ceil(all * share) + table.bytesBesides);
}

const FILES = table.files.map(({ package: name, atLeast }) => ({ package: whole(name), atLeast }));

/**
 * Files that a package surely brings, of which its index says nothing: headers are many.
 *
 * @param parts of a toolkit, where some were named: of a package that carries many there may be hardly any file
 */
export function filesAtLeast(packageName: string, parts?: readonly string[]): number {
  if (parts !== undefined && partsOfPackage(packageName).length > 1) return table.filesBesides;
  return FILES.find((one) => one.package.test(packageName))?.atLeast ?? table.filesBesides;
}

/** Of the prefix itself: manifest, lock, scripts. The manifest has a line per file, and packages have hundreds. */
const OWN_BYTES = 1 << 20;
const OWN_BYTES_PER_PACKAGE = 32 << 10;

/** @param bytes of each package's files in the prefix */
export function prefixBytes(bytes: readonly number[]): number {
  return bytes.reduce((sum, one) => sum + one + OWN_BYTES_PER_PACKAGE, OWN_BYTES);
}
