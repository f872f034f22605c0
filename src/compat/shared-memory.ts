/** How large /dev/shm of a container is, and should be. Data: data/shared-memory.json. */
import table from './data/shared-memory.json' with { type: 'json' };
import { withSource, type Sourced } from './sourced.ts';

type Size = 'default' | 'several-gpus';

/** In bytes. */
export function sharedMemory(id: Size): Sourced & { bytes: number } {
  // A test sees to it that each has its row.
  const row = withSource(
    table.sources,
    table.rows.find((one) => one.id === id)!,
  );
  return { ...row, bytes: row.mebibytes * 2 ** 20 };
}
