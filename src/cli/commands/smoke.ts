/** gpu-setup smoke NAME|RECIPE, and smoke --cost FILE.cfg */
import { resolve } from 'node:path';
import { GpuSetupError, usageError } from '../../base/errors.ts';
import { TARGETS, type Target } from '../../compat/targets.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import { findPrefix, homesOf } from '../../prefix/home/prefixes.ts';
import { exitCodeOf, RUNGS, type Rung } from '../../smoke/ladder.ts';
import { loadRecipes } from '../../recipe/load.ts';
import { SMOKE_RECIPES, smokeDefinition } from '../../recipe/smoke-definition.ts';
import { SCRIPT_RECIPES } from '../../smoke/rungs/script-steps.ts';
import {
  smokeNetwork,
  smokePrefix,
  smokeScript,
  type SmokeContext,
  type SmokeResult,
} from '../../recipe/smoke.ts';
import { renderSmoke } from '../../report/smoke.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';
import { smokeCost } from '../smoke-cost.ts';

export const summary = 'prove that a machine computes, trains and infers';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[name]',
      description: `a prefix, as gpu-setup list names it, or a recipe: ${[...SMOKE_RECIPES, ...SCRIPT_RECIPES].join(', ')}`,
    },
  ],
  options: [
    { flags: '--upto <rung>', description: `the last rung: ${RUNGS.join(', ')}`, choices: RUNGS },
    {
      flags: '--target <id>',
      description: 'the device whose frame rate counts',
      choices: TARGETS.map(({ id }) => id),
    },
    { flags: '--darknet <file>', description: 'a darknet of your own instead of the one built here' },
    {
      flags: '--cost <file>',
      description: 'instead: operations, parameters, memory and frame rate of a darknet .cfg',
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
    const { cost, target } = options;
    if (typeof cost === 'string') {
      if (name !== undefined) {
        throw usageError('unexpected-argument', `--cost takes a .cfg, and no name beside it ("${name}")`);
      }
      return smokeCost(cost, target, context);
    }
    if (name === undefined) {
      throw usageError(
        'missing-argument',
        '"gpu-setup smoke" needs the name of a prefix or recipe, or --cost FILE.cfg',
        {
          hint: 'gpu-setup list names the prefixes; gpu-setup smoke --help shows how it is called',
        },
      );
    }
    return outcomeOf(name, await tryOut(name, options, context));
  },
};

async function tryOut(name: string, options: OptionValues, context: Context): Promise<SmokeResult> {
  const folders = context.folders();
  const smokeContext: SmokeContext = {
    machine: liveMachine({ env: context.env }),
    env: context.env,
    home: folders.home,
    homes: homesOf(folders),
    upTo: (options['upto'] as Rung | undefined) ?? null,
    emit: context.emit,
    signal: context.signal,
  };
  const place = await findPrefix(folders, name).catch((error: unknown) => {
    if (error instanceof GpuSetupError && ['unknown-prefix', 'prefix-unreadable'].includes(error.code))
      return error;
    throw error;
  });
  if (!(place instanceof GpuSetupError)) {
    refuse(options, ['darknet', 'target'], `a prefix ("${name}") trains no network`);
    return smokePrefix(place, smokeContext);
  }
  const definition = smokeDefinition(name);
  if (definition === null) {
    const recipe = SCRIPT_RECIPES.includes(name) ? (await loadRecipes(folders.config)).get(name) : undefined;
    if (recipe === undefined) throw place;
    refuse(options, ['darknet', 'target'], `${name} trains no network with darknet`);
    return smokeScript(recipe, smokeContext);
  }
  const own = options['darknet'];
  const program = typeof own === 'string' ? resolve(context.cwd, own) : null;
  const target = targetOf(options['target'] ?? definition.inference.target);
  return smokeNetwork(name, definition, target, program, smokeContext);
}

/** @throws GpuSetupError `option-without-effect` (exit code 2) */
function refuse(options: OptionValues, names: readonly string[], why: string): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw usageError('option-without-effect', `--${given} has no effect here: ${why}`, {
    hint: `gpu-setup smoke yolov4-nano --${given} VALUE`,
  });
}

function targetOf(id: unknown): Target {
  return TARGETS.find((target) => target.id === id)!;
}

function outcomeOf(name: string, result: SmokeResult): Outcome {
  const { overall, reached, required, rungs, kept, hints } = result;
  return {
    exitCode: exitCodeOf(result, required),
    json: { schema: 'gpu-setup/smoke@1', name, overall, reached, required, rungs, kept },
    text: (terminal) => renderSmoke({ ...result, name }, terminal),
    hints,
  };
}
