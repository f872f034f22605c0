/** Installing packages in each distribution's way. */
import { SHADOWING_PACKAGES } from '../../compat/driver-packages.ts';
import { installCommand, titleOfFamily, type Family } from '../../compat/package-families.ts';
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { distributionOf } from './distribution.ts';
import { alternatives, byHand, command, script } from './steps.ts';

/** Package names by family; in them the shell's `$(...)` may stand. */
export type PackageNames = Partial<Record<Family, readonly string[]>>;

export interface Named {
  id: string;
  /** What the packages are: "Install a compiler that this toolkit accepts". */
  title: string;
}

/** One step where the distribution is known; else one for each way of installing, as alternatives. */
export function packageInstall(facts: Facts | null, names: PackageNames, { id, title }: Named): FixStep[] {
  const distribution = distributionOf(facts);
  if (distribution !== null) {
    const known = names[distribution.family];
    return [
      known === undefined
        ? byHand(id, `${title}, with the packages of your distribution`, { root: true })
        : installStep(id, title, distribution.family, known),
    ];
  }
  return alternatives(
    waysOf(names).map(({ families, packages }, at) =>
      installStep(
        at === 0 ? id : `${id}-${families[0]!}`,
        `${title} (${families.map(titleOfFamily).join(', ')})`,
        families[0]!,
        packages,
      ),
    ),
  );
}

interface Way {
  families: [Family, ...Family[]];
  packages: readonly string[];
}

/** Families that type the same are named together. */
function waysOf(names: PackageNames): Way[] {
  const ways = new Map<string, Way>();
  for (const [family, packages] of Object.entries(names) as [Family, readonly string[]][]) {
    const line = installCommand(family, packages).join(' ');
    const way = ways.get(line);
    if (way === undefined) ways.set(line, { families: [family], packages });
    else way.families.push(family);
  }
  return [...ways.values()];
}

function installStep(id: string, title: string, family: Family, packages: readonly string[]): FixStep {
  const argv = installCommand(family, packages);
  const line = argv.join(' ');
  return line.includes('$') ? script(id, title, line) : command(id, title, argv);
}

/** Takes driver packages out of WSL or of a container. */
export function purgeShadowing(): string {
  const quoted = SHADOWING_PACKAGES.map((name) => (name.includes('*') ? `'${name}'` : name));
  return `apt purge ${quoted.join(' ')}`;
}
