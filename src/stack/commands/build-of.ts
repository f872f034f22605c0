/** The row of the table that a stack's framework is. */
import { buildsOf, frameworkNamed, type FrameworkBuild } from '../../compat/frameworks.ts';
import type { PlanStack } from '../types.ts';

/** Null where the stack has no framework. */
export function buildOf({ framework }: PlanStack): FrameworkBuild | null {
  const name = framework === null ? null : frameworkNamed(framework.name);
  if (name === null || framework === null) return null;
  const { version, build } = framework;
  return buildsOf(name).find((row) => row.version === version && row.build === build) ?? null;
}
