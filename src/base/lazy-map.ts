/** A map whose values are made when they are first asked for. */
import { lazily } from './lazily.ts';

export class LazyMap<V> implements ReadonlyMap<string, V> {
  readonly #values: ReadonlyMap<string, () => V>;

  /** @param make called once each, in the order in which they are asked for */
  constructor(make: Iterable<readonly [name: string, make: () => V]>) {
    this.#values = new Map([...make].map(([name, value]) => [name, lazily(value)]));
  }

  get size(): number {
    return this.#values.size;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): V | undefined {
    return this.#values.get(name)?.();
  }

  keys(): MapIterator<string> {
    return this.#values.keys();
  }

  *entries(): MapIterator<[string, V]> {
    for (const [name, value] of this.#values) yield [name, value()];
  }

  *values(): MapIterator<V> {
    for (const value of this.#values.values()) yield value();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(callback: (value: V, name: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }
}
