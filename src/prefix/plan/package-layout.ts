/** By which rules each package of a plan is placed: those of whoever publishes it, or the host compiler's. Pure. */
import { layoutFor, type Layout, type LayoutName } from '../layout/layout.ts';
import { isOfToolchain } from './host-toolchain.ts';
import type { PlannedPackage, PlannedSource } from './install-plan.ts';

export function packageLayout(plan: {
  packages: readonly Pick<PlannedPackage, 'name' | 'sourceId' | 'components'>[];
  sources: readonly Pick<PlannedSource, 'id' | 'packaging'>[];
}): Layout {
  const packagings = new Map(plan.sources.map(({ id, packaging }) => [id, packaging]));
  const names = new Map<string, LayoutName>();
  for (const one of plan.packages) {
    const name = isOfToolchain(one) ? 'host-toolchain' : packagings.get(one.sourceId);
    if (name !== undefined) names.set(one.name, name);
  }
  return layoutFor((packageName) => {
    const name = names.get(packageName);
    if (name === undefined) throw new TypeError(`${packageName} comes from no source of the plan`);
    return name;
  });
}
