/** Which packages of Python a plan depends on, and what one that is asked for means. */
import { frameworkNamed } from '../../compat/frameworks.ts';
import type { Wanted } from '../types.ts';
import type { PipRequirement } from './pip-requirement.ts';
import type { Requirements } from './types.ts';

/** Ends of package names that say which build it is: tensorflow-cpu, tensorflow-gpu. */
const CPU = /-cpu$/;
/** The compiled half of JAX, under versions that need not be its own: its build counts alone. */
const LIBRARY_OF_JAX = 'jaxlib';

/** Whether a plan depends on a package, by its name as PEP 503 writes it. */
export const isPlanned = (name: string): boolean => frameworkNamed(name.replace(CPU, '')) !== null;

/**
 * @param indexes where else packages are looked for: the build is in the address (".../whl/cu118")
 * @returns nothing where the package is none that a plan depends on
 */
export function wantedOfPackage(
  requirement: PipRequirement,
  from: string,
  indexes: readonly string[] = [],
): Requirements {
  const { name, extras, specifier, local, python } = requirement;
  const framework = frameworkNamed(name.replace(CPU, ''));
  if (framework === null) return { wanted: [], notes: [] };
  const build = CPU.test(name) ? 'cpu' : (buildOf(local) ?? buildOfExtras(extras) ?? buildOfIndexes(indexes));
  const wanted: Wanted = {
    name: framework,
    version: specifier === '' || name === LIBRARY_OF_JAX ? null : specifier,
    notation: 'pep440',
    build,
    from,
  };
  const ofWheel: Wanted[] =
    python === null ? [] : [{ name: 'python', version: python, notation: 'plain', build: null, from }];
  return { wanted: [wanted, ...ofWheel], notes: notesOf(name, from) };
}

/** "cu118" of 2.1.0+cu118, "cuda11" of 0.4.1+cuda11.cudnn86, "cpu" of 2.1.0+cpu; null: no build is named. */
function buildOf(local: string | null): string | null {
  return /^(cu\d{2,3}|cuda\d{2}|cpu)(?![a-z\d])/i.exec(local ?? '')?.[1]?.toLowerCase() ?? null;
}

/** jax[cuda12], jax[cuda12-pip], jax[cuda11-cudnn82]; jax[cpu] */
function buildOfExtras(extras: readonly string[]): string | null {
  return extras.flatMap((extra) => /^(cuda\d{2}|cpu)(?![a-z\d])/.exec(extra)?.[1] ?? [])[0] ?? null;
}

/** https://download.pytorch.org/whl/cu118 */
function buildOfIndexes(indexes: readonly string[]): string | null {
  return (
    indexes.flatMap((url) => /\/whl\/(?:[a-z]+\/)?(cu\d{2,3}|cpu)(?![\w.])/.exec(url)?.[1] ?? [])[0] ?? null
  );
}

/** onnxruntime and tensorflow-cpu are packages of their own, which use no GPU whatever is installed. */
function notesOf(name: string, from: string): string[] {
  if (name !== 'onnxruntime') return [];
  return [`${from}: the package ${name} runs on the CPU alone; the one for GPUs is ${name}-gpu`];
}
