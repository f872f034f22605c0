/** How GPUs are, from any output of nvidia-smi. */
import type { GpuStateFacts } from '../../../facts.ts';
import { linesOf } from '../../recorded.ts';
import { readQueryCsv } from './query-csv.ts';
import { readQueryText } from './query-text.ts';
import { readQueryXml } from './query-xml.ts';
import { stateOf } from './state-of.ts';
import { readTable } from './table.ts';

/** Empty for text that is no state of a GPU. */
export function parseGpuStates(text: string): GpuStateFacts[] {
  const lines = linesOf(text);
  for (const read of [
    () => readQueryXml(text),
    () => readTable(lines),
    () => readQueryText(lines),
    () => readQueryCsv(lines),
  ]) {
    const readings = read();
    if (readings.length > 0) return readings.map(stateOf);
  }
  return [];
}

/** Of two outputs about the same GPUs: what the first leaves open the second fills in. */
export function joinStates(
  first: readonly GpuStateFacts[],
  second: readonly GpuStateFacts[],
): GpuStateFacts[] {
  const same = (a: GpuStateFacts, b: GpuStateFacts): boolean =>
    a.busId !== null && b.busId !== null ? a.busId === b.busId : a.index !== null && a.index === b.index;
  const joined = first.map((one) => {
    const other = second.find((candidate) => same(one, candidate));
    return other === undefined ? one : filled(one, other);
  });
  return [...joined, ...second.filter((one) => !first.some((known) => same(known, one)))];
}

function filled<T extends object>(one: T, other: T): T {
  return Object.fromEntries(
    Object.entries(one).map(([key, value]: [string, unknown]) => {
      const theirs: unknown = other[key as keyof T];
      if (value === null) return [key, theirs];
      if (Array.isArray(value)) return [key, [...new Set([...(value as string[]), ...(theirs as string[])])]];
      return [key, typeof value === 'object' ? filled(value, theirs as object) : value];
    }),
  ) as T;
}
