import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../src/base/errors.ts';
import type { WorkEvent } from '../../../src/base/events.ts';
import type { OptionValues, Outcome } from '../../../src/cli/command.ts';
import { command as prepare } from '../../../src/cli/commands/prepare.ts';
import { prepare as prepareRecipe } from '../../../src/recipe/prepare.ts';
import { cocoFile, type CocoSections } from '../../darknet/data/coco-file.ts';
import { commandContext } from '../../support/context.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { terminal } from '../../support/context.ts';

const image = (id: number) => ({ id, file_name: `photo-${id}.jpg`, width: 100, height: 100 });
const annotation = (id: number, image_id: number, category_id: number) => ({
  ...{
    id,
    image_id,
    category_id,
    iscrowd: 0,
    bbox: [10, 10, 20, 40],
    segmentation: [[10, 10, 30, 10, 30, 50]],
  },
});

const TRAIN = {
  images: [image(391895), image(9), image(12)],
  annotations: [
    annotation(1, 9, 18),
    annotation(2, 391895, 1),
    annotation(3, 391895, 17),
    annotation(4, 12, 10),
  ],
};
const OPTIONS = { annotations: 'train.json', images: 'photos', out: 'data' };

/** A folder with photos/ and train.json in it. */
function workplace(sections: CocoSections = TRAIN) {
  // One of the words that darknet replaces in paths may turn up in a name that is drawn.
  let dir = tempDir();
  while (dir.includes('raw')) dir = tempDir();
  const events: WorkEvent[] = [];
  const stop = new AbortController();
  mkdirSync(join(dir, 'photos'));
  for (const { file_name } of TRAIN.images) writeFileSync(join(dir, 'photos', file_name), 'pixels');
  writeFileSync(join(dir, 'train.json'), JSON.stringify(cocoFile(sections)));
  const emit = (event: WorkEvent): void => void events.push(event);
  const context = commandContext(dir, { emit, signal: stop.signal });
  const call = (options: OptionValues = OPTIONS): Promise<Outcome> =>
    prepare.run(['yolov4-nano'], options, context);
  return { dir, events, stop, call, read: (path: string) => readFileSync(join(dir, 'data', path), 'utf8') };
}

async function refused(outcome: Promise<Outcome>, code: string): Promise<GpuSetupError> {
  const error: unknown = await outcome.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GpuSetupError);
  expect((error as GpuSetupError).code).toBe(code);
  return error as GpuSetupError;
}

/** Nothing beside what was there before. */
function expectUntouched(dir: string): void {
  expect(readdirSync(dir).sort()).toEqual(['photos', 'train.json']);
}

describe('prepare', () => {
  it('makes labels, list, names and .data file that both darknets read', async () => {
    const { dir, call, read } = workplace();
    await call();
    const data = join(dir, 'data');
    expect(readdirSync(data).sort()).toEqual([
      'backup',
      'train',
      'train.txt',
      'yolov4-nano.data',
      'yolov4-nano.names',
    ]);
    expect(read('train.txt')).toBe(
      ['000000000009', '000000000012', '000000391895'].map((name) => `${data}/train/${name}.jpg\n`).join(''),
    );
    expect(read('train/000000391895.txt')).toBe(
      '0 0.200000 0.300000 0.200000 0.400000\n1 0.200000 0.300000 0.200000 0.400000\n',
    );
    expect(read('train/000000000009.txt')).toMatch(/^2 /);
    // An image with none of the classes: an empty label, not none.
    expect(read('train/000000000012.txt')).toBe('');
    expect(read('train/000000000012.jpg')).toBe('pixels');
    expect(readlinkSync(join(data, 'train/000000000012.jpg'))).toBe(join(dir, 'photos/photo-12.jpg'));
    expect(read('yolov4-nano.names')).toBe('person\ncat\ndog\n');
    expect(read('yolov4-nano.data')).toBe(
      `classes = 3\ntrain = ${data}/train.txt\nnames = ${data}/yolov4-nano.names\nbackup = ${data}/backup\n`,
    );
  });

  it('prints a document of its schema, and the table of images per class', async () => {
    const { dir, call } = workplace();
    const outcome = await call();
    const validate = validatorFor('prepare');
    expect(validate(outcome.json), JSON.stringify(validate.errors)).toBe(true);
    expect(outcome.json).toMatchObject({
      out: join(dir, 'data'),
      sets: [{ role: 'train', images: 3, listed: 3, negatives: 1, crowdOnly: 0, expected: null }],
    });
    const text = outcome.text!(terminal);
    expect(text).toMatch(/^train +all +3$/m);
    expect(text).toMatch(/^train +cat +1 +1 +0 +0$/m);
  });

  it('is one call that gives the same to whoever makes it', async () => {
    const { dir, call } = workplace();
    const { json } = await call();
    const { signal } = new AbortController();
    const context = { config: join(dir, 'config'), cwd: dir, emit: () => {}, signal };
    const request = { recipe: 'yolov4-nano', ...OPTIONS, out: 'other' };
    const own = {
      schema: 'gpu-setup/prepare@1',
      recipe: 'yolov4-nano',
      ...(await prepareRecipe(request, context)),
    };
    expect(JSON.stringify(own).replaceAll(`${dir}/other`, `${dir}/data`)).toBe(JSON.stringify(json));
  });

  it('names the recipe that prepares nothing before it asks for options', async () => {
    const wrong = prepare.run(['cuda10'], {}, commandContext('/nowhere'));
    expect((await refused(wrong, 'nothing-to-prepare')).hint).toContain('gpu-setup install cuda10');
  });

  it('makes the same bytes whatever the order of the sections', async () => {
    const one = workplace();
    await one.call();
    const other = workplace();
    const { info, ...sections } = cocoFile(TRAIN);
    const reversed = Object.fromEntries(Object.entries({ info, ...sections }).reverse());
    writeFileSync(join(other.dir, 'train.json'), JSON.stringify(reversed));
    await other.call();
    for (const name of readdirSync(join(one.dir, 'data/train'))) {
      expect(other.read(`train/${name}`), name).toBe(one.read(`train/${name}`));
    }
    expect(other.read('train.txt')).toBe(one.read('train.txt').replaceAll(one.dir, other.dir));
  });

  it('takes other classes, in their order, and a set to test with', async () => {
    const { dir, call, read } = workplace();
    const outcome = await call({
      ...{ ...OPTIONS, classes: 'traffic light, dog' },
      ...{ validation: 'train.json', validationImages: 'photos' },
    });
    expect(read('train/000000000012.txt')).toMatch(/^0 /);
    expect(read('valid/000000000009.txt')).toMatch(/^1 /);
    expect(read('yolov4-nano.data')).toContain(`\nvalid = ${dir}/data/valid.txt\n`);
    expect(outcome.json).toMatchObject({
      classes: ['traffic light', 'dog'],
      sets: [{ role: 'train' }, { role: 'valid' }],
    });
  });

  it('says so where a published file does not come to its figures', async () => {
    const { dir, events, call } = workplace();
    writeFileSync(join(dir, 'instances_train2017.json'), JSON.stringify(cocoFile(TRAIN)));
    const outcome = await call({ ...OPTIONS, annotations: 'instances_train2017.json' });
    expect(outcome.text!(terminal)).toContain('not as published: images with person: 1, expected 64115');
    expect(events).toContainEqual(expect.objectContaining({ type: 'notice', level: 'warning' }));
  });

  it('takes the place of an empty folder, and of nothing else', async () => {
    const { dir, call } = workplace();
    mkdirSync(join(dir, 'data'));
    await call();
    const error = await refused(call(), 'out-not-empty');
    expect(error.hint).toMatch(/--out/);
    await refused(call({ ...OPTIONS, out: 'train.json' }), 'out-not-empty');
  });

  it.each([
    ['a/images/x', 'images'],
    ['drawing', 'raw'],
    ['JPEGImages', 'JPEGImages'],
    ['my data', 'spaces'],
  ])('refuses --out %s, where a darknet would not find the labels', async (out, word) => {
    const { dir, call } = workplace();
    const { message, exitCode } = await refused(call({ ...OPTIONS, out }), 'out-unusable');
    expect([message.includes(word), exitCode]).toEqual([true, 2]);
    expectUntouched(dir);
  });

  it('leaves nothing behind where the annotations are cut, missing, a folder, or of unknown classes', async () => {
    const { dir, call } = workplace();
    await refused(call({ ...OPTIONS, classes: 'dgo' }), 'unknown-class').then(({ hint }) =>
      expect(hint).toBe('did you mean dog?'),
    );
    await refused(call({ ...OPTIONS, annotations: 'none.json' }), 'annotations-unreadable');
    await refused(call({ ...OPTIONS, annotations: 'photos' }), 'annotations-unreadable');
    writeFileSync(join(dir, 'train.json'), readFileSync(join(dir, 'train.json')).subarray(0, 200));
    await refused(call(), 'bad-annotations');
    expectUntouched(dir);
  });

  it('does not wait for a pipe that nobody writes to', async () => {
    const { dir, call } = workplace();
    await promisify(execFile)('mkfifo', [join(dir, 'pipe')]);
    await refused(call({ ...OPTIONS, annotations: 'pipe' }), 'annotations-unreadable');
  });

  it('names images that are not there', async () => {
    const { dir, call } = workplace({ images: [...TRAIN.images, image(13), image(14)] });
    const { message } = await refused(call(), 'images-missing');
    expect(message).toMatch(
      /^2 of the 5 images of train\.json are not in .*photos: photo-13\.jpg, photo-14\.jpg$/,
    );
    await refused(call({ ...OPTIONS, images: 'nowhere' }), 'images-missing');
    expectUntouched(dir);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const { dir, call, stop, events } = workplace();
    const push = events.push.bind(events);
    events.push = (...added) => {
      if (added.some((event) => event.type === 'start' && event.unit === 'files'))
        stop.abort(new Error('stopped'));
      return push(...added);
    };
    await expect(call()).rejects.toThrow('stopped');
    expectUntouched(dir);
  });

  it.each([
    [{ annotations: 'train.json', images: 'photos' }, 'missing-option'],
    [{ ...OPTIONS, validation: 'train.json' }, 'missing-option'],
    [{ ...OPTIONS, classes: ',' }, 'bad-classes'],
    [{ ...OPTIONS, classes: 'cat,cat' }, 'bad-classes'],
  ] as [OptionValues, string][])('refuses the call %j', async (options, code) => {
    expect((await refused(workplace().call(options), code)).exitCode).toBe(2);
  });

  it('knows which recipes prepare data', async () => {
    const wrong = prepare.run(['yolov4nano'], OPTIONS, commandContext('/nowhere'));
    expect((await refused(wrong, 'nothing-to-prepare')).hint).toBe('did you mean yolov4-nano?');
  });
});
