/** What `gpu-setup smoke --cost FILE.cfg` does: the costs of a network, and the frame rate to expect of known devices. */
import { TARGETS } from '../../compat/targets.ts';
import { readContent } from '../../machine/kinds/disk.ts';
import { badCfg } from '../cfg/bad-cfg.ts';
import { MAX_CFG_BYTES } from '../cfg/cfg.ts';
import { costOfCfg, type NetworkCost } from './cost.ts';
import { frameRate } from './frame-rate.ts';

/** One device, and what the network does on it. */
export interface TargetRate {
  id: string;
  tflops: number;
  memoryGBPerSecond: number;
  framesPerSecond: number;
  framesPerSecondAtPeak: number;
  /** What the device must reach; null where nothing is asked. */
  budget: number | null;
  assumed: string | null;
}

export interface CostOfFile {
  cost: NetworkCost;
  targets: readonly TargetRate[];
}

/**
 * @param path absolute
 * @param name of the file, as the user wrote it
 * @param target id of the only device; null: all
 * @throws GpuSetupError `bad-cfg`, also where the file cannot be read
 */
export function costOfFile(path: string, name: string, target: string | null): CostOfFile {
  const cost = costOfCfg(readCfg(path, name), name);
  const targets = TARGETS.filter(({ id }) => target === null || id === target).map(
    ({ id, tflops, memoryGBPerSecond, framesPerSecond, assumed }): TargetRate => ({
      id,
      tflops,
      memoryGBPerSecond,
      ...frameRate(cost.layers, { tflops, memoryGBPerSecond }),
      budget: framesPerSecond,
      assumed,
    }),
  );
  return { cost, targets };
}

function readCfg(path: string, name: string): Uint8Array {
  const answer = readContent(path, MAX_CFG_BYTES + 1, { kind: 'file', name });
  if (answer.state === 'absent') throw badCfg(name, null, 'there is no such file', 'a .cfg of darknet');
  if (answer.state === 'unknown')
    throw badCfg(name, null, `cannot be read: ${answer.why}`, 'a .cfg of darknet');
  return answer.value.bytes;
}
