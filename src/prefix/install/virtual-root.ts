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
/** Steps to where a path leads. Links whose targets wind about, each over the next, would make millions of them. */
const MOST_PARTS = 2000;

export class VirtualRoot {
  readonly #members = new Map<string, TreeMember>();
  /** Folders that have something below them, whether or not a package names them. */
  readonly #parents = new Set<string>(['']);
  /** Where links led when they were asked for: many lead over the same ones. */
  readonly #steps = new WeakMap<TreeMember, Resolved>();

  /** @throws GpuSetupError `unsafe-member` for what contradicts an earlier member */
  add(member: TreeMember): void {
    const parents = this.#newParents(member.path);
    for (const parent of parents) {
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
    for (const parent of parents) this.#parents.add(parent);
  }

  /** The folders above a path that nothing lay below so far. Those above them are known to be folders. */
  #newParents(path: string): string[] {
    const parents: string[] = [];
    for (let at = parentOf(path); !this.#parents.has(at); at = parentOf(at)) parents.push(at);
    return parents;
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
    let step = this.#steps.get(link);
    if (step === undefined) {
      const target = link.target ?? '';
      step = this.resolve(target.startsWith('/') ? target : `${posix.dirname(link.path)}/${target}`, false);
      this.#steps.set(link, step);
    }
    return step;
  }

  /** Follows every link, within this root: absolute targets begin at it, and ".." stops at it. */
  resolve(path: string, followLast = true): Resolved {
    const todo = partsOf(path).reverse();
    let at = '';
    let links = 0;
    let parts = 0;
    while (todo.length > 0) {
      const part = todo.pop()!;
      const here = at === '' ? part : `${at}/${part}`;
      if (++parts > MOST_PARTS) return { state: 'circular', path: here };
      if (part === '..') {
        at = parentOf(at);
        continue;
      }
      const member = this.#members.get(here);
      const isLast = todo.length === 0;
      if (member?.type === 'link' && (followLast || !isLast)) {
        if (++links > MOST_LINKS) return { state: 'circular', path: here };
        const target = member.target ?? '';
        if (target.startsWith('/')) at = '';
        todo.push(...partsOf(target).reverse());
        continue;
      }
      const isFolder = member?.type === 'dir' || this.#parents.has(here);
      if ((member === undefined && !isFolder) || (!isLast && !isFolder))
        return { state: 'missing', path: here };
      at = here;
    }
    return { state: 'found', path: at, member: this.#members.get(at) ?? null };
  }
}

/** "a/b/c" -> "a/b"; "a" -> "" */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function differenceOf(a: TreeMember, b: TreeMember): string | null {
  if (a.type !== b.type) return `one is a ${a.type}, the other a ${b.type}`;
  if (a.type === 'link' && a.target !== b.target) return `links to "${a.target}" and "${b.target}"`;
  if (a.size !== b.size) return `${a.size} and ${b.size} bytes`;
  if (a.sha256 !== null && b.sha256 !== null && a.sha256 !== b.sha256) return 'other content';
  return null;
}
