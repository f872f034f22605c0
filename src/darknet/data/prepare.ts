/** From annotations to a folder that darknet trains from; it appears whole or not at all. */
import { constants, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { GpuSetupError, messageOf, systemCode, usageError } from '../../base/errors.ts';
import type { Emit } from '../../base/events.ts';
import { nearest } from '../../base/suggest.ts';
import { requireSpace } from '../../base/files/disk-space.ts';
import { readCoco, type Coco, type CocoImage } from './coco.ts';
import { checkDarknetFolder, dataFile, imageName, labelName } from './darknet-paths.ts';
import { compareCounts, type Comparison, type ExpectedSet } from './expected.ts';
import { labelling, type ClassCount, type Labelling } from './labels.ts';

/** `train` and `valid` are also the names of the list and of the folder of each. */
export type Role = 'train' | 'valid';

/** What a recipe says of the data that its network learns from. */
export interface PrepareDefinition {
  /** What is learned when --classes names nothing else. */
  classes: readonly string[];
  expected: readonly ExpectedSet[];
}

export interface AnnotatedImages {
  role: Role;
  /** Absolute path of the annotations. */
  annotations: string;
  /** Absolute path of the folder of images. */
  images: string;
}

export interface PrepareRequest {
  /** Name of the recipe, and of the .data and .names files. */
  recipe: string;
  definition: PrepareDefinition;
  sets: readonly AnnotatedImages[];
  /** Absolute path of the folder to be made. */
  out: string;
  /** Names of categories, in the order of darknet's class numbers. */
  classes: readonly string[];
}

export interface PreparedSet {
  role: Role;
  annotations: string;
  /** File with the path of every image that is trained on or tested with. */
  list: string;
  /** In the annotations. */
  images: number;
  listed: number;
  /** Listed, and showing none of the classes. */
  negatives: number;
  /** Not listed: they show a class as a crowd alone. */
  crowdOnly: number;
  classes: readonly ClassCount[];
  /** Null where nothing is known of such a file. */
  expected: Comparison | null;
}

export interface Prepared {
  out: string;
  /** The .data and the .names file. */
  data: string;
  names: string;
  classes: readonly string[];
  sets: readonly PreparedSet[];
}

export interface PrepareContext {
  emit: Emit;
  signal: AbortSignal;
}

const PIECE_BYTES = 1 << 20;
/** Files between two looks at the signal: a few milliseconds. */
const BATCH = 256;
/** A label file takes a block, a link none or one. */
const BLOCK_BYTES = 4096;

/**
 * @throws GpuSetupError `bad-annotations`, `annotations-unreadable`, `unknown-class`, `images-missing`, `out-unusable`,
 *   `out-not-empty`, `disk-full`; the signal's reason when it is aborted
 */
export async function prepare(request: PrepareRequest, context: PrepareContext): Promise<Prepared> {
  const { out } = request;
  checkDarknetFolder(out);
  await checkFree(out);
  const parent = dirname(out);
  await mkdir(parent, { recursive: true });
  const stage = await mkdtemp(join(parent, '.gpu-setup-prepare-'));
  try {
    const sets: PreparedSet[] = [];
    for (const set of request.sets) sets.push(await prepareSet(set, request, stage, context));
    await mkdir(join(stage, 'backup'));
    const names = `${request.recipe}.names`;
    const data = `${request.recipe}.data`;
    const validation = sets.some(({ role }) => role === 'valid');
    await writeFile(join(stage, names), request.classes.map((name) => `${name}\n`).join(''));
    await writeFile(join(stage, data), dataFile(out, request.recipe, request.classes.length, validation));
    context.signal.throwIfAborted();
    await moveIntoPlace(stage, out);
    return { out, data: join(out, data), names: join(out, names), classes: request.classes, sets };
  } catch (error) {
    await rm(stage, { recursive: true, force: true });
    throw error;
  }
}

async function prepareSet(
  set: AnnotatedImages,
  request: PrepareRequest,
  stage: string,
  context: PrepareContext,
): Promise<PreparedSet> {
  const coco = await readFile(set, context);
  const labels = labelling(coco, placesOf(request.classes, coco, set.annotations));
  await checkImages(coco.images, set);
  await checkSpace(stage, labels.listed.length, context.emit);
  const written = await writeSet(set, coco, labels, request.out, stage, context);
  return {
    role: set.role,
    annotations: set.annotations,
    list: join(request.out, `${set.role}.txt`),
    images: coco.images.length,
    listed: labels.listed.length,
    negatives: written.negatives,
    crowdOnly: labels.crowdOnly.length,
    classes: labels.classes,
    expected: compareCounts(set.annotations, coco.images.length, labels.classes, request.definition.expected),
  };
}

async function readFile({ annotations }: AnnotatedImages, { emit, signal }: PrepareContext): Promise<Coco> {
  const file = await openAnnotations(annotations);
  const id = `read ${annotations}`;
  try {
    const { size } = await file.stat();
    emit({ type: 'start', id, title: `reading ${basename(annotations)}`, total: size, unit: 'bytes' });
    const pieces = async function* (): AsyncGenerator<Buffer> {
      const buffer = Buffer.allocUnsafe(PIECE_BYTES);
      for (let done = 0; ;) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
        emit({ type: 'progress', id, done: (done += bytesRead) });
      }
    };
    const coco = await readCoco(annotations, pieces());
    emit({ type: 'end', id, outcome: 'done' });
    return coco;
  } catch (error) {
    emit({ type: 'end', id, outcome: 'failed' });
    throw error;
  } finally {
    await file.close();
  }
}

/** Regular files only; not blocking, since opening a pipe that nobody writes to would wait for ever. */
async function openAnnotations(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  const unreadable = (what: string, cause?: unknown): GpuSetupError =>
    new GpuSetupError('annotations-unreadable', `${path} ${what}`, {
      hint: 'name the file instances_train2017.json, or one of its form',
      cause,
    });
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') throw unreadable('does not exist', error);
    throw unreadable(`cannot be read: ${messageOf(error)}`, error);
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw unreadable('is not a file');
}

function placesOf(classes: readonly string[], coco: Coco, file: string): number[] {
  return classes.map((name) => {
    const place = coco.categories.indexOf(name);
    if (place >= 0) return place;
    const near = nearest(name, coco.categories);
    throw usageError('unknown-class', `${file} has no category "${name}"`, {
      hint:
        near.length > 0
          ? `did you mean ${near.join(' or ')}?`
          : `it has ${coco.categories.slice(0, 100).join(', ') || 'none at all'}`,
      details: { class: name, nearest: near },
    });
  });
}

/** One look into each folder, instead of one at each of a hundred thousand files. */
async function checkImages(images: readonly CocoImage[], set: AnnotatedImages): Promise<void> {
  const folders = new Map<string, ReadonlySet<string>>();
  const missing: string[] = [];
  for (const { fileName } of images) {
    const path = join(set.images, fileName);
    let names = folders.get(dirname(path));
    if (names === undefined) folders.set(dirname(path), (names = await namesIn(dirname(path))));
    if (!names.has(basename(path))) missing.push(fileName);
  }
  if (missing.length === 0) return;
  const shown = missing.slice(0, 3).join(', ') + (missing.length > 3 ? ', ...' : '');
  throw new GpuSetupError(
    'images-missing',
    `${missing.length} of the ${images.length} images of ${basename(set.annotations)} are not in ${set.images}: ${shown}`,
    {
      hint: `unpack the images there, or name their folder with --${set.role === 'train' ? 'images' : 'validation-images'}`,
      details: { missing: missing.length, images: images.length, folder: set.images },
    },
  );
}

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(folder));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return new Set();
    throw error;
  }
}

async function checkSpace(stage: string, listed: number, emit: Emit): Promise<void> {
  const need = {
    folder: stage,
    bytes: listed * BLOCK_BYTES,
    bytesAtMost: listed * BLOCK_BYTES,
    files: 2 * listed,
  };
  await requireSpace(need, emit);
}

/** The two darknets look for labels beside the image, or below "labels": links to the images lie beside the labels. */
async function writeSet(
  set: AnnotatedImages,
  { images }: Coco,
  labels: Labelling,
  out: string,
  stage: string,
  { emit, signal }: PrepareContext,
): Promise<{ negatives: number }> {
  const folder = join(stage, set.role);
  const id = `write ${set.role}`;
  const total = labels.listed.length;
  emit({ type: 'start', id, title: `writing labels (${set.role})`, total, unit: 'files' });
  mkdirSync(folder);
  const list: string[] = [];
  let negatives = 0;
  for (const [done, place] of labels.listed.entries()) {
    if (done % BATCH === 0) {
      // Synchronous calls are three times as fast, but would keep Ctrl-C waiting.
      await breathe();
      signal.throwIfAborted();
      emit({ type: 'progress', id, done });
    }
    const { id: image, fileName } = images[place]!;
    const text = labels.textOf(place);
    if (text === '') negatives++;
    symlinkSync(resolve(set.images, fileName), join(folder, imageName(image)));
    writeFileSync(join(folder, labelName(image)), text);
    list.push(`${join(out, set.role, imageName(image))}\n`);
  }
  await writeFile(join(stage, `${set.role}.txt`), list.join(''));
  emit({ type: 'end', id, outcome: 'done' });
  return { negatives };
}

async function checkFree(out: string): Promise<void> {
  try {
    if ((await readdir(out)).length > 0) throw notEmpty(out);
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') throw notEmpty(out, error);
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

/** An empty folder is replaced. Somebody else may have filled it meanwhile. */
async function moveIntoPlace(stage: string, out: string): Promise<void> {
  try {
    await rename(stage, out);
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw notEmpty(out, error);
    throw error;
  }
}

function notEmpty(out: string, cause?: unknown): GpuSetupError {
  return new GpuSetupError('out-not-empty', `${out} is there already, and is no empty folder`, {
    hint: 'name another folder with --out, or delete this one',
    cause,
  });
}
