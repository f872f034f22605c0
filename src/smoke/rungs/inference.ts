/**
 * The inference rung: darknet's detections with the trained weights are held against our own calculation of the same network,
 * in FP32 or, where it calculates in FP16, with that tolerance; on a GPU the real network is timed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Target } from '../../compat/targets.ts';
import { costOfCfg } from '../../darknet/cost/cost.ts';
import { frameRate } from '../../darknet/cost/frame-rate.ts';
import { failed, passed, type RungOutcome } from '../ladder.ts';
import { agreementOf, FP16, FP32 } from '../../darknet/run/agreement.ts';
import { timeDetector, type Darknet, type DarknetContext } from '../../darknet/run/darknet.ts';
import { parsePicture, usesHalfPrecision } from '../../darknet/run/darknet-output.ts';
import type { DataSet } from '../../darknet/data/dataset.ts';
import type { SmokeDefinition } from '../definition.ts';
import { detect, readReferenceNetwork } from '../../darknet/run/reference.ts';
import type { Trained } from './training.ts';

/** Pictures that are timed; the first ones, in which everything is started, do not count. */
const TIMED_IMAGES = 200;
const WARM_UP_IMAGES = 40;

interface Speed {
  network: string;
  device: 'gpu' | 'cpu';
  framesPerSecond: number;
}

/** @throws GpuSetupError `darknet-failed`, `bad-weights`; the signal's reason */
export async function infer(
  darknet: Darknet,
  set: DataSet,
  trained: Trained,
  definition: SmokeDefinition['inference'],
  target: Target,
  context: DarknetContext,
): Promise<RungOutcome> {
  const half = context.gpu && usesHalfPrecision(trained.output);
  const tolerance = half ? FP16 : FP32;
  const agreement = await compare(darknet, set, trained, context, tolerance);
  const budget = expectation(definition, target);
  const shapes = { name: trained.cfg, cfg: trained.cfg, weights: trained.weights };
  const figures = {
    device: context.gpu ? 'gpu' : 'cpu',
    precision: half ? 'fp16' : 'fp32',
    tolerance,
    agreement: {
      ...agreement,
      largestScoreDifference: digits(agreement.largestScoreDifference),
      leastOverlap: digits(agreement.leastOverlap),
    },
    speed: await timeNetwork(darknet, set, shapes, context),
    /** Of the network that is meant for the device, here. */
    networkSpeed: context.gpu ? await timeReal(darknet, set, definition, context) : null,
    networkSpeedBecause: context.gpu ? null : 'not run: no GPU is used here',
    halfPrecisionBecause: half ? null : whyNoHalfPrecision(context),
    target: budget,
  };
  if (agreement.objects === 0) return failed('darknet sees nothing in the held-out pictures', figures);
  if (agreement.missed > tolerance.missed * agreement.objects) {
    return failed(
      `${agreement.missed} of ${agreement.objects} objects differ from our own calculation of the same network by more than the tolerance`,
      figures,
    );
  }
  if (budget.met === false) {
    return failed(
      `${definition.file} is expected to run at ${budget.framesPerSecond.toFixed(1)} frames per second on ${target.name}; ${target.framesPerSecond} are asked`,
      figures,
    );
  }
  return passed(figures);
}

function whyNoHalfPrecision(context: DarknetContext): string {
  return context.gpu
    ? 'not run: this darknet was built without CUDNN_HALF, or the GPU has no tensor cores'
    : 'not run: no GPU is used here';
}

async function compare(
  { mostOverlap }: Darknet,
  set: DataSet,
  trained: Trained,
  { folder }: DarknetContext,
  tolerance: typeof FP32,
): Promise<ReturnType<typeof agreementOf>> {
  const [cfg, weights] = await Promise.all(
    [trained.cfg, trained.weights].map((file) => readFile(join(folder, file))),
  );
  const network = readReferenceNetwork(cfg!, weights!, trained);
  return agreementOf(
    set.heldOut.map(({ picture }, index) => [
      trained.detections[index]!,
      detect(network, picture, mostOverlap),
    ]),
    tolerance,
  );
}

/** What the cost model expects of the device. */
function expectation(
  { file, network }: SmokeDefinition['inference'],
  target: Target,
): {
  id: string;
  network: string;
  bflops: number;
  framesPerSecond: number;
  budget: number | null;
  met: boolean | null;
} {
  const cost = costOfCfg(Buffer.from(network), file);
  const { framesPerSecond } = frameRate(cost.layers, target);
  const budget = target.framesPerSecond;
  return {
    id: target.id,
    network: file,
    bflops: digits(cost.bflops),
    framesPerSecond: digits(framesPerSecond),
    budget,
    met: budget === null ? null : framesPerSecond >= budget,
  };
}

async function timeReal(
  darknet: Darknet,
  set: DataSet,
  { file, network }: SmokeDefinition['inference'],
  context: DarknetContext,
): Promise<Speed | null> {
  await writeFile(join(context.folder, file), network);
  return timeNetwork(darknet, set, { name: file, cfg: file, weights: null }, context);
}

/**
 * Frames per second over a list of pictures, from when darknet says that it begins with the next four; reading the
 * pictures, which it does meanwhile, is part of it. Null where it said it too seldom.
 */
async function timeNetwork(
  darknet: Darknet,
  set: DataSet,
  files: { name: string; cfg: string; weights: string | null },
  context: DarknetContext,
): Promise<Speed | null> {
  const held = (await readFile(join(context.folder, set.heldOutList), 'utf8')).trimEnd().split('\n');
  const list = Array.from({ length: TIMED_IMAGES }, (_, at) => `${held[at % held.length]!}\n`);
  const data = (await readFile(join(context.folder, set.data), 'utf8')).replace(
    set.heldOutList,
    'timed.list',
  );
  await writeFile(join(context.folder, 'timed.list'), list.join(''));
  await writeFile(join(context.folder, 'timed.data'), data);
  const begun: { image: number; at: number }[] = [];
  await timeDetector(
    darknet,
    { data: 'timed.data', cfg: files.cfg, weights: files.weights },
    context,
    (line) => {
      const image = parsePicture(line);
      if (image !== null) begun.push({ image, at: performance.now() });
    },
  );
  const first = begun.find(({ image }) => image >= WARM_UP_IMAGES);
  const last = begun.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  return {
    network: files.name,
    device: context.gpu ? 'gpu' : 'cpu',
    framesPerSecond: digits(((last.image - first.image) * 1000) / (last.at - first.at)),
  };
}

/** Four significant digits. */
function digits(value: number): number {
  return Number(value.toPrecision(4));
}
