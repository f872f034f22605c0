/** `smoke --cost FILE.cfg`: what a darknet network costs, and the frame rate to expect of devices. */
import { resolve } from 'node:path';
import { badCfg } from '../darknet/cfg/bad-cfg.ts';
import { MAX_CFG_BYTES } from '../darknet/cfg/cfg.ts';
import { costOfCfg, dimensions, type NetworkCost } from '../darknet/cost/cost.ts';
import { frameRate } from '../darknet/cost/frame-rate.ts';
import { ExitCode } from '../base/errors.ts';
import { TARGETS } from '../compat/targets.ts';
import { readContent } from '../machine/kinds/disk.ts';
import { renderCost, type TargetRate } from '../report/cost.ts';
import type { Context, Outcome } from './command.ts';

/**
 * @param file as given
 * @param target id of the only device; undefined: all
 * @throws GpuSetupError `bad-cfg`
 */
export function smokeCost(file: string, target: unknown, { cwd }: Context): Outcome {
  return costOutcome(file, costOfCfg(readCfg(resolve(cwd, file), file), file), target);
}

/** @throws GpuSetupError `bad-cfg`, also where the file cannot be read */
function readCfg(path: string, name: string): Uint8Array {
  const answer = readContent(path, MAX_CFG_BYTES + 1, { kind: 'file', name });
  if (answer.state === 'absent') throw badCfg(name, null, 'there is no such file', 'a .cfg of darknet');
  if (answer.state === 'unknown')
    throw badCfg(name, null, `cannot be read: ${answer.why}`, 'a .cfg of darknet');
  return answer.value.bytes;
}

function costOutcome(file: string, cost: NetworkCost, only: unknown): Outcome {
  const targets = TARGETS.filter(({ id }) => only === undefined || id === only).map(
    ({ id, tflops, memoryGBPerSecond, framesPerSecond, assumed }): TargetRate => ({
      id,
      tflops,
      memoryGBPerSecond,
      ...frameRate(cost.layers, { tflops, memoryGBPerSecond }),
      budget: framesPerSecond,
      assumed,
    }),
  );
  const layers = cost.layers.map((layer) => ({
    index: layer.index,
    type: layer.type,
    output: dimensions(layer.output),
    bflops: layer.bflops,
    parameters: layer.parameters,
  }));
  return {
    exitCode: ExitCode.ok,
    json: { schema: 'gpu-setup/cost@1', file, ...cost, layers, targets },
    text: (terminal) => renderCost(file, cost, targets, terminal),
  };
}
