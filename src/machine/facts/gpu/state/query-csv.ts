/**
 * nvidia-smi --query-gpu=..., --query-remapped-rows=..., --format=csv: a line of names, then one line per GPU.
 *
 *     index, pci.bus_id, ecc.errors.uncorrected.volatile.total, memory.used [MiB]
 *     0, 00000000:01:00.0, 2, 512 MiB
 */
import { shortBusId } from '../lspci.ts';
import type { Reading } from './reading.ts';

const FIELD = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*(?: \[[\w%/]{1,8}\])?$/i;
/** One word alone ("name") may head any table. */
const KNOWN_ALONE = /[._]/;

export function readQueryCsv(lines: readonly string[]): Reading[] {
  const at = lines.findIndex((line) => {
    const titles = line.split(',').map((title) => title.trim());
    return titles.every((title) => FIELD.test(title)) && titles.some((title) => KNOWN_ALONE.test(title));
  });
  if (at < 0) return [];
  const titles = lines[at]!.split(',').map((title) =>
    title
      .trim()
      .replace(/ \[.*$/, '')
      .toLowerCase(),
  );
  const readings: Reading[] = [];
  for (const line of lines.slice(at + 1)) {
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length !== titles.length) break;
    const values = new Map(titles.map((title, place) => [title, cells[place]!]));
    const bus = values.get('pci.bus_id') ?? values.get('gpu_bus_id');
    const index = values.get('index');
    readings.push({
      busId: bus === undefined ? null : shortBusId(bus),
      index: index !== undefined && /^\d{1,3}$/.test(index) ? Number(index) : readings.length,
      values,
    });
  }
  return readings;
}
