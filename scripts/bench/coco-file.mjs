// Writes an annotations file with the shape and size of COCO's instances_train2017.json: one line, sections in its order,
// 118287 images, 860001 annotations whose outlines make up most of its 450 MB. Numbers are drawn, always the same ones.
//   node scripts/bench/coco-file.mjs FILE [IMAGES ANNOTATIONS]
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const TRAIN_2017 = { images: 118_287, annotations: 860_001 };

const NAMES = [...'person bicycle car motorcycle airplane bus train truck boat'.split(' '), 'traffic light'];
// Ids have gaps, as COCO's do: cat is 17, dog is 18.
const CATEGORIES = [
  ...NAMES.map((name, at) => ({ supercategory: 'thing', id: at + 1, name })),
  { supercategory: 'animal', id: 17, name: 'cat' },
  { supercategory: 'animal', id: 18, name: 'dog' },
  ...Array.from({ length: 60 }, (_, at) => ({
    supercategory: 'thing',
    id: 27 + at,
    name: `thing ${27 + at}`,
  })),
];

/** Writes the file; returns its size in bytes. */
export function writeCocoFile(path, { images, annotations } = TRAIN_2017) {
  const fd = openSync(path, 'w');
  let pending = '';
  let bytes = 0;
  const write = (text, last = false) => {
    pending += text;
    if (last || pending.length > 1 << 20) {
      bytes += writeSync(fd, pending);
      pending = '';
    }
  };
  const random = generator(2017);
  const whole = (from, to) => from + Math.floor(random() * (to - from + 1));
  try {
    write('{"info": {"description": "drawn for a benchmark", "year": 2017}, "licenses": [], "images": [');
    for (let at = 0; at < images; at++) {
      const file_name = `${String(imageId(at)).padStart(12, '0')}.jpg`;
      const photo = {
        license: whole(1, 8),
        file_name,
        coco_url: `http://pictures.example/train2017/${file_name}`,
        height: SIZE.height,
        width: SIZE.width,
        date_captured: '2013-11-14 17:02:52',
        flickr_url: `http://farm9.pictures.example/8186/${whole(1e9, 9e9)}_z.jpg`,
        id: imageId(at),
      };
      write((at === 0 ? '' : ', ') + spaced(photo));
    }
    write('], "annotations": [');
    for (let at = 0; at < annotations; at++) {
      const [width, height] = [whole(5, 300), whole(5, 240)];
      const [x, y] = [whole(0, SIZE.width - width), whole(0, SIZE.height - height)];
      // Nine of ten outlines are short, some are very long: 470 bytes per annotation on average.
      const points = random() < 0.9 ? whole(8, 20) : whole(60, 120);
      const outline = Array.from({ length: 2 * points }, () => (x + random() * width).toFixed(2)).join(', ');
      const box = `[${x}.${whole(10, 99)}, ${y}.${whole(10, 99)}, ${width}.${whole(10, 99)}, ${height}.${whole(10, 99)}]`;
      const category = CATEGORIES[random() < 0.3 ? 0 : whole(0, CATEGORIES.length - 1)].id;
      const crowd = random() < 0.01 ? 1 : 0;
      const of = imageId(whole(0, images - 1));
      write(
        `${at === 0 ? '' : ', '}{"segmentation": [[${outline}]], "area": ${(width * height).toFixed(4)}, "iscrowd": ${crowd}, ` +
          `"image_id": ${of}, "bbox": ${box}, "category_id": ${category}, "id": ${at + 1}}`,
      );
    }
    write(`], "categories": [${CATEGORIES.map(spaced).join(', ')}]}`, true);
  } finally {
    closeSync(fd);
  }
  return bytes;
}

/** The id of the image at this place; ids are neither dense nor small. */
export function imageId(at) {
  return 9 + at * 4;
}

const SIZE = { width: 640, height: 480 };

/** As Python's json.dumps writes it: a space behind every colon and comma. */
function spaced(value) {
  return `{${Object.entries(value)
    .map(([key, one]) => `"${key}": ${JSON.stringify(one)}`)
    .join(', ')}}`;
}

/** mulberry32: the same numbers on every machine, between 0 and 1. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , path, images, annotations] = process.argv;
  const counts =
    images === undefined ? TRAIN_2017 : { images: Number(images), annotations: Number(annotations) };
  console.log(`${writeCocoFile(path, counts)} bytes`);
}
