// Reading facts, and what all tables do with their sources.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ADDITIONS = join(dirname(fileURLToPath(import.meta.url)), 'additions');

/** Facts by the name of their file; a file is read when it is asked for. */
export function readFacts(folder) {
  const read = new Map();
  return new Proxy(
    {},
    {
      get(_, name) {
        if (!read.has(name)) read.set(name, readJson(join(folder, `${String(name)}.json`)));
        return read.get(name);
      },
    },
  );
}

/** A file of additions: rows that the facts lack, each with source and confidence. */
export const additions = (name) => readJson(join(ADDITIONS, `${name}.json`));

/**
 * Sources are long and many rows share one: a table lists them once, and a row names the place in that list.
 * `sources` is to be put into the table after all rows were made.
 */
export function sourceList() {
  const sources = [];
  return {
    sources,
    at(...texts) {
      const given = texts.flat().filter(Boolean);
      const parts = given.flatMap((one) => plainSource(one).split('; '));
      const named = parts.filter(
        (one, at) => !/^(?:\(public copy\))?$/.test(one) && parts.indexOf(one) === at,
      );
      if (given.length === 0) throw new Error('a row without source');
      const text = named.length === 0 ? 'read in a public copy' : named.join('; ');
      const known = sources.indexOf(text);
      return known >= 0 ? known : sources.push(text) - 1;
    },
  };
}

/** A source as a reader can look it up: without what only the collector of the facts could follow. */
function plainSource(text) {
  return text
    .replace(/\bbase cudnn rows\b/g, 'the table of cuDNN releases')
    .replace(/same rule as 10\.0; product src\/compat\/releases\/nvidia\.json/g, 'naming rule of CUDA 10.0')
    .replace(/\bsame rule as /g, 'naming rule of ')
    .replace(/^same rule$/, 'naming rule of its neighbours')
    .replace(/[;,]? ?(?:public )?text-index file id \d+(?: \([^)]*\))?/g, '')
    .replace(/:? ?\d{9,}\b/g, '')
    .replace(/(:|;)? ?a stored public copy/g, ' (public copy)')
    .replace(/\(public copy\)\(/g, '(public copy; ')
    .replace(/ {2,}/g, ' ')
    .replace(/^[;, ]+|[;, ]+$/g, '');
}

/** The confidence of a row; what was seen in part is inferred as a whole. */
export function confidenceOf(row) {
  const word = row.confidence ?? (row.note === 'inferred' ? 'inferred' : 'seen');
  if (word === 'seen' || word === 'inferred' || word === 'recalled') return word;
  if (word === 'seen in part') return 'inferred';
  throw new Error(`unknown confidence "${word}"`);
}

/** As a comparator: "9.2" before "10.0", "470.57" before "470.256". */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const newestOf = (versions) => [...versions].sort(compareVersions).at(-1);

/** "12.2" of "12.2.2" */
export const minorOf = (version) => version.split('.').slice(0, 2).join('.');

/** "7.5" of "75", "12.0" of "120", "9.0a" of "90a" */
export function capabilityOf(sm) {
  const [, digits, feature] = /^(\d+)([af]?)$/.exec(sm);
  return `${digits.slice(0, -1)}.${digits.slice(-1)}${feature}`;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
