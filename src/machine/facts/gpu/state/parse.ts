/** How GPUs are, from any output of nvidia-smi. */
import type { GpuStateFacts } from '../../../facts.ts';
import { shortBusId } from '../lspci.ts';
import { linesOf } from '../../recorded.ts';
import { readNvLinks } from './nvlink.ts';
import { readQueryCsv } from './query-csv.ts';
import { readQueryText } from './query-text.ts';
import { readQueryXml } from './query-xml.ts';
import type { Reading } from './reading.ts';
import { readRefused } from './refused.ts';
import { stateOf } from './state-of.ts';
import { readTable } from './table.ts';
import { readTopology } from './topology.ts';

/**
 * What a text says of GPUs, form by form: one GPU may be in several.
 *
 * @param asked columns of the query whose whole output the text is
 */
export function readingsIn(text: string, asked: readonly string[] | null = null): Reading[] {
  const lines = linesOf(text);
  return [
    ...readQueryXml(text),
    ...readTable(lines),
    ...readQueryText(lines),
    ...readQueryCsv(lines, asked),
    ...readNvLinks(lines),
    ...readTopology(lines),
    ...readRefused(lines),
    ...readWarnings(lines),
  ];
}

/** Empty for text that is no state of a GPU. */
export const parseGpuStates = (text: string): GpuStateFacts[] => statesOf(readingsIn(text));

/** Of readings about the same GPUs: what an earlier one leaves open a later one fills in. */
export function statesOf(readings: readonly Reading[]): GpuStateFacts[] {
  return addressed(readings)
    .map((reading) => [stateOf(reading)])
    .reduce(joinStates, []);
}

/** "WARNING: infoROM is corrupted at gpu 0000:67:00.0", below any output of nvidia-smi. */
function readWarnings(lines: readonly string[]): Reading[] {
  return lines.flatMap((line) => {
    const [, bus] =
      /infoROM is corrupted at gpu ([0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-7])/i.exec(line) ?? [];
    return bus === undefined
      ? []
      : [{ busId: shortBusId(bus), index: null, values: new Map([['warning/inforom', 'corrupted']]) }];
  });
}

/** Lines that name a GPU by its UUID alone, or by nothing where there is only one, get the address that others give it. */
function addressed(readings: readonly Reading[]): readonly Reading[] {
  const named = readings.filter(({ busId, index }) => busId !== null || index !== null);
  const only = new Set(named.map(({ busId, index }) => busId ?? index)).size === 1 ? named[0] : undefined;
  return readings.map((reading) => {
    if (reading.busId !== null || reading.index !== null) return reading;
    const owner =
      reading.uuid === undefined ? only : (named.find(({ uuid }) => uuid === reading.uuid) ?? only);
    return owner === undefined ? reading : { ...reading, busId: owner.busId, index: owner.index };
  });
}

/** Of two outputs about the same GPUs: what the first leaves open the second fills in. */
export function joinStates(
  first: readonly GpuStateFacts[],
  second: readonly GpuStateFacts[],
): GpuStateFacts[] {
  const same = (a: GpuStateFacts, b: GpuStateFacts): boolean =>
    a.busId !== null && b.busId !== null ? a.busId === b.busId : a.index !== null && a.index === b.index;
  const joined = first.map((one) =>
    second.filter((candidate) => same(one, candidate)).reduce((known, other) => filled(known, other), one),
  );
  return [...joined, ...second.filter((one) => !first.some((known) => same(known, one)))];
}

/** By what the items of a list are told apart. */
const KEYS = ['pid', 'link', 'index'] as const;

function filled<T extends object>(one: T, other: T): T {
  return Object.fromEntries(
    Object.entries(one).map(([key, value]: [string, unknown]) => {
      const theirs: unknown = other[key as keyof T];
      if (value === null) return [key, theirs];
      if (theirs === null) return [key, value];
      if (Array.isArray(value)) return [key, joinedLists(value, theirs as unknown[])];
      return [key, typeof value === 'object' ? filled(value, theirs as object) : value];
    }),
  ) as T;
}

function joinedLists(one: readonly unknown[], other: readonly unknown[]): unknown[] {
  const keyOf = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    const key = KEYS.find((name) => name in item);
    return key === undefined ? item : (item as Record<string, unknown>)[key];
  };
  const items = new Map<unknown, unknown>();
  for (const item of [...one, ...other]) {
    const known = items.get(keyOf(item));
    const isObject = typeof known === 'object' && known !== null;
    items.set(keyOf(item), isObject ? filled(known, item as object) : (known ?? item));
  }
  return [...items.values()];
}
