/**
 * From the members of a package set to the entries of a prefix: pure. Every member is placed, dropped by name, or an
 * error; links are resolved over the whole set and rewritten so that they stay inside the prefix wherever it is put.
 */
import { posix } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import { isWanted, type Dropped, type Layout, type Placed } from '../layout/layout.ts';
import type { Component } from '../layout/component.ts';
import { unsafeMember } from './member-policy.ts';
import { parentOf, type TreeMember, type VirtualRoot } from './virtual-root.ts';

export interface PlaceOptions {
  layout: Layout;
  cuda: string;
  components: readonly Component[];
}

export type PlacedEntry =
  | { to: string; type: 'file'; from: string; member: TreeMember }
  | { to: string; type: 'link'; from: string; target: string };

export interface Placement {
  /** Sorted by path; parent folders are implied. */
  entries: readonly PlacedEntry[];
  /** "package: path -> why", sorted. */
  dropped: readonly string[];
  /** What was left out although a package is not expected to have it, for whoever installs. */
  warnings: readonly string[];
}

/** @throws GpuSetupError `unmapped-member`, `unsafe-member`, `link-outside`, `layout-collision` */
export function placeMembers(root: VirtualRoot, options: PlaceOptions): Placement {
  const entries = new Map<string, PlacedEntry>();
  const dropped: string[] = [];
  const unexpected: { member: TreeMember; why: string }[] = [];
  const places = new Map<string, string>();
  const links: { member: TreeMember; to: string }[] = [];
  for (const member of root.members()) {
    if (member.type === 'dir') continue;
    const place = placeOf(member, options);
    if ('drop' in place) {
      dropped.push(`${member.package}: ${member.path} -> ${place.drop}`);
      if (place.warn === true) unexpected.push({ member, why: place.drop });
      continue;
    }
    if (!isWanted(place, options)) continue;
    places.set(member.path, place.to);
    if (member.type === 'link') links.push({ member, to: place.to });
    else put(entries, { to: place.to, type: 'file', from: member.package, member });
  }
  const standIns = folderPlaces(places);
  for (const { member, to } of links) {
    const target = linkTarget(root, member, places, standIns);
    if (target.state === 'left-out') dropped.push(`${member.package}: ${member.path} -> ${target.why}`);
    // The layout brings the target itself to where the link was.
    else if (target.to === to) continue;
    else {
      const relative = posix.relative(posix.dirname(to), target.to) || '.';
      put(entries, { to, type: 'link', from: member.package, target: relative });
    }
  }
  const folders = new Set(['']);
  for (const entry of entries.values()) {
    for (let parent = parentOf(entry.to); !folders.has(parent); parent = parentOf(parent)) {
      const there = entries.get(parent);
      if (there !== undefined) throw collision(parent, there, entry);
      folders.add(parent);
    }
  }
  return {
    entries: [...entries.values()].sort((a, b) => (a.to < b.to ? -1 : 1)),
    dropped: dropped.sort(),
    warnings: warningsOf(unexpected),
  };
}

/** What was judged apart, as one. */
export function together(placements: readonly Placement[]): Placement {
  return {
    entries: placements.flatMap(({ entries }) => entries).sort((a, b) => (a.to < b.to ? -1 : 1)),
    dropped: placements.flatMap(({ dropped }) => dropped).sort(),
    warnings: placements.flatMap(({ warnings }) => warnings),
  };
}

/** One for each package and reason. */
function warningsOf(unexpected: readonly { member: TreeMember; why: string }[]): string[] {
  const groups = new Map<string, { from: string; why: string; names: string[] }>();
  for (const { member, why } of unexpected) {
    const key = `${member.package}\n${why}`;
    const group = groups.get(key) ?? { from: member.package, why, names: [] };
    group.names.push(escapeLine(posix.basename(member.path)));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ from, why, names }) => {
    const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
    return `left out of ${from}: ${names.slice(0, MOST_NAMED).join(', ')}${more} (${why})`;
  });
}

const MOST_NAMED = 3;

/** Where a member goes, or why it is left out. @throws GpuSetupError `unmapped-member`, `unsafe-member` */
export function placeOf(
  member: { package: string; path: string },
  options: { layout: Layout; cuda: string },
): Placed | Dropped {
  const place = options.layout.place(member.package, member.path, options.cuda);
  if (place !== null) {
    if ('refuse' in place) throw unsafeMember({ name: member.package }, member.path, place.refuse);
    if (!('to' in place) || isInside(place.to)) return place;
    throw new TypeError(
      `the ${options.layout.nameFor(member.package)} layout places ${member.path} outside the prefix: ${place.to}`,
    );
  }
  throw new GpuSetupError(
    'unmapped-member',
    `package ${member.package} holds "${escapeLine(member.path)}", for which the ${options.layout.nameFor(member.package)} path map has no place`,
    {
      hint: 'this is a gap in gpu-setup, please report it with this message; `--without` the component it belongs to may avoid it',
      details: { package: member.package, member: member.path },
    },
  );
}

function isInside(to: string): boolean {
  return to !== '' && to.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/**
 * Folders have no place of their own: where their contents keep their names under a folder of the prefix, that folder
 * stands for them. usr/lib/x/libdevice/a.bc at nvvm/libdevice/a.bc: usr/lib/x/libdevice is nvvm/libdevice. Null where
 * contents went to different folders.
 */
function folderPlaces(places: ReadonlyMap<string, string>): Map<string, string | null> {
  const folders = new Map<string, string | null>();
  const seen = new Set<string>();
  for (let [path, to] of places) {
    while (posix.basename(path) === posix.basename(to)) {
      path = posix.dirname(path);
      to = posix.dirname(to);
      // What was said of this pair was said of those above it too.
      if (path === '.' || to === '.' || seen.has(`${path}\n${to}`)) break;
      seen.add(`${path}\n${to}`);
      const known = folders.get(path);
      folders.set(path, known === undefined || known === to ? to : null);
    }
  }
  return folders;
}

const MOST_HOPS = 40;

type LinkTarget = { state: 'placed'; to: string } | { state: 'left-out'; why: string };

function linkTarget(
  root: VirtualRoot,
  link: TreeMember,
  places: ReadonlyMap<string, string>,
  folders: ReadonlyMap<string, string | null>,
): LinkTarget {
  // A chain of links stays a chain (libx.so -> libx.so.1 -> libx.so.1.2) as far as its parts are in the prefix. It is
  // followed to its end all the same: one that comes back to itself leads nowhere.
  let placed: LinkTarget | null = null;
  for (let at = link, hops = 0; ; hops++) {
    const next = root.step(at);
    if (next.state === 'missing') {
      // A link further on that leads nowhere is told of by itself.
      if (placed !== null) return placed;
      throw outside(link, next.path);
    }
    if (next.state === 'circular' || hops > MOST_HOPS) throw circular(link);
    const to = places.get(next.path) ?? folders.get(next.path) ?? undefined;
    if (to !== undefined) placed ??= { state: 'placed', to };
    if (next.member?.type !== 'link') {
      return placed ?? { state: 'left-out', why: `a link to ${next.path}, which is not part of this prefix` };
    }
    at = next.member;
  }
}

function circular(link: TreeMember): GpuSetupError {
  return new GpuSetupError(
    'link-outside',
    `package ${link.package}: the link "${link.path}" goes round in a circle`,
    { hint: 'report it to whoever publishes the package' },
  );
}

function outside(link: TreeMember, path: string): GpuSetupError {
  return new GpuSetupError(
    'link-outside',
    `package ${link.package}: the link "${link.path}" leads to "${escapeLine(link.target ?? '')}", and no package of this prefix has "${escapeLine(path)}"`,
    {
      hint: 'this is a gap in the path map of gpu-setup, please report it with this message',
      details: { package: link.package, member: link.path, target: link.target },
    },
  );
}

function put(entries: Map<string, PlacedEntry>, entry: PlacedEntry): void {
  const there = entries.get(entry.to);
  if (there === undefined) {
    entries.set(entry.to, entry);
    return;
  }
  const same =
    there.type === 'file' && entry.type === 'file'
      ? there.member.sha256 === entry.member.sha256
      : there.type === 'link' && entry.type === 'link' && there.target === entry.target;
  if (!same) throw collision(entry.to, there, entry);
}

function collision(to: string, a: PlacedEntry, b: PlacedEntry): GpuSetupError {
  return new GpuSetupError(
    'layout-collision',
    `packages ${a.from} and ${b.from} both bring "${to}" of the prefix, with different content`,
    { hint: 'this is a gap in the path map of gpu-setup, please report it with this message' },
  );
}
