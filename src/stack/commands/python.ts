/** A Python that a framework has wheels for, in an environment of its own, and how pip is called in it. */
import { satisfies } from '@renovatebot/pep440';
import { distributionOf } from '../../compat/distributions.ts';
import { majorMinor } from '../../compat/dotted-version.ts';
import { familyOf, installCommand } from '../../compat/package-families.ts';
import { newestPythonIn, takesPython } from '../python-releases.ts';
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
/** @param python a PEP 440 specifier; null: not known, and the machine's own is taken */
export function environmentFor(name: string, python: string | null, machine: PlanMachine): Environment {
  const here = pythonsOf(machine).find((release) => takesPython(python, release));
  if (here !== undefined) return ofVenv(name, here, machine);
  const newest = python === null ? undefined : newestPythonIn(python);
  if (newest === undefined) return ofVenv(name, null, machine);
  return satisfies(`${newest}.0`, OLDEST_OF_UV) ? ofUv(name, newest) : ofConda(name, newest);
}

/** Those that are known to be here, newest first; else the distribution's own. */
function pythonsOf({ pythons, os }: PlanMachine): readonly string[] {
  const own = os?.version == null ? undefined : distributionOf(os.id, os.version)?.python;
  return (pythons ?? [own ?? []].flat()).flatMap((one) => majorMinor(one) ?? []);
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
