import { describe, expect, it } from 'vitest';
import { readCoco, type Coco } from '../../../src/darknet/data/coco.ts';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { cocoFile } from './coco-file.ts';

type Sections = Parameters<typeof cocoFile>[0];

async function* pieces(bytes: Buffer, size = 11): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = (content: Sections | string | Buffer): Promise<Coco> => {
  const text =
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(cocoFile(content));
  return readCoco('a.json', pieces(Buffer.from(text)));
};

async function refused(content: Sections | string | Buffer): Promise<GpuSetupError> {
  const error: unknown = await read(content).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GpuSetupError);
  expect((error as GpuSetupError).code).toBe('bad-annotations');
  return error as GpuSetupError;
}

const image = { id: 7, file_name: '7.jpg', width: 100, height: 50 };
const annotation = { id: 1, image_id: 7, category_id: 18, bbox: [1, 2, 3.5, 4] };

describe('readCoco', () => {
  it('gives images, categories and boxes', async () => {
    const coco = await read({
      images: [image],
      annotations: [annotation, { ...annotation, id: 900100000000, iscrowd: 1 }],
      categories: [
        { id: 1, name: 'person' },
        { id: 18, name: 'dog' },
      ],
    });
    expect(coco.images).toEqual([{ id: 7, fileName: '7.jpg', width: 100, height: 50 }]);
    const { boxes } = coco;
    expect([boxes.length, boxes.image(0), coco.categories[boxes.category(0)]]).toEqual([2, 0, 'dog']);
    expect(boxes.box(0)).toEqual({ x: 1, y: 2, width: 3.5, height: 4 });
    expect([boxes.crowd(0), boxes.crowd(1)]).toEqual([false, true]);
  });

  it('takes the sections in any order, and others in between', async () => {
    const sections = {
      info: { year: 2017 },
      annotations: [annotation],
      licenses: [{ id: 1 }],
      categories: [{ id: 18, name: 'dog' }],
      images: [{ ...image, id: 3 }, image],
    };
    const { images, boxes } = await read(JSON.stringify(sections));
    expect(images[boxes.image(0)]!.id).toBe(7);
    expect(images).toHaveLength(2);
  });

  it('keeps boxes apart past one chunk of its storage', async () => {
    const annotations = Array.from({ length: 70_000 }, (_, at) => ({
      ...annotation,
      id: at,
      bbox: [at, 0, 1, 1],
    }));
    const text = Buffer.from(JSON.stringify(cocoFile({ images: [image], annotations })));
    const { boxes } = await readCoco('a.json', pieces(text, 1 << 20));
    expect([boxes.length, boxes.box(65_535).x, boxes.box(65_536).x, boxes.box(69_999).x]).toEqual([
      ...[70_000, 65_535, 65_536, 69_999],
    ]);
  });

  it('says where a file is cut, and what to do', async () => {
    const text = JSON.stringify(cocoFile({ images: [image], annotations: [annotation, annotation] }));
    const { message, hint } = await refused(text.slice(0, text.lastIndexOf('"bbox"')));
    expect(message).toMatch(/^a\.json, byte \d+, annotations\[1\]: the file ends in the middle$/);
    expect(hint).toMatch(/fetch or unpack the file again/);
    expect((await refused('')).message).toMatch(/byte 0: the file ends/);
  });

  it('names what is not JSON, and the archives that people have instead', async () => {
    expect((await refused('{"images": [{"id": 1,}]}')).message).toMatch(/byte 12, images\[0\]: not JSON/);
    expect((await refused(Buffer.from('PK\u0003\u0004rest'))).message).toMatch(/zip archive/);
    expect((await refused(Buffer.from([0x1f, 0x8b, 8, 0]))).message).toMatch(/gzip/);
    expect((await refused(Buffer.from('{"a":1}', 'utf16le').subarray(0))).message).toMatch(/byte \d+/);
    expect((await refused(Buffer.from('\ufeff{}', 'utf16le'))).message).toMatch(/UTF-16/);
  });

  it('knows other files of COCO by what they lack', async () => {
    const caption = { id: 1, image_id: 7, caption: 'a dog' };
    expect((await refused({ annotations: [caption] })).message).toMatch(
      /annotations\[0\]: it has no category_id/,
    );
    const { images, categories } = cocoFile({});
    expect((await refused(JSON.stringify({ images, categories }))).message).toMatch(
      /no section "annotations"/,
    );
    expect((await refused('{}')).message).toMatch(/no section "images"/);
    expect((await refused('{"images": {"7": {}}}')).message).toMatch(/images: this is not an array/);
    expect((await refused('{"images": [], "images": []}')).message).toMatch(/two sections "images"/);
  });

  it.each([
    ['two images of one id', { images: [image, image] }, /images\[1\]: two images have the id 7/],
    [
      'two annotations of one id',
      { images: [image], annotations: [annotation, annotation] },
      /have the id 1/,
    ],
    [
      'two categories of one id',
      { categories: [{ id: 1, name: 'a' }, { id: 1, name: 'b' }] }, // prettier-ignore
      /two categories have the id 1/,
    ],
    [
      'two categories of one name',
      { categories: [{ id: 1, name: 'a' }, { id: 2, name: 'a' }] }, // prettier-ignore
      /two categories have the name "a"/,
    ],
    ['an image that is not there', { images: [], annotations: [annotation] }, /no image has the id/],
    [
      'a category that is not there',
      { images: [image], annotations: [{ ...annotation, category_id: 5 }] },
      /annotations\[0\]: no category has the id/,
    ],
    ['an element that is no object', { images: [[1]] }, /images\[0\]: this is not an object/],
    [
      'a width of text',
      { images: [{ ...image, width: '100' }] },
      /width is "100", and should be a whole number/,
    ],
    ['a width of nothing', { images: [{ ...image, width: 0 }] }, /width is 0/],
    ['a width that is no whole number', { images: [{ ...image, width: 1.5 }] }, /width is 1.5/],
    ['an id past 2^53', { images: [{ ...image, id: 2 ** 53 }] }, /id is 9007199254740992/],
    ['a negative id', { images: [{ ...image, id: -1 }] }, /id is -1/],
    [
      'a box of three numbers',
      { images: [image], annotations: [{ ...annotation, bbox: [1, 2, 3] }] },
      /bbox is \[1,2,3\]/,
    ],
    ['no box', { images: [image], annotations: [{ ...annotation, bbox: undefined }] }, /it has no bbox/],
    ['a crowd of 2', { images: [image], annotations: [{ ...annotation, iscrowd: 2 }] }, /iscrowd is 2/],
    ['no file name', { images: [{ ...image, file_name: undefined }] }, /it has no file_name/],
    ['a category without a name', { categories: [{ id: 1, name: ' ' }] }, /name is " "/],
    ['a category name on two lines', { categories: [{ id: 1, name: 'a\nb' }] }, /name is "a\\nb"/],
  ] as [string, Sections, RegExp][])('refuses %s', async (_what, sections, message) => {
    expect((await refused(sections)).message).toMatch(message);
  });

  it('refuses numbers past the range of doubles', async () => {
    const text = JSON.stringify(cocoFile({ images: [image], annotations: [annotation] }));
    expect((await refused(text.replace('3.5', '1e999'))).message).toMatch(/bbox is/);
    expect((await refused(text.replace('"image_id":7', '"image_id":1e400'))).message).toMatch(
      /image_id is null/,
    );
  });

  it.each([
    '../a.jpg',
    '/etc/passwd',
    'a/../../b.jpg',
    'a//b.jpg',
    './a.jpg',
    '',
    'a\u0000.jpg',
    'a\nb.jpg',
    '\u202egpj.a',
    'a/',
    'x'.repeat(300),
  ])('refuses the file name %j: nothing may lead out of the folder of images', async (file_name) => {
    expect((await refused({ images: [{ ...image, file_name }] })).message).toMatch(/file_name is/);
  });

  it('refuses a name whose bytes are not UTF-8', async () => {
    const text = JSON.stringify(cocoFile({ images: [{ ...image, file_name: 'caf?.jpg' }] }));
    const bytes = Buffer.from(text);
    bytes[text.indexOf('?')] = 0xe9;
    expect((await refused(bytes)).message).toMatch(/file_name is/);
  });
});
