/** What several families say in the same words. */
import { errorByName, errorByNumber } from '../../compat/cuda-errors.ts';
import { capabilityOfArchitecture } from './architecture-number.ts';
import type { TestimonyKind, TestimonyOf, Trouble, Versioned } from './testimony.ts';
import type { Sentence } from './family.ts';

export type ErrorLibrary = TestimonyOf<'error-code'>['library'];
/** Of which the table has numbers. */
export type NumberedLibrary = Exclude<ErrorLibrary, 'cupti' | 'opencl'>;

/** A compiler does not know "61", "90a": what it is to compile for. Null: no such architecture. */
export function architectureUnknownTo(speaker: string, number: string): TestimonyKind | null {
  const wanted = capabilityOfArchitecture(number);
  return wanted === null
    ? null
    : { kind: 'architectures', wanted: [wanted], there: null, speaker, outcome: 'unknown-to-compiler' };
}

/** With the table's own name, so that name, number and words of one error are one testimony. */
export function numbered(library: NumberedLibrary, number: number): TestimonyKind {
  // The runtime had numbers of its own before CUDA 10.1: 30 was what is 999 today.
  const known = errorByNumber(library, number) ?? renumbered(library, number);
  return { kind: 'error-code', library, number: known?.number ?? number, name: known?.names[0] ?? null };
}

function renumbered(library: ErrorLibrary, number: number): ReturnType<typeof errorByName> {
  const before = library === 'cuda' ? errorByNumber('cudart-before-10.1', number) : null;
  return before === null ? null : errorByName(before.names[0]!);
}

/** An error by its name; names that no table has stay as they are. */
export function named(library: ErrorLibrary, name: string): TestimonyKind {
  const known = errorByName(name);
  return known === null
    ? { kind: 'error-code', library, number: null, name }
    : { kind: 'error-code', library, number: known.number, name: known.names[0] ?? name };
}

/** No memory is left on the GPU, whoever had asked for it. */
export const outOfMemory = (): TestimonyKind => numbered('cuda', 2);

/** A version that is not the one that was expected. @param asker whose expectation it is, where it is not the speaker's own */
export const mismatch = (
  of: Versioned,
  found: string | null,
  expected: string | null,
  atLeast: boolean,
  asker?: string,
): TestimonyKind => ({
  kind: 'version-mismatch',
  of,
  found,
  expected,
  atLeast,
  ...(asker === undefined ? {} : { asker }),
});

/** A sentence of trouble; `detailOf`: what it names, default nothing. */
export const troubled = (
  what: Trouble,
  literal: string | readonly string[],
  pattern: RegExp,
  detailOf: (match: RegExpExecArray) => string | null = () => null,
): Sentence => ({
  literal,
  pattern,
  says: (match) => ({ kind: 'trouble', what, detail: detailOf(match) }),
});

export const firstGroup = (match: RegExpExecArray): string | null => match[1] ?? null;
