/** What a plan takes as given. Each premise can be let go of: so the smallest contradiction is found, and what to change. */
import type { GpuTraitsKnown, KnownFact } from '../../compat/rules/judgement.ts';
import { gpuInWords } from '../../compat/rules/words.ts';
import type { PlanMachine, PlanRequest, Wanted } from '../types.ts';

export interface Premises {
  purpose: PlanRequest['purpose'];
  /** Null: not known, or of no account; empty: there is none. */
  gpus: readonly GpuTraitsKnown[] | null;
  driver: string | null;
  glibc: string | null;
  /** The Python that somebody named. One that is only found here is no premise: every environment can have its own. */
  python: string | null;
  architecture: string | null;
  wanted: readonly Wanted[];
  from: PlanMachine['from'];
}

export type PremiseName = 'gpus' | 'driver' | 'glibc' | 'python' | `wanted ${string}`;

/**
 * For a build the hardware of the machine is of no account, but a GPU that was named is what it is for. What an option named has
 * that option as its origin ("--assume-gpu RTX 3080").
 */
export function premisesOf(request: PlanRequest, machine: PlanMachine): Premises {
  const { purpose, wanted } = request;
  const { gpus, driver, glibc, pythons, architecture, from } = machine;
  const runs = purpose === 'run';
  return {
    purpose,
    gpus: runs || isNamed(from.gpus) ? gpus : null,
    driver: runs && driver !== 'none' ? driver : null,
    glibc,
    python: isNamed(from.python) ? (pythons?.[0] ?? null) : null,
    architecture,
    wanted,
    from,
  };
}

const isNamed = (from: string): boolean => from.startsWith('--');

/** The easiest to change first. */
export function namesOf({ python, glibc, driver, gpus, wanted }: Premises): PremiseName[] {
  return [
    ...(python === null ? [] : (['python'] as const)),
    ...(glibc === null ? [] : (['glibc'] as const)),
    ...(driver === null ? [] : (['driver'] as const)),
    ...(gpus === null ? [] : (['gpus'] as const)),
    ...wanted.map((one) => nameOf(one)),
  ];
}

export const nameOf = ({ name, recipe }: Wanted): PremiseName =>
  recipe === undefined ? `wanted ${name}` : `wanted ${name} of ${recipe}`;

export function without(premises: Premises, name: PremiseName): Premises {
  switch (name) {
    case 'gpus':
    case 'driver':
    case 'glibc':
    case 'python':
      return { ...premises, [name]: null };
    default:
      return { ...premises, wanted: premises.wanted.filter((one) => nameOf(one) !== name) };
  }
}

/** The premise as facts: what a person would have to take back. */
export function factsOfPremise(premises: Premises, name: PremiseName): KnownFact[] {
  const { gpus, driver, glibc, python, wanted, from } = premises;
  const said = (text: string, source: string): KnownFact => ({ text, source, confidence: 'seen' });
  switch (name) {
    case 'gpus':
      return gpus === null || gpus.length === 0
        ? [said('no NVIDIA GPU', from.gpus)]
        : gpus.map((gpu) => said(gpuInWords(gpu), from.gpus));
    case 'driver':
      return [said(`driver ${driver!}`, from.driver)];
    case 'glibc':
      return [said(`glibc ${glibc!}`, from.os)];
    case 'python':
      return [said(`Python ${python!}`, from.python)];
    default:
      return wanted.filter((one) => nameOf(one) === name).map((one) => said(inWords(one), one.from));
  }
}

/** "tensorflow 1.9", "torch >=2.1,<2.5 (cu126)", "cuda" */
export function inWords({ name, version, build }: Wanted): string {
  const what = version === null ? name : `${name} ${version}`;
  return build === null ? what : `${what} (${build})`;
}
