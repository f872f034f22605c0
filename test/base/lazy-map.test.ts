import { describe, expect, it } from 'vitest';
import { LazyMap } from '../../src/base/lazy-map.ts';

describe('LazyMap', () => {
  const counting = (): { map: LazyMap<number>; made: string[] } => {
    const made: string[] = [];
    const make = (name: string, value: number) => [name, () => (made.push(name), value)] as const;
    return { map: new LazyMap([make('b', 2), make('a', 1)]), made };
  };

  it('makes what is asked for, once, and tells names without making anything', () => {
    const { map, made } = counting();
    expect([map.size, map.has('a'), map.has('c'), [...map.keys()]]).toEqual([2, true, false, ['b', 'a']]);
    expect(made).toEqual([]);
    expect([map.get('a'), map.get('a'), map.get('c')]).toEqual([1, 1, undefined]);
    expect(made).toEqual(['a']);
  });

  it('is gone through in its order, as a map is', () => {
    const { map, made } = counting();
    const seen: unknown[] = [];
    map.forEach((value, name, whole) => seen.push([name, value, whole === map]));
    expect(seen).toEqual([
      ['b', 2, true],
      ['a', 1, true],
    ]);
    expect([...map]).toEqual([...map.entries()]);
    expect([...map.values()]).toEqual([2, 1]);
    expect(new Map(map)).toEqual(
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
    );
    expect(made).toEqual(['b', 'a']);
  });
});
