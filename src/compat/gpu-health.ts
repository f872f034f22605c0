/** Where a GPU stops being well. Data: data/gpu-health.json. */
import table from './data/gpu-health.json' with { type: 'json' };
import { withSource, type Sourced } from './sourced.ts';

type HealthThreshold = 'retired-pages' | 'memory-full-share';

export function healthThreshold(id: HealthThreshold): Sourced & { value: number } {
  // A test sees to it that each has its row.
  return withSource(
    table.sources,
    table.rows.find((row) => row.id === id)!,
  );
}
