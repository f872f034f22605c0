/**
 * The training rung: darknet learns the drawn shapes in rounds, and after each the mAP on held-out pictures is measured from
 * its detections. Rounds, rather than one run, since the darknets save weights at different times, and never whole at once.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emit } from '../../base/events.ts';
import { failed, passed, type RungOutcome } from '../ladder.ts';
import { averagePrecisions, meanAveragePrecision, type Image } from '../../darknet/run/average-precision.ts';
import type { Detection } from '../../darknet/data/box.ts';
import {
  detectHeldOut,
  measureMap,
  trainDetector,
  type Darknet,
  type DarknetContext,
} from '../../darknet/run/darknet.ts';
import { parseIteration, parseMap } from '../../darknet/run/darknet-output.ts';
import { WEIGHTS_FOLDER, type DataSet } from '../../darknet/data/dataset.ts';
import type { TrainingDefinition } from '../definition.ts';

/** How darknet learned; loss by iteration, mAP@0.5 by round. */
export interface Curve {
  loss: { iteration: number; loss: number }[];
  map50: { iteration: number; map50: number }[];
}

/** What the inference rung goes on with. Paths are relative to the data set's folder. */
export interface Trained {
  cfg: string;
  weights: string;
  detections: readonly (readonly Detection[])[];
  map50: number;
  /** What darknet printed while it detected. */
  output: string;
}

export interface Training {
  outcome: RungOutcome;
  curve: Curve;
  trained: Trained;
}

/** An object counts as found where the boxes overlap by this. */
const OVERLAP = 0.5;
/** `detector map` does not cut boxes at the picture's edge, as its `valid` does, and has another order of equal scores. */
const MAP_TOLERANCE = 0.02;

const CFG = 'shapes.cfg';

/** @throws GpuSetupError `darknet-failed`, `darknet-output`; the signal's reason */
export async function train(
  darknet: Darknet,
  set: DataSet,
  definition: TrainingDefinition,
  context: DarknetContext,
  emit: Emit,
): Promise<Training> {
  const curve: Curve = { loss: [], map50: [] };
  const task = 'smoke-iterations';
  const { iterations, rounds } = definition;
  emit({ type: 'start', id: task, title: `${darknet.title} learns`, total: iterations, unit: 'steps' });
  const onLine = (line: string): void => {
    const found = parseIteration(line);
    if (found === null) return;
    curve.loss.push(found);
    emit({ type: 'progress', id: task, done: found.iteration });
  };
  const learnRound = async (round: number, weights: string | null): Promise<Trained> => {
    const iteration = Math.round((iterations * round) / rounds);
    await writeFile(join(context.folder, CFG), withIterations(definition.network, iteration));
    await trainDetector(darknet, { data: set.data, cfg: CFG, weights }, context, onLine);
    const trained = await measure(darknet, set, iteration, context);
    curve.map50.push({ iteration, map50: fourDigits(trained.map50) });
    return trained;
  };
  let trained: Trained;
  try {
    trained = await learnRound(1, null);
    for (let round = 2; round <= rounds; round++) trained = await learnRound(round, trained.weights);
  } catch (error) {
    emit({ type: 'end', id: task, outcome: 'failed' });
    throw error;
  }
  emit({ type: 'end', id: task, outcome: 'done' });
  const outcome = await judge(darknet, set, definition, context, { curve, trained });
  return { outcome, curve, trained };
}

async function measure(
  darknet: Darknet,
  set: DataSet,
  iteration: number,
  context: DarknetContext,
): Promise<Trained> {
  const weights = `${WEIGHTS_FOLDER}/after${iteration}.weights`;
  await rename(
    join(context.folder, WEIGHTS_FOLDER, CFG.replace('.cfg', '_final.weights')),
    join(context.folder, weights),
  );
  const { detections, output } = await detectHeldOut(darknet, set, { cfg: CFG, weights }, context);
  const map50 = meanAveragePrecision(imagesOf(set, detections), set.classes.length, OVERLAP);
  return { cfg: CFG, weights, detections, map50, output };
}

async function judge(
  darknet: Darknet,
  set: DataSet,
  definition: TrainingDefinition,
  context: DarknetContext,
  { curve, trained }: { curve: Curve; trained: Trained },
): Promise<RungOutcome> {
  const { map50, cfg, weights } = trained;
  const ofDarknet = darknet.measuresMap
    ? parseMap(await measureMap(darknet, set, { cfg, weights }, context))
    : null;
  const images = imagesOf(set, trained.detections);
  const figures = {
    darknet: darknet.title,
    program: darknet.program,
    device: context.gpu ? 'gpu' : 'cpu',
    trainingImages: set.trainingImages,
    heldOutImages: set.heldOut.length,
    iterations: definition.iterations,
    map50: fourDigits(map50),
    leastMap50: definition.leastMap50,
    map50ByClass: Object.fromEntries(
      averagePrecisions(images, set.classes.length, OVERLAP).map((value, index) => [
        set.classes[index]!,
        value === null ? null : fourDigits(value),
      ]),
    ),
    /** Null where this darknet does not measure it. */
    map50OfDarknet: ofDarknet,
    firstLoss: curve.loss[0]?.loss ?? null,
    lastLoss: meanOf(curve.loss.slice(-LAST_LOSSES).map(({ loss }) => loss)),
    /** darknet starts from random weights and offers no seed for them: the figures differ a little from run to run. */
    repeatable: false,
    curve,
  };
  if (darknet.measuresMap && ofDarknet === null) {
    return failed('darknet was asked for its own mAP and did not print it', figures);
  }
  if (ofDarknet !== null && Math.abs(ofDarknet - map50) > MAP_TOLERANCE) {
    return failed(
      `its detections have an mAP@0.5 of ${map50.toFixed(3)}, but darknet itself says ${ofDarknet.toFixed(3)}`,
      figures,
    );
  }
  if (map50 < definition.leastMap50) {
    return failed(
      `after ${definition.iterations} iterations mAP@0.5 is ${map50.toFixed(3)}; ${definition.leastMap50} was expected`,
      figures,
      'training begins with random weights: run it once more; where it stays low, `gpu-setup doctor` and another build of darknet',
    );
  }
  return passed(figures);
}

/** The loss jumps from one batch to the next. */
const LAST_LOSSES = 20;

function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Number.isFinite(mean) ? fourDigits(mean) : null;
}

function imagesOf(set: DataSet, detections: readonly (readonly Detection[])[]): Image[] {
  return set.heldOut.map(({ truths }, index) => ({ truths, detections: detections[index]! }));
}

function withIterations(cfg: string, iterations: number): string {
  return cfg.replace(/^max_batches=.*$/m, `max_batches=${iterations}`);
}

function fourDigits(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
