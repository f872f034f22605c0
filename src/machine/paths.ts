/**
 * Absolute POSIX paths as plain text, and the one walk that resolves links inside a root directory or a snapshot:
 * component by component, absolute targets from that root, `..` never above it.
 */

/** As the kernel: more than 40 links on one path are a loop. */
const MAX_LINKS = 40;

/** Bounds what a chain of long targets can make of one path. */
const MAX_COMPONENTS = 4096;

/** Components without "", "." and "..": text only, links are not looked at. */
export function normalPath(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  return `/${out.join('/')}`;
}

export function parentOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '/' : path.slice(0, cut);
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

export type Resolution = { ok: true; path: string } | { ok: false; code: 'ELOOP' | 'ENAMETOOLONG' };

/**
 * @param readLink target of the link that lies at this resolved path; undefined where no link lies there
 * @param followLast false: the last component itself is not followed (for reading it as a link)
 */
export function resolvePath(
  path: string,
  readLink: (path: string) => string | undefined,
  followLast = true,
): Resolution {
  // Last component first, so that taking the next one and pushing a link's target are both cheap.
  const todo = path.split('/').reverse();
  let current = '/';
  let links = 0;
  while (todo.length > 0) {
    if (todo.length > MAX_COMPONENTS) return { ok: false, code: 'ENAMETOOLONG' };
    const part = todo.pop()!;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      current = parentOf(current);
      continue;
    }
    const next = joinPath(current, part);
    const isLast = todo.every((rest) => rest === '' || rest === '.');
    const target = isLast && !followLast ? undefined : readLink(next);
    if (target === undefined) {
      current = next;
      continue;
    }
    if (++links > MAX_LINKS) return { ok: false, code: 'ELOOP' };
    if (target.startsWith('/')) current = '/';
    todo.push(...target.split('/').reverse());
  }
  return { ok: true, path: current };
}
