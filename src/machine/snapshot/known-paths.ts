/**
 * Which paths a snapshot holds, sorted, so that what lies below a folder is found without a table of all folders: twenty
 * thousand paths of two hundred folders would make four million of them.
 */
import { joinPath } from '../paths.ts';

/** The character behind "/": what sorts after everything below a folder. */
const BEHIND_SLASH = '0';

export class KnownPaths {
  readonly #sorted: readonly string[];

  constructor(paths: Iterable<string>) {
    this.#sorted = [...new Set(paths)].sort(byUnits);
  }

  hasBelow(folder: string): boolean {
    const start = joinPath(folder, '');
    return this.#sorted[this.#firstFrom(start, true)]?.startsWith(start) === true;
  }

  /** Names in this folder, sorted. */
  namesIn(folder: string): string[] {
    const start = joinPath(folder, '');
    const names = new Set<string>();
    for (let at = this.#firstFrom(start, true); this.#sorted[at]?.startsWith(start) === true;) {
      const [name = ''] = this.#sorted[at]!.slice(start.length).split('/', 1);
      names.add(name);
      const isFolder = this.#sorted[at]!.length > start.length + name.length;
      at = isFolder ? this.#firstFrom(start + name + BEHIND_SLASH, false) : at + 1;
    }
    return [...names].sort();
  }

  /** Index of the first path that is not before this one, or that is behind it. */
  #firstFrom(path: string, isExclusive: boolean): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = byUnits(this.#sorted[middle]!, path);
      if (order < 0 || (isExclusive && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
