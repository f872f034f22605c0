/** Which packages of a set need which others of it. Pure. */
import { providesIt } from './dpkg-status.ts';
import type { IndexedPackage } from '../types.ts';

/**
 * Names of the packages that meet Depends and Pre-Depends, by the name of who has them: those that a clause names, whatever their
 * version (a set holds one, and a pin may win over a bound), else those that provide what it names. What no package of the set
 * meets is the host's, the driver's, or was left out.
 *
 * @param packages of one closure, each name once
 */
export function needsWithin(packages: readonly IndexedPackage[]): ReadonlyMap<string, readonly string[]> {
  const names = new Set(packages.map(({ name }) => name));
  const meets = (clause: IndexedPackage['depends'][number]): readonly string[] => {
    const named = clause.flatMap(({ name }) => (names.has(name) ? [name] : []));
    if (named.length > 0) return named;
    return packages.flatMap(({ name, provides }) =>
      clause.some((wanted) => providesIt(provides, wanted)) ? [name] : [],
    );
  };
  return new Map(
    packages.map(({ name, preDepends, depends }) => {
      const needed = new Set([...preDepends, ...depends].flatMap(meets));
      needed.delete(name);
      return [name, [...needed].sort()];
    }),
  );
}
