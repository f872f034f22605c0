/**
 * COCO's instances files (https://cocodataset.org/#format-data), one object of 450 MB on one line:
 *
 *     {"info": {...}, "licenses": [...],
 *      "images": [{"id": 391895, "file_name": "000000391895.jpg", "width": 640, "height": 360, ...}, ...],
 *      "annotations": [{"id": 156, "image_id": 558840, "category_id": 58, "bbox": [199.84, 200.46, 77.71, 70.88],
 *                       "iscrowd": 0, "segmentation": [...], ...}, ...],
 *      "categories": [{"id": 1, "name": "person", "supercategory": "person"}, ...]}
 *
 * The sections may come in any order: an annotation takes a place for its image and its category, which the other
 * sections fill before or after it.
 */
import { Boxes, MAX_BOXES, type Box } from './boxes.ts';
import { badAnnotations } from './bad-annotations.ts';
import { JsonElements, JsonProblem, type Element } from './json-elements.ts';

export interface CocoImage {
  id: number;
  /** Relative, below the folder of images: no `..`, no control characters. */
  fileName: string;
  width: number;
  height: number;
}

export interface Coco {
  /** In no order that means anything: sort by id. */
  images: readonly CocoImage[];
  /** Name of each category by its place; `boxes.category` gives places. */
  categories: readonly string[];
  /** `boxes.image(n)` is a place in `images`. */
  boxes: Boxes;
}

const MAX_IMAGES = 5_000_000;
const MAX_CATEGORIES = 65_535;
/** Far more pixels on a side than any image that darknet can load. */
const MAX_SIDE = 1_000_000;

/**
 * @param file for messages
 * @param pieces bytes of the file in order; a piece may be overwritten when the next one is asked for
 * @throws GpuSetupError `bad-annotations`
 */
export async function readCoco(file: string, pieces: AsyncIterable<Buffer>): Promise<Coco> {
  const reading = new Reading(file);
  const elements = new JsonElements(
    (element) => reading.element(element),
    (section) => reading.section(section),
  );
  try {
    let first = true;
    for await (const piece of pieces) {
      if (first) refuseOtherFormats(file, piece);
      first = false;
      elements.push(piece);
    }
    elements.end();
  } catch (error) {
    throw error instanceof JsonProblem ? unreadable(file, error) : error;
  }
  return reading.finish();
}

function unreadable(file: string, { message, place, offset, cut }: JsonProblem): Error {
  const where = `byte ${offset}${place === null ? '' : `, ${place}`}`;
  return badAnnotations(
    file,
    where,
    message,
    cut ? 'fetch or unpack the file again: its end is missing' : undefined,
  );
}

/** What people have instead of the file: the archive it came in, or an editor's text. */
function refuseOtherFormats(file: string, piece: Buffer): void {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, at) => piece[at] === byte);
  const unpack = 'unpack it, and name the instances file that was in it';
  if (begins(0x50, 0x4b, 3, 4)) throw badAnnotations(file, null, 'this is a zip archive', unpack);
  if (begins(0x1f, 0x8b)) throw badAnnotations(file, null, 'this is compressed with gzip', unpack);
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff))
    throw badAnnotations(file, null, 'this is text in UTF-16, not UTF-8');
}

class Reading {
  readonly #file: string;
  readonly #seen = new Set<string>();
  /** Places by id, given out in the order in which ids appear anywhere in the file. */
  readonly #imagePlaces = new Map<number, number>();
  readonly #categoryPlaces = new Map<number, number>();
  readonly #images: (CocoImage | undefined)[] = [];
  readonly #categories: (string | undefined)[] = [];
  readonly #boxes = new Boxes();

  constructor(file: string) {
    this.#file = file;
  }

  section(name: string): void {
    if (!SECTIONS.has(name)) return;
    if (this.#seen.has(name)) throw badAnnotations(this.#file, null, `it has two sections "${name}"`);
    this.#seen.add(name);
  }

  element({ section, index, value }: Element): void {
    if (!SECTIONS.has(section)) return;
    if (index === null) throw badAnnotations(this.#file, section, 'this is not an array');
    const entry = new Entry(this.#file, section, index, value);
    if (section === 'images') this.#image(entry);
    else if (section === 'categories') this.#category(entry);
    else this.#annotation(entry);
  }

  finish(): Coco {
    for (const name of SECTIONS) {
      if (!this.#seen.has(name)) throw badAnnotations(this.#file, null, `it has no section "${name}"`);
    }
    const boxes = this.#boxes;
    for (let at = 0; at < boxes.length; at++) {
      if (this.#images[boxes.image(at)] === undefined) {
        throw badAnnotations(
          this.#file,
          `annotations[${at}]`,
          'no image has the id that it gives as image_id',
        );
      }
      if (this.#categories[boxes.category(at)] === undefined) {
        throw badAnnotations(
          this.#file,
          `annotations[${at}]`,
          'no category has the id that it gives as category_id',
        );
      }
    }
    const repeated = boxes.repeatedId();
    if (repeated !== null) {
      throw badAnnotations(this.#file, 'annotations', `two of them have the id ${repeated}`);
    }
    return {
      images: this.#images as CocoImage[],
      categories: this.#categories as string[],
      boxes,
    };
  }

  #image(entry: Entry): void {
    const id = entry.whole('id', 0, Number.MAX_SAFE_INTEGER);
    const place = placeOf(this.#imagePlaces, id);
    if (this.#images[place] !== undefined) throw entry.problem(`two images have the id ${id}`);
    if (place >= MAX_IMAGES) throw entry.problem(`more than ${MAX_IMAGES} images`);
    this.#images[place] = {
      id,
      fileName: entry.fileName(),
      width: entry.whole('width', 1, MAX_SIDE),
      height: entry.whole('height', 1, MAX_SIDE),
    };
  }

  #category(entry: Entry): void {
    const id = entry.whole('id', 0, Number.MAX_SAFE_INTEGER);
    const name = entry.name();
    const place = placeOf(this.#categoryPlaces, id);
    if (this.#categories[place] !== undefined) throw entry.problem(`two categories have the id ${id}`);
    if (this.#categories.includes(name)) throw entry.problem(`two categories have the name "${name}"`);
    if (place >= MAX_CATEGORIES) throw entry.problem(`more than ${MAX_CATEGORIES} categories`);
    this.#categories[place] = name;
  }

  #annotation(entry: Entry): void {
    if (this.#boxes.length >= MAX_BOXES) throw entry.problem(`more than ${MAX_BOXES} annotations`);
    const category = placeOf(this.#categoryPlaces, entry.whole('category_id', 0, Number.MAX_SAFE_INTEGER));
    if (category >= MAX_CATEGORIES)
      throw entry.problem(`more than ${MAX_CATEGORIES} different values of category_id`);
    const image = placeOf(this.#imagePlaces, entry.whole('image_id', 0, Number.MAX_SAFE_INTEGER));
    if (image >= MAX_IMAGES) throw entry.problem(`more than ${MAX_IMAGES} different values of image_id`);
    this.#boxes.add(
      entry.whole('id', 0, Number.MAX_SAFE_INTEGER),
      image,
      category,
      entry.box(),
      entry.crowd(),
    );
  }
}

const SECTIONS: ReadonlySet<string> = new Set(['images', 'annotations', 'categories']);

function placeOf(places: Map<number, number>, id: number): number {
  const known = places.get(id);
  if (known !== undefined) return known;
  places.set(id, places.size);
  return places.size - 1;
}

/** One element of a section; its fields are checked as they are read. */
class Entry {
  readonly #file: string;
  readonly #place: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(file: string, section: string, index: number, value: unknown) {
    this.#file = file;
    this.#place = `${section}[${index}]`;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.problem('this is not an object');
    this.#fields = value as Record<string, unknown>;
  }

  problem(what: string): Error {
    return badAnnotations(this.#file, this.#place, what);
  }

  whole(key: string, from: number, to: number): number {
    const value = this.#fields[key];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= from && value <= to)
      return value;
    throw this.#wrong(key, value, `a whole number from ${from} to ${to}`);
  }

  /** [x, y, width, height]; a number past the range of doubles is read as infinite. */
  box(): Box {
    const value = this.#fields['bbox'];
    if (Array.isArray(value) && value.length === 4 && value.every(Number.isFinite)) {
      const [x, y, width, height] = value as [number, number, number, number];
      return { x, y, width, height };
    }
    throw this.#wrong('bbox', value, 'four numbers: x, y, width, height');
  }

  /** Absent in files that know no crowds. */
  crowd(): boolean {
    const value = this.#fields['iscrowd'];
    if (value === undefined || value === 0 || value === false) return false;
    if (value === 1 || value === true) return true;
    throw this.#wrong('iscrowd', value, '0 or 1');
  }

  name(): string {
    const value = this.#fields['name'];
    if (typeof value === 'string' && value.trim() !== '' && value.length <= 256 && !UNPRINTABLE.test(value))
      return value;
    throw this.#wrong('name', value, 'a name on one line');
  }

  fileName(): string {
    const value = this.#fields['file_name'];
    if (typeof value === 'string' && isBelow(value)) return value;
    throw this.#wrong('file_name', value, 'a path below the folder of images');
  }

  #wrong(key: string, value: unknown, expected: string): Error {
    if (value === undefined) return this.problem(`it has no ${key}`);
    return this.problem(`${key} is ${JSON.stringify(value).slice(0, 80)}, and should be ${expected}`);
  }
}

// Control characters, bidirectional overrides, and what stands for bytes that are not UTF-8.

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/;

function isBelow(path: string): boolean {
  if (path.length > 1024 || UNPRINTABLE.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.length <= 255);
}
