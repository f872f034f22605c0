/** What the machine is, in a few rows, from the facts of a result: of these nothing is certain but that they are JSON. */
import { isRecord } from '../../base/is-record.ts';

export type Row = readonly [name: string, values: readonly string[]];

/** "GPU", ["GeForce GTX 1660 Ti Mobile (01:00.0)"] */
export function machineRows(facts: Readonly<Record<string, unknown>>): Row[] {
  const os = recordOf(facts['os']);
  const kernel = recordOf(facts['kernel']);
  const driver = recordOf(facts['driver']);
  const rows: Row[] = [
    ['System', texts(os['prettyName'])],
    ['Kernel', words(kernel['release'], facts['architecture'])],
    ['Container', texts(facts['container'])],
    ['WSL', typeof facts['wsl'] === 'number' ? [String(facts['wsl'])] : []],
    ['Jetson', texts(facts['jetson'])],
    ['Virtual machine', texts(facts['virtualMachine'])],
    ['GPU', each(facts['gpus'], ({ name, pciId, busId }) => named(name ?? pciId, busId))],
    ['Driver', words(driver['version'], driver['flavour'])],
    ['Toolkits', each(facts['toolkits'], ({ path, version }) => named(version, path))],
    ['cuDNN', each(facts['cudnn'], ({ path, version }) => named(version, path))],
    ['Compilers', each(facts['compilers'], ({ name, version }) => words(name, version)[0] ?? null)],
  ];
  return rows.filter(([, values]) => values.length > 0);
}

/** What could not be looked at, and why. */
export const unknownRows = (facts: Readonly<Record<string, unknown>>): Row[] =>
  Object.entries(recordOf(facts['unknown'])).map(([name, why]) => [name, texts(why)]);

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

const texts = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : []);

const words = (...values: readonly unknown[]): string[] => {
  const text = values.flatMap(texts).join(' ');
  return text === '' ? [] : [text];
};

function named(name: unknown, place: unknown): string | null {
  const [what, where] = [texts(name)[0], texts(place)[0]];
  return what === undefined ? (where ?? null) : where === undefined ? what : `${what} (${where})`;
}

const each = (
  list: unknown,
  say: (one: Readonly<Record<string, unknown>>) => string | null,
): readonly string[] => (Array.isArray(list) ? list.flatMap((one) => say(recordOf(one)) ?? []) : []);
