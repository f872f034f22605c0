/**
 * The process that asks a library, in Bun; the order and the answer are described in calls.ts, python/child.py does the same.
 * Its variables are pieces of memory, which stay as long as it runs: what a library was given the address of may not move.
 */
import type * as FfiModule from 'bun:ffi';
import { readFileSync, writeSync } from 'node:fs';
import {
  CALLING,
  LOADING,
  MOST_ROUNDS,
  type Argument,
  type CallFields,
  type CallMade,
  type CallValue,
  type ChildOrder,
  type Scalar,
  type Step,
  type Structure,
  type ValueType,
} from './calls.ts';

type Ffi = typeof FfiModule;

interface Variable {
  type: ValueType | Structure;
  memory: Uint8Array;
}

type Native = number | bigint | Uint8Array;

/** @returns the exit code of the process; it ends before that where it has answered */
export async function runLibraryChild(): Promise<number> {
  const ffi = await import('bun:ffi');
  const order = JSON.parse(readFileSync(0, 'utf8')) as ChildOrder;
  const { answer, end } = apart(ffi);
  const caller = new Caller(ffi, order.path);
  const result = caller.run(order.steps);
  writeSync(answer, `${JSON.stringify(result)}\n`);
  end();
  return 0;
}

/** As a process that may crash beside a program that waits for it. */
function apart({ dlopen }: Ffi): {
  /** Where the answer goes: what the library prints is none. */
  answer: number;
  /** Not through what the library has registered for the end. */
  end: () => void;
} {
  const { symbols } = dlopen('libc.so.6', {
    prctl: { args: ['i32', 'u64', 'u64', 'u64', 'u64'], returns: 'i32' },
    setrlimit: { args: ['i32', 'ptr'], returns: 'i32' },
    signal: { args: ['i32', 'u64'], returns: 'u64' },
    dup: { args: ['i32'], returns: 'i32' },
    dup2: { args: ['i32', 'i32'], returns: 'i32' },
    _exit: { args: ['i32'], returns: 'void' },
  });
  const PR_SET_PDEATHSIG = 1;
  const SIGKILL = 9;
  symbols['prctl']!(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  // Neither a core file nor a report of one.
  const RLIMIT_CORE = 4;
  symbols['setrlimit']!(RLIMIT_CORE, addresses([1n, 1n]));
  // Bun would catch what crashes it and send a report of it.
  const CRASHES = [4, 5, 6, 7, 8, 11];
  for (const signal of CRASHES) symbols['signal']!(signal, 0);
  const answer = symbols['dup']!(1);
  symbols['dup2']!(2, 1);
  return { answer, end: () => symbols['_exit']!(0) };
}

/** A call that the rest of its list stands on has failed. */
class Stop extends Error {}
class NotLoaded extends Error {}

class Caller {
  readonly #ffi: Ffi;
  readonly #path: string;
  readonly #variables = new Map<string, Variable>();
  readonly #counters = new Map<string, number>();
  readonly #calls: CallMade[] = [];

  constructor(ffi: Ffi, path: string) {
    this.#ffi = ffi;
    this.#path = path;
  }

  run(steps: readonly Step[]): { calls: readonly CallMade[] } | { why: string } {
    writeSync(2, `${LOADING}\n`);
    try {
      this.#steps(steps);
    } catch (error) {
      if (error instanceof NotLoaded) return { why: error.message };
      if (!(error instanceof Stop)) throw error;
    }
    return { calls: this.#calls };
  }

  #steps(steps: readonly Step[]): void {
    for (const step of steps) {
      if ('each' in step) this.#rounds(step);
      else this.#call(step);
    }
  }

  #rounds({ each, upTo, do: steps }: Extract<Step, { each: string }>): void {
    const limit = typeof upTo === 'number' ? upTo : this.#value(upTo);
    for (let number = 0; number < Math.min(limit, MOST_ROUNDS); number++) {
      this.#counters.set(each, number);
      this.#variables.set(each, { type: 'u32', memory: packed('u32', number) });
      try {
        this.#steps(steps);
      } catch (error) {
        if (!(error instanceof Stop)) throw error;
      }
    }
    this.#counters.delete(each);
  }

  #call({ call, with: given, must }: Extract<Step, { call: unknown }>): void {
    const names = typeof call === 'string' ? [call] : call;
    const types = given.map((one) => this.#nativeType(one));
    const found = this.#find(names, types);
    const wanted: string[] = [];
    // Also for a function that is not there: what stands in a variable is never of an earlier round.
    const values = given.map((one) => this.#argument(one, wanted));
    let code: number | null = null;
    if (found !== null) {
      writeSync(2, `${CALLING}${found.name}\n`);
      code = found.call(...values);
    }
    this.#calls.push({
      call: found?.name ?? names[0]!,
      code,
      ...(this.#counters.size > 0 ? { at: Object.fromEntries(this.#counters) } : {}),
      ...(code === 0 && wanted.length > 0
        ? { out: Object.fromEntries(wanted.map((name) => [name, this.#read(name)])) }
        : {}),
    });
    if (must === true && code !== 0) throw new Stop();
  }

  /** The first of these functions that the library has. @throws NotLoaded */
  #find(
    names: readonly string[],
    args: readonly ('u8' | 'u32' | 'i32' | 'u64' | 'ptr')[],
  ): { name: string; call: (...args: readonly Native[]) => number } | null {
    for (const name of names) {
      try {
        return {
          name,
          call: this.#ffi.dlopen(this.#path, { [name]: { args, returns: 'i32' } }).symbols[name]!,
        };
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        // `Symbol "cuInit" not found in ...`, or `Failed to open library "...":` and what the loader says.
        if (!why.startsWith('Symbol '))
          throw new NotLoaded(why.replace(/^Failed to open library "[^"]*": /, ''));
      }
    }
    return null;
  }

  #nativeType(one: Argument): 'u8' | 'u32' | 'i32' | 'u64' | 'ptr' {
    if ('value' in one) return one.as === 'address' ? 'u64' : one.as;
    if (!('of' in one)) return 'ptr';
    const { type } = this.#variable(one.of);
    return type === 'u8' || type === 'u32' || type === 'i32' ? type : 'u64';
  }

  #argument(one: Argument, wanted: string[]): Native {
    if ('value' in one) return wide(one.as) ? BigInt(one.value) : one.value;
    if ('of' in one) {
      const { type, memory } = this.#variable(one.of);
      return wide(type) ? new DataView(memory.buffer).getBigUint64(0, true) : this.#value(one.of);
    }
    if ('at' in one) return this.#variable(one.at).memory;
    if ('atList' in one) {
      const places = one.atList.map((name) => BigInt(this.#ffi.ptr(this.#variable(name).memory)));
      return this.#keep(`list ${one.atList.join(' ')}`, addresses(places));
    }
    if ('text' in one) {
      const bytes = new TextEncoder().encode(one.text);
      const memory = room(bytes.length + 1);
      memory.set(bytes);
      return this.#keep(`text ${one.text}`, memory);
    }
    if ('struct' in one) {
      const memory = room(one.struct.bytes * (one.struct.most ?? 1));
      for (const [offset, type, value] of one.struct.set ?? []) memory.set(packed(type, value), offset);
      wanted.push(one.out);
      return this.#keep(one.out, memory, one.struct);
    }
    if (one.as !== 'address') wanted.push(one.out);
    const memory = one.set === undefined ? room(bytesOf(one.as)) : packed(one.as, one.set);
    return this.#keep(one.out, memory, one.as);
  }

  #keep(name: string, memory: Uint8Array, type: Variable['type'] = 'address'): Uint8Array {
    this.#variables.set(name, { type, memory });
    return memory;
  }

  #variable(name: string): Variable {
    const found = this.#variables.get(name);
    if (found === undefined) throw new Error(`no variable ${name}`);
    return found;
  }

  #value(name: string): number {
    const { type, memory } = this.#variable(name);
    return Number(unpacked(type as Scalar, memory, 0));
  }

  #read(name: string): CallValue {
    const { type, memory } = this.#variable(name);
    if (typeof type === 'string') return unpacked(type, memory, 0);
    if (type.most === undefined) return fieldsOf(type, memory, 0);
    const count = type.count === undefined ? type.most : Math.min(this.#value(type.count), type.most);
    return Array.from({ length: count }, (_, at) => fieldsOf(type, memory, at * type.bytes));
  }
}

/** Memory that stays where it is: what an array has without a buffer of its own moves when somebody asks for one. */
const room = (bytes: number): Uint8Array => new Uint8Array(new ArrayBuffer(bytes));

const addresses = (all: readonly bigint[]): Uint8Array => new Uint8Array(new BigUint64Array(all).buffer);

const wide = (type: Variable['type']): boolean => type === 'u64' || type === 'address';

function fieldsOf(type: Structure, memory: Uint8Array, base: number): CallFields {
  return Object.fromEntries(
    Object.entries(type.fields).map(([key, [offset, of]]) => [
      key,
      unpacked(of, memory, base + offset) as number | string,
    ]),
  );
}

function bytesOf(type: ValueType): number {
  if (type.startsWith('text:')) return Number(type.slice(5));
  if (type.startsWith('u32*')) return 4 * Number(type.slice(4));
  return type === 'u8' ? 1 : wide(type) ? 8 : 4;
}

function packed(type: ValueType, value: number): Uint8Array {
  const memory = room(bytesOf(type));
  const view = new DataView(memory.buffer);
  if (memory.length === 8) view.setBigUint64(0, BigInt(value), true);
  else if (memory.length === 4) view.setUint32(0, value, true);
  else memory[0] = value;
  return memory;
}

function unpacked(type: ValueType, memory: Uint8Array, at: number): number | string | number[] {
  const view = new DataView(memory.buffer, memory.byteOffset);
  if (type.startsWith('text:')) {
    const [text = ''] = new TextDecoder().decode(memory.subarray(at, at + bytesOf(type))).split('\0', 1);
    return text;
  }
  if (type.startsWith('u32*'))
    return Array.from({ length: bytesOf(type) / 4 }, (_, index) => view.getUint32(at + 4 * index, true));
  if (type === 'u8') return view.getUint8(at);
  if (type === 'i32') return view.getInt32(at, true);
  return wide(type as Scalar) ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true);
}
