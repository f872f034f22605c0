/** The rungs of a network: training and inference by darknet, on data that is drawn for it. */
import { join } from 'node:path';
import type { Target } from '../../compat/targets.ts';
import type { Emit } from '../../base/events.ts';
import { notRun, type Step } from '../ladder.ts';
import type { NoDarknet } from '../../darknet/run/choose-darknet.ts';
import type { Darknet } from '../../darknet/run/darknet.ts';
import { writeDataSet, type DataSet } from '../../darknet/data/dataset.ts';
import type { SmokeDefinition } from '../definition.ts';
import { infer } from './inference.ts';
import { train, type Curve, type Trained } from './training.ts';

export interface NetworkContext {
  definition: SmokeDefinition;
  darknet: Darknet | NoDarknet;
  target: Target;
  env: Readonly<Record<string, string>>;
  /** Whether darknet uses the GPU, where it can. */
  gpu: boolean;
  /** Private folder; the data set and the weights lie in it. */
  work: string;
  emit: Emit;
  signal?: AbortSignal | undefined;
}

export interface NetworkSteps {
  steps: Step[];
  /** What was learned: after the steps were run. Null where nothing was. */
  learned(): { curve: Curve; cfg: string; weights: string } | null;
}

/** Width and height of the drawn pictures: those of the network. */
const PICTURE_SIZE = 96;

export function networkSteps(context: NetworkContext): NetworkSteps {
  const { definition, target, work: folder, emit, signal, env } = context;
  const { darknet } = context;
  if ('because' in darknet) {
    const refused = notRun(darknet.because, darknet.hint);
    return {
      steps: [
        { rung: 'training', needs: [], run: refused },
        { rung: 'inference', needs: [], run: refused },
      ],
      learned: () => null,
    };
  }
  const call = { folder, env, gpu: context.gpu && darknet.cuda, signal };
  let learned: { set: DataSet; curve: Curve; trained: Trained } | null = null;
  return {
    steps: [
      {
        rung: 'training',
        needs: [],
        run: async () => {
          const set = await writeDataSet(folder, PICTURE_SIZE);
          const training = await train(darknet, set, definition.training, call, emit);
          learned = { set, curve: training.curve, trained: training.trained };
          return training.outcome;
        },
      },
      {
        rung: 'inference',
        needs: ['training'],
        run: () => infer(darknet, learned!.set, learned!.trained, definition.inference, target, call),
      },
    ],
    learned: () =>
      learned === null
        ? null
        : {
            curve: learned.curve,
            cfg: join(folder, learned.trained.cfg),
            weights: join(folder, learned.trained.weights),
          },
  };
}
