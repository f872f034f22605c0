/** Values of a section, read as darknet reads them: C's atoi takes the digits in front and leaves the rest. */
import { badCfg } from './bad-cfg.ts';
import { quote, type Section } from './cfg.ts';

/** darknet counts in C's int. */
export const MAX_INT = 2 ** 31 - 1;

interface Bounds {
  least?: number;
}

/** @throws GpuSetupError `bad-cfg` where the value does not begin with a whole number, or is out of bounds */
export function integer(section: Section, key: string, otherwise: number, bounds: Bounds = {}): number {
  const option = section.options.get(key);
  const value = option === undefined ? otherwise : leadingInteger(section, key);
  const { least = -MAX_INT } = bounds;
  if (value < least || value > MAX_INT) {
    throw badCfg(
      section.file,
      option?.line ?? section.line,
      `[${section.name}] has ${key}=${quote(option?.value ?? String(otherwise))}`,
      `a whole number from ${least} to ${MAX_INT}`,
    );
  }
  return value;
}

export function flag(section: Section, key: string): boolean {
  return integer(section, key, 0) !== 0;
}

export function word(section: Section, key: string, otherwise: string): string {
  return section.options.get(key)?.value ?? otherwise;
}

/** "-1,-4" as [-1, -4]. @throws GpuSetupError `bad-cfg` where the key is missing or an item is no whole number */
export function integers(section: Section, key: string): number[] {
  const option = section.options.get(key);
  if (option === undefined) {
    throw badCfg(
      section.file,
      section.line,
      `[${section.name}] has no ${key}`,
      `${key}=-1, or a list as -1,-4`,
    );
  }
  return option.value.split(',').map((item) => {
    const value = atoi(item);
    if (value === null)
      throw badCfg(
        section.file,
        option.line,
        `${key} is ${quote(option.value)}`,
        'whole numbers separated by commas',
      );
    return value;
  });
}

/** How many items a list has; what stands behind "#" does not count. Null where the key is missing. */
export function listLength(section: Section, key: string): number | null {
  const value = section.options.get(key)?.value;
  return value === undefined ? null : value.split('#', 1)[0]!.split(',').length;
}

function leadingInteger(section: Section, key: string): number {
  const { value, line } = section.options.get(key)!;
  const found = atoi(value);
  if (found === null)
    throw badCfg(section.file, line, `[${section.name}] has ${key}=${quote(value)}`, 'a whole number');
  return found;
}

function atoi(text: string): number | null {
  const digits = /^[+-]?\d+/.exec(text)?.[0];
  return digits === undefined ? null : Number(digits);
}
