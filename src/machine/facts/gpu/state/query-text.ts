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
 *         Processes
 *             Process ID                    : 1534
 *                 Type                      : C
 *                 Name                      : python
 *                 Used GPU Memory           : 100 MiB
 *
 * What is indented further belongs to the line above it, whether that has a value or not.
 */
import type { GpuProcess } from '../../../facts.ts';
import { shortBusId } from '../lspci.ts';
import { keyOf, processOf, uuidOf, type Reading } from './reading.ts';

const GPU = /^\s*GPU ([0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F])\s*$/i;

/** Sections that tell of faults: people paste one of them alone, without the line that says whose it is. */
export const SECTION =
  /^\s{0,12}(?:Remapped Rows|Retired Pages|ECC Errors|MIG Mode|Fabric|GPU Reset Status|Clocks (?:Throttle|Event) Reasons|GPU Recovery Action {1,40}: \S.{0,40})\s{0,8}$/;

/** A colon with a space before it: a label may hold colons of its own. */
const ROW = /^(\s*)(\S[^:]{0,80}?)(?:\s*:(?: (.*))?)?$/;

/** Of a process that one line begins ("Process ID"), what follows. */
const PROCESS = /^(?:compute_)?processes\/process_id(?:\/(type|name|used_gpu_memory))?$/;

interface Row extends Reading {
  values: Map<string, string>;
  programs: Map<string, string>[] | null;
}

export function readQueryText(lines: readonly string[]): Reading[] {
  const readings: Row[] = [];
  let path: { indent: number; key: string }[] = [];
  let base = 0;
  for (const line of lines) {
    const bus = GPU.exec(line)?.[1];
    if (bus !== undefined) {
      readings.push({ busId: shortBusId(bus), index: readings.length, values: new Map(), programs: null });
      path = [];
      base = line.search(/\S/);
      continue;
    }
    if (readings.length === 0 && SECTION.test(line)) {
      readings.push({ busId: null, index: null, values: new Map(), programs: null });
      base = line.search(/\S/) - 1;
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
    const process = PROCESS.exec(key);
    if (process) note(current, process[1] ?? 'pid', value);
    else if (/^(?:compute_)?processes$/.test(key) && value === 'None') current.programs ??= [];
    else if (!current.values.has(key)) current.values.set(key, value);
  }
  return readings
    .filter(({ values }) => values.size > 0)
    .map(({ programs, ...reading }) => ({
      ...reading,
      ...uuidOf(reading.values.get('gpu_uuid')),
      ...(programs === null ? {} : { processes: programs.flatMap(program) }),
    }));
}

function note(row: Row, part: string, value: string): void {
  row.programs ??= [];
  if (part === 'pid') row.programs.push(new Map());
  row.programs.at(-1)?.set(part, value);
}

function program(parts: ReadonlyMap<string, string>): GpuProcess[] {
  const part = (name: string): string => parts.get(name) ?? '';
  return /^\d{1,10}$/.test(part('pid'))
    ? [processOf(part('pid'), part('type') || 'C', part('name'), part('used_gpu_memory'))]
    : [];
}
