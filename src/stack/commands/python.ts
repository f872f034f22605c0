/** A Python that a framework has wheels for, in an environment of its own, and how pip is called in it. */
import { satisfies } from '@renovatebot/pep440';
import { distributionOf } from '../../compat/distributions.ts';
import { majorMinor } from '../../compat/dotted-version.ts';
import { familyOf, installCommand } from '../../compat/package-families.ts';
import type { PlanCommand, PlanMachine } from '../types.ts';

export interface Environment {
  commands: readonly PlanCommand[];
  /** In front of what is to be installed. */
  pip: readonly string[];
  /** In front of the arguments of Python. */
  python: readonly string[];
}

/** uv fetches builds of CPython from this release on (docs of `uv python install`); conda has older ones. */
const OLDEST_OF_UV = '>=3.8';
/** Newer than any that has been published, so that a bound of the table decides. */
const MINORS = Array.from({ length: 40 }, (_, minor) => `3.${minor}`);

/** @param python a PEP 440 specifier; null: not known, and the machine's own is taken */
export function environmentFor(name: string, python: string | null, machine: PlanMachine): Environment {
  const version = chosen(python, machine);
  if (version.here) return ofVenv(name, version.release, machine);
  return satisfies(`${version.release}.0`, OLDEST_OF_UV)
    ? ofUv(name, version.release)
    : ofConda(name, version.release);
}

/** The newest that fits: of those that are here, else the distribution's own, else of all. */
function chosen(python: string | null, machine: PlanMachine): { release: string | null; here: boolean } {
  const fits = (release: string): boolean =>
    python === null || satisfies(`${release}.99`, python) || satisfies(`${release}.0`, python);
  const own =
    machine.os?.version == null ? null : (distributionOf(machine.os.id, machine.os.version)?.python ?? null);
  const here = (machine.pythons ?? (own === null ? [] : [own])).flatMap((one) => majorMinor(one) ?? []);
  const found = here.find(fits);
  if (found !== undefined) return { release: found, here: true };
  if (python === null) return { release: null, here: true };
  const release = MINORS.findLast(fits) ?? null;
  return { release, here: release === null };
}

function ofVenv(name: string, release: string | null, machine: PlanMachine): Environment {
  const python = `python${release ?? '3'}`;
  const family = machine.os === null ? null : familyOf(machine.os.id, []);
  const isApt = family !== null && installCommand(family.family, [])[0] === 'apt';
  return {
    commands: [
      // Debian and Ubuntu package what makes environments apart from Python.
      ...(isApt
        ? [
            {
              id: 'install-venv',
              title: 'Install what makes environments of Python',
              argv: installCommand(family.family, [`${python}-venv`]),
              needsRoot: true,
              alternativeTo: null,
            },
          ]
        : []),
      step('make-environment', 'Make an environment of Python for it', [python, '-m', 'venv', name]),
    ],
    pip: [`${name}/bin/pip`, 'install'],
    python: [`${name}/bin/python`],
  };
}

function ofUv(name: string, release: string): Environment {
  return {
    commands: [
      step('make-environment', `Make an environment with Python ${release}, which uv fetches`, [
        ...['uv', 'venv', '--python', release, name],
      ]),
    ],
    pip: ['uv', 'pip', 'install', '--python', `${name}/bin/python`],
    python: [`${name}/bin/python`],
  };
}

function ofConda(name: string, release: string): Environment {
  return {
    commands: [
      step('make-environment', `Make an environment with Python ${release}, which conda brings`, [
        ...['conda', 'create', '--name', name, `python=${release}`],
      ]),
    ],
    pip: ['conda', 'run', '--name', name, 'pip', 'install'],
    python: ['conda', 'run', '--name', name, 'python'],
  };
}

const step = (id: string, title: string, argv: readonly string[]): PlanCommand => ({
  id,
  title,
  argv,
  needsRoot: false,
  alternativeTo: null,
});
