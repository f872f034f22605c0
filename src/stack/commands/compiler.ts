/** A compiler that nvcc accepts, where something is to be compiled and none is known to be here. */
import { distributionOf } from '../../compat/distributions.ts';
import { majorOf } from '../../compat/dotted-version.ts';
import { compilerPackages } from '../../compat/host-compiler-packages.ts';
import { familyOf, installCommand } from '../../compat/package-families.ts';
import type { PlanCommand, PlanMachine, PlanRequest, PlanStack } from '../types.ts';

export function compilerCommands(
  { compiler, recipe, framework }: PlanStack,
  { purpose, wanted }: PlanRequest,
  machine: PlanMachine,
): readonly PlanCommand[] {
  const own = wanted.filter((one) => one.recipe === recipe?.name).map(({ name }) => name);
  // A recipe's framework is made of wheels: it takes the libraries of its CUDA alone.
  const isOfWheels = recipe !== null && framework !== null;
  const compiles = purpose === 'build' || own.includes('gcc') || (own.includes('cuda') && !isOfWheels);
  if (!compiles || compiler?.family !== 'gcc' || machine.os?.version == null) return [];
  const { min, max } = compiler;
  const fits = (major: number | null): boolean =>
    major !== null && (min === null || major >= min) && (max === null || major <= max);
  const distribution = distributionOf(machine.os.id, machine.os.version);
  if ((machine.gcc ?? [majorOf(distribution?.gccDefault ?? '')]).some(fits)) return [];
  const family = familyOf(machine.os.id, []);
  const packaged = distribution?.gccPackaged.filter((one) => fits(majorOf(one))).at(-1);
  if (family === null || packaged === undefined) return [];
  return [
    {
      id: 'install-compiler',
      title: `Install a compiler that nvcc accepts${max === null ? '' : ` (gcc up to ${max})`}`,
      argv: installCommand(family.family, compilerPackages(family.family, packaged).packages),
      needsRoot: true,
      alternativeTo: null,
    },
  ];
}
