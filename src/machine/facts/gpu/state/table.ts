/**
 * nvidia-smi's table, of every generation since 2013 (the third line of a GPU came with driver 450):
 *
 *     |   0  NVIDIA A100-SXM4-40GB          On  |   00000000:07:00.0 Off |                    0 |
 *     | N/A   35C    P0    63W / 400W |     74MiB / 40960MiB |      0%   E. Process |
 *     |                               |                      |              Enabled |
 *     |  0    7   0   0  |      6MiB /  9984MiB | 14      0 |  1   0    0    0    0 |     below "MIG devices:"
 *     |  No MIG devices found                                                       |
 *     |    0   N/A  N/A      1534      C   python                          15861MiB |    below "Processes:"
 */
import { shortBusId } from '../lspci.ts';
import type { GpuProcess } from '../../../facts.ts';
import { processOf, type Reading } from './reading.ts';

const FIRST =
  /^\|\s*(\d{1,3})\s{1,6}(\S[^|]*?)\s*\|\s*([0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F])[^|]*\|\s*(\S[^|]*?)\s*\|/i;
const PERSISTENCE = /\s(On|Off|ERR!)$/;
const SECOND = /^\|\s*(\S[^|]*?)\s*\|\s*(\S[^|]*?)\s*\|\s*(\S[^|]*?)\s*\|/;
const THIRD = /^\|\s*\|\s*\|\s*(Enabled\*?|Disabled\*?|N\/A|ERR!)\s*\|/;
const MIG_DEVICE = /^\|\s*(\d{1,3})\s{1,6}\d{1,3}\s{1,6}(?:\d{1,3}|N\/A)\s{1,6}\d{1,3}\s*\|/;
const PROCESS =
  /^\|\s*(\d{1,3})\s{1,8}(?:\S{1,5}\s{1,8}\S{1,5}\s{1,12})?(\d{1,10})\s{1,8}([CGM+]{1,5})\s{1,8}(\S[^|]*?)\s{1,60}(\d{1,9}MiB|N\/A)\s*\|/;

/** What stands before the table's own edge, be it a quote sign or the name of a container, is cut off. */
const fromEdge = (line: string): string => line.slice(Math.max(0, line.search(/[|+]/)));

interface Row extends Reading {
  values: Map<string, string>;
  processes?: GpuProcess[];
}

export function readTable(lines: readonly string[]): Reading[] {
  const rows: Row[] = [];
  let expected: 'second' | 'third' | null = null;
  let part: 'gpus' | 'mig' | 'processes' = 'gpus';
  const ofIndex = (index: string | undefined): Row | undefined =>
    index === undefined ? undefined : rows.find((row) => row.index === Number(index));
  for (const raw of lines) {
    const line = fromEdge(raw);
    if (/^\|\s*MIG devices:/i.test(line)) part = 'mig';
    else if (/^\|\s*(?:GPU\s+)?(?:Compute )?Processes:/i.test(line)) part = 'processes';
    else if (/^\|\s*No MIG devices found/i.test(line)) for (const row of rows) noInstances(row);
    else if (/^\|\s*No running (?:compute )?processes found/i.test(line))
      for (const row of rows) row.processes ??= [];
    else if (part === 'mig') count(ofIndex(MIG_DEVICE.exec(line)?.[1]), 'mig_devices');
    else if (part === 'processes') hold(PROCESS.exec(line), ofIndex);
    else {
      const first = FIRST.exec(line);
      if (first) {
        rows.push(rowOf(first));
        expected = 'second';
      } else if (expected === 'second') {
        second(SECOND.exec(line), rows.at(-1)!);
        expected = 'third';
      } else if (expected === 'third') {
        const mig = THIRD.exec(line)?.[1];
        if (mig !== undefined) rows.at(-1)!.values.set('table/mig', mig.replace('*', ''));
        expected = null;
      }
    }
  }
  return rows;
}

function rowOf([, index, cell, bus, ecc]: RegExpExecArray): Row {
  const persistence = PERSISTENCE.exec(cell!)?.[1];
  return {
    index: Number(index),
    busId: shortBusId(bus!),
    values: new Map([
      ['table/name', cell!.replace(/\s+(?:On|Off|N\/A|ERR!)$/, '')],
      ['table/ecc', ecc!],
      ...(persistence === undefined ? [] : [['table/persistence', persistence] as const]),
    ]),
  };
}

/** "N/A   35C    P0    63W / 235W", "74MiB / 11439MiB", "0%   E. Process" */
function second(cells: RegExpExecArray | null, { values }: Row): void {
  if (cells === null) return;
  const [, health, memory, use] = cells;
  const [, fan, degrees, state, watts = ''] =
    /^(\d{1,3}%|N\/A|ERR!|Off)? {1,8}(\d{1,3}C|N\/A|ERR!) {1,8}(P\d{1,2}|N\/A|ERR!|\?)(?: {1,20}(.*))?$/.exec(
      ` ${health!}`.replace(/^ (?=\S+%|N\/A|ERR!|Off)/, ''),
    ) ?? [];
  const put = (key: string, value: string | undefined): void => {
    if (value !== undefined) values.set(`table/${key}`, value);
  };
  put('fan', fan);
  put('temperature', degrees);
  put('performance_state', state);
  const [, draw, cap] = /^(\d{1,5})W *\/ *(?:(\d{1,5})W|N\/A)/.exec(watts) ?? [];
  put('power', draw ?? (/ERR!|Unknown Error/.test(watts) ? 'ERR!' : undefined));
  put('power_cap', cap);
  const [, used, total] = /(\d{1,9})MiB\s*\/\s*(\d{1,9})MiB/.exec(memory!) ?? [];
  put('memory', /ERR!|Unknown Error|GPU is lost|GPU requires reset/i.exec(memory!)?.[0]);
  put('used', used);
  put('total', total);
  put('utilization', /^(?:\d{1,3}%|ERR!|Unknown Error)/.exec(use!)?.[0]);
  put('compute_mode', /(Default|E\. ?Process|E\. ?Thread|Exclusive|Prohibited|ERR!)\s*$/i.exec(use!)?.[1]);
}

function noInstances({ values }: Row): void {
  values.set('mig_devices', '0');
}

function count(row: Row | undefined, key: string): void {
  row?.values.set(key, String(Number(row.values.get(key) ?? 0) + 1));
}

function hold(
  process: RegExpExecArray | null,
  ofIndex: (index: string | undefined) => Row | undefined,
): void {
  const row = ofIndex(process?.[1]);
  if (process === null || row === undefined) return;
  const [, , pid, type, command, used] = process;
  (row.processes ??= []).push(processOf(pid!, type!, command!, used!));
}
