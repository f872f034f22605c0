/** gpu-setup smoke NAME|RECIPE, and smoke --cost FILE.cfg */
import { resolve } from 'node:path';
import { ExitCode, usageError } from '../../base/errors.ts';
import { TARGETS } from '../../compat/targets.ts';
import { dimensions } from '../../darknet/cost/cost.ts';
import { costOfFile } from '../../darknet/cost/cost-of-file.ts';
import { smoke as smokeNamed } from '../../recipe/smoke.ts';
import { renderCost } from '../../report/cost.ts';
import { renderSmoke } from '../../report/smoke.ts';
import type { SmokeResult } from '../../smoke/context.ts';
import { exitCodeOf, RUNGS, type Rung } from '../../smoke/ladder.ts';
import type { CommandDefinition, Outcome } from '../command.ts';
import { consentPrompt, TRUST } from '../consent-prompt.ts';
import { textOf } from '../call/parse-arguments.ts';

export const summary = 'prove that a machine computes, trains and infers';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[name]',
      description: 'a prefix, as gpu-setup list names it, or a recipe, as gpu-setup recipes does',
      completes: ['prefix', 'recipe'],
    },
  ],
  options: [
    { flags: '--upto <rung>', description: `the last rung: ${RUNGS.join(', ')}`, choices: RUNGS },
    {
      flags: '--target <id>',
      description: 'the device whose frame rate counts',
      choices: TARGETS.map(({ id }) => id),
    },
    {
      flags: '--darknet <file>',
      description: 'a darknet of your own instead of the one built here',
      completes: 'file',
    },
    TRUST,
    {
      flags: '--cost <file>',
      description: 'instead: operations, parameters, memory and frame rate of a darknet .cfg',
      completes: 'file',
    },
  ],
  examples: [
    ['gpu-setup smoke cuda10', 'does everything in the prefix load, compile and calculate right?'],
    ['gpu-setup smoke cuda10 --upto runtime', 'as far as it goes without a GPU: for images and CI'],
    ['gpu-setup smoke yolov4-nano', 'does a network learn here, and see what it has learned?'],
    ['gpu-setup smoke tensorflow-1.9', 'does TensorFlow compute here, and what does batch norm do in it?'],
    ['gpu-setup smoke --cost yolov4-tiny.cfg', 'what a network costs, and how fast it runs on known devices'],
  ],
  async run([name], options, context) {
    const { cwd, env, emit, signal } = context;
    const [cost, target] = [textOf(options, 'cost'), textOf(options, 'target')];
    if (cost !== undefined) {
      if (name !== undefined) {
        throw usageError('unexpected-argument', `--cost takes a .cfg, and no name beside it ("${name}")`);
      }
      return costOutcome(cost, resolve(cwd, cost), target ?? null);
    }
    if (name === undefined) {
      throw usageError(
        'missing-argument',
        '"gpu-setup smoke" needs the name of a prefix or recipe, or --cost FILE.cfg',
        {
          hint: 'gpu-setup list names the prefixes, gpu-setup recipes the recipes; gpu-setup smoke --help shows how it is called',
        },
      );
    }
    const result = await smokeNamed(
      {
        name,
        upTo: textOf(options, 'upto') as Rung | undefined,
        target,
        darknet: textOf(options, 'darknet'),
        trust: textOf(options, 'trustRecipe'),
      },
      { folders: context.folders(), cwd, env, emit, signal, consent: consentPrompt(context) },
    );
    return outcomeOf(name, result);
  },
};

function outcomeOf(name: string, result: SmokeResult): Outcome {
  const { overall, reached, required, rungs, kept, hints } = result;
  return {
    exitCode: exitCodeOf(result, required),
    json: { schema: 'gpu-setup/smoke@1', name, overall, reached, required, rungs, kept },
    text: (terminal) => renderSmoke({ ...result, name }, terminal),
    hints,
  };
}

function costOutcome(file: string, path: string, target: string | null): Outcome {
  const { cost, targets } = costOfFile(path, file, target);
  const layers = cost.layers.map(({ index, type, output, bflops, parameters }) => ({
    index,
    type,
    output: dimensions(output),
    bflops,
    parameters,
  }));
  return {
    exitCode: ExitCode.ok,
    json: { schema: 'gpu-setup/cost@1', file, ...cost, layers, targets },
    text: (terminal) => renderCost(file, cost, targets, terminal),
  };
}
