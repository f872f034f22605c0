/**
 * All members of all packages of one prefix, as one file tree that exists only in memory. Conflicts between packages
 * are found here, and links are resolved here, never on the disk.
 */
import { posix } from 'node:path';
import { unsafeMember } from './member-policy.ts';

export interface TreeMember {
  path: string;
  type: 'file' | 'dir' | 'link';
  package: string;
  /** 0 for everything but files. */
  size: number;
  /** As in its package. */
  mode: number;
  /** Seconds since 1970. */
  mtime: number;
  /** Of a file's content; null where nobody asked for its bytes. */
  sha256: string | null;
  /** Of links, as written. */
  target: string | null;
}

export type Resolved =
  | { state: 'found'; path: string; member: TreeMember | null }
  /** The path at which nothing of the package set lies, or at which links go round in a circle, respectively. */
  | { state: 'missing'; path: string }
  | { state: 'circular'; path: string };

const MOST_LINKS = 40;

export class VirtualRoot {
  readonly #members = new Map<string, TreeMember>();
  /** Folders that have something below them, whether or not a package names them. */
  readonly #parents = new Set<string>(['']);

  /** @throws GpuSetupError `unsafe-member` for what contradicts an earlier member */
  add(member: TreeMember): void {
    for (const parent of parentsOf(member.path)) {
      const there = this.#members.get(parent);
      if (there !== undefined && there.type !== 'dir') {
        const what = there.type === 'link' ? 'a link' : 'a file';
        throw unsafeMember(
          { name: member.package },
          member.path,
          `lies below "${parent}", which package ${there.package} made ${what}`,
        );
      }
    }
    const earlier = this.#members.get(member.path);
    if (earlier !== undefined) {
      const difference = differenceOf(earlier, member);
      if (difference !== null) {
        throw unsafeMember(
          { name: member.package },
          member.path,
          `differs from the one of package ${earlier.package}: ${difference}`,
        );
      }
      if (earlier.sha256 === null && member.sha256 !== null) this.#members.set(member.path, member);
      return;
    }
    if (member.type !== 'dir' && this.#parents.has(member.path)) {
      throw unsafeMember(
        { name: member.package },
        member.path,
        `is a ${member.type} where another package has a folder`,
      );
    }
    this.#members.set(member.path, member);
    for (const parent of parentsOf(member.path)) this.#parents.add(parent);
  }

  /** In the order in which they came. */
  members(): IterableIterator<TreeMember> {
    return this.#members.values();
  }

  get(path: string): TreeMember | undefined {
    return this.#members.get(path);
  }

  /** Where one link leads: its own target with the links on the way there resolved, but not the last one. */
  step(link: TreeMember): Resolved {
    const target = link.target ?? '';
    return this.resolve(target.startsWith('/') ? target : `${posix.dirname(link.path)}/${target}`, false);
  }

  /** Follows every link, within this root: absolute targets begin at it, and ".." stops at it. */
  resolve(path: string, followLast = true): Resolved {
    const todo = path.split('/').reverse();
    let at: string[] = [];
    let links = 0;
    while (todo.length > 0) {
      const part = todo.pop()!;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at.pop();
        continue;
      }
      const here = [...at, part].join('/');
      const member = this.#members.get(here);
      const isLast = todo.every((rest) => rest === '' || rest === '.');
      if (member?.type === 'link' && (followLast || !isLast)) {
        if (++links > MOST_LINKS) return { state: 'circular', path: here };
        const target = member.target ?? '';
        if (target.startsWith('/')) at = [];
        todo.push(...target.split('/').reverse());
        continue;
      }
      const isFolder = member?.type === 'dir' || this.#parents.has(here);
      if ((member === undefined && !isFolder) || (!isLast && !isFolder))
        return { state: 'missing', path: here };
      at.push(part);
    }
    const found = at.join('/');
    return { state: 'found', path: found, member: this.#members.get(found) ?? null };
  }
}

/** "a/b/c" -> "a", "a/b" */
export function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

function differenceOf(a: TreeMember, b: TreeMember): string | null {
  if (a.type !== b.type) return `one is a ${a.type}, the other a ${b.type}`;
  if (a.type === 'link' && a.target !== b.target) return `links to "${a.target}" and "${b.target}"`;
  if (a.size !== b.size) return `${a.size} and ${b.size} bytes`;
  if (a.sha256 !== null && b.sha256 !== null && a.sha256 !== b.sha256) return 'other content';
  return null;
}
