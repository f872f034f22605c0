/** Devices on which a network shall run, with what they can do. Data: data/targets.json, each with its source. */
import table from './data/targets.json' with { type: 'json' };

export interface Target {
  /** "visionseed" */
  id: string;
  name: string;
  /** Peak of FP16 arithmetic, in 10^12 operations per second; a multiply-add is two. */
  tflops: number;
  /** Peak of the device's own memory, in 10^9 bytes per second. */
  memoryGBPerSecond: number;
  /** What it must reach; null where nothing is asked. */
  framesPerSecond: number | null;
  source: string;
  /** Which figure nobody published, and what was taken instead; null for none. */
  assumed: string | null;
}

export const TARGETS: readonly Target[] = table.targets;
