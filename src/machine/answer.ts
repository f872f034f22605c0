/**
 * Every question to a machine has three possible answers. `unknown` is never treated as `absent`: "could not look" is
 * not "is not there".
 */
export interface Origin {
  kind:
    | 'file'
    | 'stat'
    | 'dir'
    | 'link'
    | 'command'
    | 'env'
    | 'elf'
    | 'statfs'
    | 'access'
    | 'identity'
    | 'text'
    | 'table'
    | 'option';
  /** Path, command line, variable name or line number, as a person would write it. */
  name: string;
}

export type UnknownReason = 'not-recorded' | 'not-permitted' | 'timed-out' | 'not-applicable' | 'failed';

export interface Present<T> {
  state: 'present';
  value: T;
  from: Origin;
}
export interface Absent {
  state: 'absent';
  from: Origin;
}
export interface Unknown {
  state: 'unknown';
  reason: UnknownReason;
  /** In words, for a person: "permission denied", "not part of this snapshot". */
  why: string;
  from: Origin;
}
export type Answer<T> = Present<T> | Absent | Unknown;

export const present = <T>(value: T, from: Origin): Present<T> => ({ state: 'present', value, from });
export const absent = (from: Origin): Absent => ({ state: 'absent', from });
export const unknown = (reason: UnknownReason, why: string, from: Origin): Unknown => ({
  state: 'unknown',
  reason,
  why,
  from,
});

export function mapAnswer<T, U>(answer: Answer<T>, change: (value: T) => U): Answer<U> {
  return answer.state === 'present' ? present(change(answer.value), answer.from) : answer;
}

/** The value, or undefined where it is absent or unknown. Use only where both mean the same to the caller. */
export function valueOf<T>(answer: Answer<T>): T | undefined {
  return answer.state === 'present' ? answer.value : undefined;
}

/** "file: /proc/modules", as evidence rows name their source. */
export function originText(from: Origin): string {
  return `${from.kind}: ${from.name}`;
}
