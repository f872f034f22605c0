/**
 * The boxes of an annotations file, 47 bytes each: 860,000 of COCO's take 40 MB, where objects would take ten times
 * that. They are kept whole until the end, since the categories that say which of them are wanted stand last in COCO's
 * files.
 */

/** In pixels of the image, from its top left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A file with more is refused: half a gigabyte of memory for boxes alone. */
export const MAX_BOXES = 10_000_000;

const CHUNK = 1 << 16;

interface Chunk {
  ids: Float64Array;
  /** x, y, width, height */
  corners: Float64Array;
  images: Uint32Array;
  categories: Uint16Array;
  crowd: Uint8Array;
}

export class Boxes {
  readonly #chunks: Chunk[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @param image @param category places in the lists of images and categories */
  add(id: number, image: number, category: number, box: Box, crowd: boolean): void {
    const at = this.#length % CHUNK;
    if (at === 0) {
      this.#chunks.push({
        ids: new Float64Array(CHUNK),
        corners: new Float64Array(4 * CHUNK),
        images: new Uint32Array(CHUNK),
        categories: new Uint16Array(CHUNK),
        crowd: new Uint8Array(CHUNK),
      });
    }
    const chunk = this.#chunks.at(-1)!;
    chunk.ids[at] = id;
    chunk.corners.set([box.x, box.y, box.width, box.height], 4 * at);
    chunk.images[at] = image;
    chunk.categories[at] = category;
    chunk.crowd[at] = crowd ? 1 : 0;
    this.#length++;
  }

  image(index: number): number {
    return this.#chunk(index).images[index % CHUNK]!;
  }

  category(index: number): number {
    return this.#chunk(index).categories[index % CHUNK]!;
  }

  crowd(index: number): boolean {
    return this.#chunk(index).crowd[index % CHUNK] === 1;
  }

  box(index: number): Box {
    const [x, y, width, height] = this.#chunk(index).corners.subarray(4 * (index % CHUNK));
    return { x: x!, y: y!, width: width!, height: height! };
  }

  /** An id that two of them carry; null where there is none. */
  repeatedId(): number | null {
    const ids = new Float64Array(this.#length);
    this.#chunks.forEach((chunk, at) =>
      ids.set(chunk.ids.subarray(0, Math.min(CHUNK, this.#length - at * CHUNK)), at * CHUNK),
    );
    ids.sort();
    const at = ids.findIndex((id, place) => place > 0 && id === ids[place - 1]);
    return at < 0 ? null : ids[at]!;
  }

  #chunk(index: number): Chunk {
    return this.#chunks[Math.floor(index / CHUNK)]!;
  }
}
