/** From what serves a request to the plan of an install: one way for recipes, specs, locks and upgrades. */
import type { AptContext } from '../apt/context.ts';
import type { PackageArchitecture } from '../base/architecture.ts';
import { survey, type Located } from '../prefix/install/survey.ts';
import type { InstallPlan } from '../prefix/plan/install-plan.ts';
import { planInstall } from '../prefix/plan/plan.ts';
import type { Serving } from './find-serving.ts';
import { loadLicences } from './load.ts';
import { hardwareThere } from './machine-of-request.ts';
import type { Recipe } from './recipe.ts';

/** Packages that were chosen, and where they are. */
export type Chosen = Serving & {
  /** Where no index says where the packages are. */
  located?: readonly Located[];
};

export interface Planner {
  /** How it is done depends on what is at hand, and may be asked again. */
  planNow: () => Promise<InstallPlan>;
  /** Version of the driver; null where none was found. */
  driver: string | null;
}

export interface PlannerContext {
  home: string;
  /** That the packages are for. */
  architecture: PackageArchitecture;
  apt: AptContext;
  /** Null where specs were given. */
  recipe: Pick<Recipe, 'licences'> | null;
  /** The generation that the prefix has now, where it is to get another one. */
  replaces?: string | null;
}

/** @param choosing what was asked is resolved once, while the hardware is looked at */
export async function planner(choosing: Promise<Chosen>, context: PlannerContext): Promise<Planner> {
  const { home, architecture, apt, recipe, replaces = null } = context;
  const [{ request, indexes, resolution, located }, hardware] = await Promise.all([
    choosing,
    hardwareThere(architecture, apt.signal),
  ]);
  const licences = loadLicences().filter(({ id }) => recipe === null || recipe.licences.includes(id));
  const planNow = async (): Promise<InstallPlan> => {
    const found = await survey(resolution, located ?? indexes, { home, ...hardware, apt });
    return planInstall(request, resolution, indexes, found, licences, replaces);
  };
  return { planNow, driver: hardware.driver };
}
