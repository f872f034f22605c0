/**
 * What a shared library of the driver is asked, as data: functions to call in their order, with what they are given and what of
 * their results is wanted. A child process carries it out, since a driver may crash or hang whoever loads it: child.ts in Bun,
 * python/child.py where this program runs in Node. So what is known of a library's functions stands once, beside what reads it.
 */

/** `address` is a handle or a place in memory: passed on, and never part of the answer. */
export type Scalar = 'u8' | 'u32' | 'i32' | 'u64' | 'address';

/** A number; `text:N`: at most N bytes up to a NUL; `u32*N`: a list of N numbers. */
export type ValueType = Scalar | `text:${number}` | `u32*${number}`;

/** Part of a structure: where it begins, in bytes, and what it is. */
export type Field = readonly [offset: number, type: ValueType];

/** A structure in memory, or several behind each other. */
export interface Structure {
  bytes: number;
  /** What is put into it before the call. */
  set?: readonly (readonly [offset: number, type: 'u32' | 'u64', value: number])[];
  /** What is wanted of it afterwards; the rest is not read. */
  fields: Readonly<Record<string, Field>>;
  /** Of several: how many there is room for, and the variable that says how many there are (left out: all). */
  most?: number;
  count?: string;
}

export type Argument =
  | { value: number; as: Scalar }
  /** The value of a variable. */
  | { of: string }
  /** Its address. */
  | { at: string }
  /** The address of a list of the addresses of variables. */
  | { atList: readonly string[] }
  /** The address of a text that ends with NUL. */
  | { text: string }
  /** The address of a new variable, which is wanted in the answer unless it is an address. */
  | { out: string; as: ValueType; set?: number }
  | { out: string; struct: Structure };

export type Step =
  /** All take and return 32-bit codes. Several names: the first that the library has. `must`: on failure nothing more of its list. */
  | { call: string | readonly string[]; with: readonly Argument[]; must?: true }
  /** The variable counts from 0 to one less than this number, or than what that variable holds. */
  | { each: string; upTo: number | string; do: readonly Step[] };

/** Rounds of one `each`, whatever a library says. */
export const MOST_ROUNDS = 256;

export interface LibraryQuestion {
  /** Under which a recording keeps the answer. */
  id: 'cuda' | 'nvml';
  /** File of the library, as the loader finds it. */
  path: string;
  steps: readonly Step[];
  timeoutMs: number;
  /** Set in the child beside the caller's environment. */
  env?: Readonly<Record<string, string>>;
}

export type CallValue =
  number | string | readonly number[] | readonly Readonly<Record<string, number | string>>[] | CallFields;
export type CallFields = Readonly<Record<string, number | string>>;

/** One call that was made. */
export interface CallMade {
  call: string;
  /** Values of the counting variables around it: { device: 0 }. */
  at?: Readonly<Record<string, number>> | undefined;
  /** What it returned; null: the library has no such function. */
  code: number | null;
  out?: Readonly<Record<string, CallValue>> | undefined;
}

export type LibraryReply =
  | { outcome: 'answered'; calls: readonly CallMade[] }
  /** The loader's words. */
  | { outcome: 'not-loaded'; why: string }
  /** during: the function that was called; null: while it was loaded. */
  | { outcome: 'crashed'; signal: string; during: string | null }
  | { outcome: 'hung'; afterMs: number; during: string | null }
  /** It ended without an answer, or printed without end. */
  | { outcome: 'garbled'; excerpt: string; during: string | null };

/** First argument of the program when it is to ask a library; never shown to people. */
export const LIBRARY_MODE = '__ask-library';

/** What the child reads from its standard input. */
export interface ChildOrder {
  path: string;
  steps: readonly Step[];
}

/** On stderr of the child, before it loads and before each call: where it was when it crashed or hung. */
export const LOADING = 'gpu-setup: loading';
export const CALLING = 'gpu-setup: calling ';
