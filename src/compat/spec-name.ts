/** Names of what is asked for by specs (cuda@10.0), as folders and arguments carry them. */
import { isPlainVersion } from './version-range.ts';

export interface NamedVersion {
  name: string;
  /** A version, its beginning or a range; null: none was asked for. */
  version: string | null;
}

/** The prefix that is made of specs: "cuda10.0-cudnn7.6" of cuda@10.0 and cudnn@7.6. */
export const nameOfSpecs = (specs: readonly NamedVersion[]): string => specs.map(nameOfSpec).join('-');

/** "cuda10.0" of cuda@10.0, "cuda-from11.8-below12" of cuda@>=11.8 <12. */
export function nameOfSpec({ name, version }: NamedVersion): string {
  if (version === null || isPlainVersion(version)) return `${name}${version ?? ''}`;
  const words = version
    .replaceAll('||', ' or ')
    .replace(/\s+-\s+/g, ' to ')
    .replace(/\*/g, 'any')
    .replace(/[<>=^~]+\s*/g, (operator) => ` ${OPERATOR_WORDS[operator.trim()] ?? ''}`)
    .trim();
  return `${name}-${words.replace(/\s+/g, '-')}`;
}

const OPERATOR_WORDS: Readonly<Record<string, string>> = {
  '>=': 'from',
  '>': 'above',
  '<=': 'upto',
  '<': 'below',
  '^': 'major',
  '~': 'minor',
};
