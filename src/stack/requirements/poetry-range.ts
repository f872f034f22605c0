/** Versions as poetry and Pipfile write them, in PEP 440's words. */
import pep440 from 'on-demand:@renovatebot/pep440';

/**
 *     ^3.9  is  >=3.9,<4        ^0.4.8  is  >=0.4.8,<0.5
 *     ~2.1  is  >=2.1,<2.2      2.1     is  ==2.1.*        *  is any
 *
 * @returns empty: any; null: it is none
 */
export function pythonSpecifier(text: string): string | null {
  const range = text.trim();
  if (range === '' || range === '*') return '';
  // Alternatives have no words in PEP 440: nothing is said of the version then.
  if (range.includes('||') || range.includes(' or ')) return '';
  const specifier = range
    .split(',')
    .map((part) => partOf(part.trim()))
    .join(',');
  return pep440().validRange(specifier) ? specifier : null;
}

function partOf(part: string): string {
  const match = /^([\^~]?)(\d+(?:\.\d+)*)(?:\.\*)?$/.exec(part);
  if (match === null) return part;
  const [, operator, version] = match;
  const numbers = version!.split('.').map(Number);
  if (operator === '') return `==${version}.*`;
  const first =
    operator === '^' ? numbers.findIndex((number) => number > 0) : Math.min(1, numbers.length - 1);
  const kept = numbers.slice(0, (first < 0 ? numbers.length - 1 : first) + 1);
  return `>=${version},<${[...kept.slice(0, -1), kept.at(-1)! + 1].join('.')}`;
}
