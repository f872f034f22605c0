/**
 * nvidia-smi -q, whole or of some sections (-d ECC,PAGE_RETIREMENT):
 *
 *     GPU 00000000:01:00.0
 *         MIG Mode
 *             Current                       : Enabled
 *         Clocks Event Reasons
 *             HW Slowdown                   : Not Active
 *                 HW Thermal Slowdown       : Not Active
 *
 * What is indented further belongs to the line above it, whether that has a value or not.
 */
import { shortBusId } from '../lspci.ts';
import { keyOf, type Reading } from './reading.ts';

const GPU = /^\s*GPU ([0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F])\s*$/i;

/** A colon with a space before it: a label may hold colons of its own. */
const ROW = /^(\s*)(\S[^:]{0,80}?)(?:\s*:(?: (.*))?)?$/;

export function readQueryText(lines: readonly string[]): Reading[] {
  const readings: (Reading & { values: Map<string, string> })[] = [];
  let path: { indent: number; key: string }[] = [];
  let base = 0;
  for (const line of lines) {
    const bus = GPU.exec(line)?.[1];
    if (bus !== undefined) {
      readings.push({ busId: shortBusId(bus), index: readings.length, values: new Map() });
      path = [];
      base = line.search(/\S/);
      continue;
    }
    const current = readings.at(-1);
    if (current === undefined) continue;
    const row = ROW.exec(line.replaceAll('\t', '    '));
    if (row === null) continue;
    const indent = row[1]!.length;
    // Something else was pasted below.
    if (indent <= base) {
      if (line.trim() !== '') path = [{ indent, key: 'outside' }];
      continue;
    }
    path = path.filter((outer) => outer.indent < indent);
    path.push({ indent, key: keyOf(row[2]!) });
    const value = row[3]?.trim();
    if (value === undefined || value === '') continue;
    const key = path.map((one) => one.key).join('/');
    if (!current.values.has(key)) current.values.set(key, value);
  }
  return readings.filter(({ values }) => values.size > 0);
}
