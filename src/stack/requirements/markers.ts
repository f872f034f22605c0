/**
 * Environment markers (PEP 508): whether a requirement counts where the packages will be installed. What is not known of that
 * place is neither true nor false.
 *
 *     python_version < "3.9" and (sys_platform == 'linux' or platform_machine != "arm64")
 */
import pep440 from 'on-demand:@renovatebot/pep440';
import type { TargetEnvironment } from './types.ts';

type Truth = boolean | null;

/** @returns null where it depends on something that is not known, or cannot be read */
export function markerHolds(marker: string, target: TargetEnvironment): Truth {
  const reader = new Reader(tokensOf(marker), valuesOf(target));
  const truth = reader.any();
  return reader.isAtEnd ? truth : null;
}

/** Whether a marker asks for the version of Python. */
export const asksForPython = (marker: string): boolean => /\bpython_(?:full_)?version\b/.test(marker);

/** Everything that gpu-setup installs for runs on Linux with CPython. */
function valuesOf({ python, architecture }: TargetEnvironment): Readonly<Record<string, string | null>> {
  return {
    python_version: python?.split('.').slice(0, 2).join('.') ?? null,
    python_full_version: python,
    os_name: 'posix',
    sys_platform: 'linux',
    platform_system: 'Linux',
    platform_machine: architecture,
    platform_python_implementation: 'CPython',
    implementation_name: 'cpython',
  };
}

/** Of a longer one nothing is read. */
const MOST_CHARACTERS = 2000;

function tokensOf(marker: string): readonly string[] {
  const text = marker.slice(0, MOST_CHARACTERS);
  return [...text.matchAll(/"[^"]*"|'[^']*'|[()]|not\s+in\b|[<>=!~]{1,3}|[A-Za-z_][\w.]*|\S/g)].map(
    ([token]) => token,
  );
}

class Reader {
  readonly #tokens: readonly string[];
  readonly #values: Readonly<Record<string, string | null>>;
  #at = 0;

  constructor(tokens: readonly string[], values: Readonly<Record<string, string | null>>) {
    this.#tokens = tokens;
    this.#values = values;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  any(): Truth {
    let truth = this.#all();
    while (this.#take('or')) truth = or(truth, this.#all());
    return truth;
  }

  #all(): Truth {
    let truth = this.#one();
    while (this.#take('and')) truth = and(truth, this.#one());
    return truth;
  }

  #one(): Truth {
    if (this.#take('(')) {
      const truth = this.any();
      this.#take(')');
      return truth;
    }
    const [left, operator, right] = [this.#next(), this.#next(), this.#next()];
    return compared(left, operator.replace(/\s+/g, ' '), right, this.#values);
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? '';
  }
}

const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const or = (a: Truth, b: Truth): Truth =>
  a === true || b === true ? true : a === null || b === null ? null : false;

function compared(
  left: string,
  operator: string,
  right: string,
  values: Readonly<Record<string, string | null>>,
): Truth {
  // `extra == "gpu"`: nobody asked for an extra.
  if (left === 'extra' || right === 'extra') return operator === '!=';
  const [a, b] = [valueOf(left, values), valueOf(right, values)];
  if (a === null || b === null) return null;
  const isVersion = left.startsWith('python_') || right.startsWith('python_');
  if (isVersion && pep440().valid(a) !== null && pep440().valid(b) !== null && /^[<>=!~]+$/.test(operator)) {
    // The variable may stand on either side.
    return left.startsWith('python_')
      ? pep440().satisfies(a, `${operator}${b}`)
      : pep440().satisfies(b, `${MIRRORED[operator] ?? operator}${a}`);
  }
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case 'in':
      return b.includes(a);
    case 'not in':
      return !b.includes(a);
    default:
      return null;
  }
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

function valueOf(token: string, values: Readonly<Record<string, string | null>>): string | null {
  return /^["']/.test(token) ? token.slice(1, -1) : (values[token] ?? null);
}
