/** Where a GPU stops being well. Data: data/gpu-health.json. */
import table from './data/gpu-health.json' with { type: 'json' };
import { withSource, type Sourced } from './sourced.ts';

/**
 * - `retired-pages-most`: as many pages as can be retired; `retired-pages`: so many that a replacement is worth a thought
 * - `memory-full-share`: of the memory, from which on hardly any is left
 * - `unreadable-values`: of its vital values, from which on a GPU hangs and not one sensor
 * - `link-width-share`: of the lanes that there could be, below which it is no mere sharing of them by two slots
 * - `load-utilization`: per cent from which on a GPU works, and its PCIe link with it
 * - `power-limit-slack-watts`: by which two limits may differ and are the same
 */
export type HealthThreshold =
  | 'retired-pages-most'
  | 'retired-pages'
  | 'memory-full-share'
  | 'unreadable-values'
  | 'link-width-share'
  | 'load-utilization'
  | 'power-limit-slack-watts';

export function healthThreshold(id: HealthThreshold): Sourced & { value: number } {
  // A test sees to it that each has its row.
  return withSource(
    table.sources,
    table.rows.find((row) => row.id === id)!,
  );
}
