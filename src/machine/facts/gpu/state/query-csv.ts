/**
 * nvidia-smi --query-gpu=..., --query-remapped-rows=..., --query-compute-apps=..., --format=csv: a line of names, then one line per
 * GPU or program. With noheader the names are those of the command line.
 *
 *     index, pci.bus_id, ecc.errors.uncorrected.volatile.total, memory.used [MiB]
 *     0, 00000000:01:00.0, 2, 512 MiB
 *
 *     $ nvidia-smi --query-compute-apps=gpu_bus_id,pid,process_name,used_memory --format=csv,noheader
 *     00000000:01:00.0, 1534, python, 15861 MiB
 */
import { shortBusId } from '../lspci.ts';
import { processOf, uuidOf, type Reading } from './reading.ts';

const FIELD = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*(?: \[[\w%/]{1,8}\])?$/i;
/** One word alone ("name") may head any table. */
const KNOWN_ALONE = /[._]/;

const ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i;

/** The columns that the words of a command line ask for. Null: it is no such query. */
export function columnsAsked(words: Iterable<string>): readonly string[] | null {
  for (const word of words) {
    const [, columns] = /^--query-[a-z-]{2,24}=["']?([a-z][\w.,]{0,2000})["']?$/i.exec(word) ?? [];
    if (columns !== undefined) return columns.toLowerCase().split(',').filter(Boolean);
  }
  return null;
}

/** @param asked columns of the command whose whole output this is; left out: the text may hold anything */
export function readQueryCsv(lines: readonly string[], asked: readonly string[] | null = null): Reading[] {
  const readings: Reading[] = [];
  let titles = asked;
  /** Of the block of lines that `titles` head. */
  let rows = 0;
  for (const line of lines) {
    const named = headerIn(line, asked) ?? promptIn(line);
    if (named !== null) {
      titles = named;
      rows = 0;
      continue;
    }
    if (titles === null || line.startsWith('WARNING: ')) continue;
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length === titles.length && cells[0] !== '') {
      readings.push(readingOf(new Map(titles.map((title, at) => [title, cells[at]!])), rows++));
    } else if (asked === null) titles = null;
  }
  return readings;
}

function headerIn(line: string, asked: readonly string[] | null): readonly string[] | null {
  const titles = line.split(',').map((title) => title.trim());
  if (!titles.every((title) => FIELD.test(title))) return null;
  const names = titles.map((title) => title.replace(/ \[.*$/, '').toLowerCase());
  const isAsked = asked !== null && names.join() === asked.join();
  return isAsked || titles.some((title) => KNOWN_ALONE.test(title)) ? names : null;
}

/** One column alone would take any line below it for its value. */
function promptIn(line: string): readonly string[] | null {
  const at = line.indexOf('nvidia-smi ');
  const columns = at < 0 ? null : columnsAsked(line.slice(at).split(' '));
  return columns === null || columns.length < 2 ? null : columns;
}

function readingOf(values: ReadonlyMap<string, string>, row: number): Reading {
  const bus = values.get('pci.bus_id') ?? values.get('gpu_bus_id');
  const uuid = uuidOf(values.get('uuid') ?? values.get('gpu_uuid'));
  const index = values.get('index');
  const pid = values.get('pid');
  const isProgram = pid !== undefined;
  // Of one GPU there may be many lines.
  const isList = isProgram || values.has('retired_pages.address');
  const used = values.get('used_gpu_memory') ?? values.get('used_memory') ?? '';
  const name = values.get('process_name') ?? values.get('name') ?? '';
  return {
    // "[GPU is lost]" stands in every column, that of the address, too.
    busId: bus === undefined || !ADDRESS.test(bus) ? null : shortBusId(bus),
    index: index !== undefined && /^\d{1,3}$/.test(index) ? Number(index) : isList ? null : row,
    ...uuid,
    values: isProgram ? new Map() : values,
    ...(isProgram && /^\d{1,10}$/.test(pid) ? { processes: [processOf(pid, 'C', name, used)] } : {}),
  };
}
