/** Boxes of objects in a picture, in pixels, as their edges. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** An object that is in a picture. */
export interface Truth {
  /** Index into the names of the classes. */
  class: number;
  box: Box;
}

/** An object that a network sees in a picture. */
export interface Detection extends Truth {
  /** In [0, 1]. */
  score: number;
}

/** Area of the intersection by area of the union; 0 where boxes do not overlap. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

function area(box: Box): number {
  return (box.right - box.left) * (box.bottom - box.top);
}
