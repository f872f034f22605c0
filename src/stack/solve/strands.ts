/**
 * One stack per framework, all under one driver: what is wanted besides (cuda, cudnn, gcc, python) is wanted of each. What a
 * recipe needs is a stack of its own: TensorFlow on CUDA 9.0 and darknet on 10.0 get along on one machine.
 */
import { frameworkNamed, type FrameworkName } from '../../compat/frameworks.ts';
import type { Wanted } from '../types.ts';

export interface Strand {
  /** Null: a toolkit alone. */
  framework: { name: FrameworkName; wanted: Wanted } | null;
  /** What is wanted of the toolkit, its compiler and the Python. */
  parts: readonly Wanted[];
}

export function strandsOf(wanted: readonly Wanted[]): Strand[] {
  const own = wanted.filter(({ recipe }) => recipe === undefined);
  const recipes = [...new Set(wanted.flatMap(({ recipe }) => recipe ?? []))];
  return [own, ...recipes.map((name) => wanted.filter(({ recipe }) => recipe === name))].flatMap(ofGroup);
}

function ofGroup(wanted: readonly Wanted[]): Strand[] {
  const frameworks = wanted.flatMap((one) => {
    const name = frameworkNamed(one.name);
    return name === null ? [] : [{ name, wanted: one }];
  });
  const parts = wanted.filter(({ name }) => frameworkNamed(name) === null);
  if (frameworks.length > 0) return frameworks.map((framework) => ({ framework, parts }));
  return parts.length === 0 ? [] : [{ framework: null, parts }];
}
