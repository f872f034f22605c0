/** Links in a source tree: a build follows them, and must never get out of its private copy by one. */

/**
 * Whether a link keeps inside the tree it lies in. ".." may only stand in front: behind another name, that name could
 * be a link itself, and ".." would then lead elsewhere than it reads.
 *
 * @param path of the link below the tree, which lies below folders and not below links: "cfg/yolo.cfg"
 */
export function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/')) return false;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const up = parts.findIndex((part) => part !== '..');
  const ups = up === -1 ? parts.length : up;
  return ups <= path.split('/').length - 1 && !parts.slice(ups).includes('..');
}
