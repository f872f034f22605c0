/** Supplying a shared library of CUDA's: by pip, by a prefix, or by the packages of the toolkit that is there, as who asks has it. */
import { shellWord } from '../../base/processes/shell-line.ts';
import { debPackageOf, pipPackageOf, releasesOfSoname, sonameRow } from '../../compat/sonames.ts';
import { majorOf } from '../../compat/dotted-version.ts';
import { meansVersion } from '../../compat/version-range.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts, ToolkitFacts } from '../../machine/facts.ts';
import { inContainer, onJetson } from '../../machine/questions/platform.ts';
import type { FixStep } from '../types.ts';
import { usesApt } from './distribution.ts';
import { fittingCuda } from './fitting-cuda.ts';
import { command, inPlaceOf, script } from './steps.ts';
import { supplyCuda } from './toolkit.ts';

/** Who misses it: a wheel gets its libraries from pip where PyPI has them, everything else from a toolkit. */
type Asker = 'python' | 'program';

/**
 * @param soname "libcudart.so.12", "libcudnn.so.8"; the linker's "libcudart.so" names no version
 * @param asker left out: not known
 */
export function supplyLibrary(soname: string, facts: Facts | null, asker?: Asker): FixStep[] {
  const row = sonameRow(soname);
  if (row === null)
    return withAlternatives(
      [look(soname), ...supplyCuda({ cuda: null }, facts)],
      toolkitsKnown(facts) ? [] : [useTheOneThere(soname)],
    );
  if (row.library.startsWith('cudnn')) return supplyCudnn(soname, facts, asker);
  const release = releaseFor(soname, facts);
  const there = toolkitWith(soname, facts);
  const steps = [
    ...(asker === 'python' ? fromPip(soname, release) : []),
    ...(there === undefined ? supplyCuda({ cuda: release }, facts) : [letLoaderLook(there)]),
  ];
  return withAlternatives(steps, [
    ...(toolkitsKnown(facts) ? [] : [useTheOneThere(soname)]),
    ...(asker === 'python' ? [] : fromPip(soname, release).map((step) => ({ ...step, title: PYTHON_ONLY }))),
    ...(there === undefined ? fromApt(soname, release, facts) : []),
  ]);
}

const PYTHON_ONLY = 'Or, where it is a Python package that asks, let pip bring it';

function supplyCudnn(soname: string, facts: Facts | null, asker: Asker | undefined): FixStep[] {
  const major = /\.so\.(\d+)/.exec(soname)?.[1] ?? null;
  const steps = [
    ...(asker === 'python' ? fromPip(soname, fittingCuda(facts)) : []),
    ...supplyCuda({ cuda: null, cudnn: major }, facts),
  ];
  return withAlternatives(steps, fromApt(soname, fittingCuda(facts), facts));
}

/** Of those that ship it, the best one for driver and GPU; else the newest, which serves them all. */
function releaseFor(soname: string, facts: Facts | null): string | null {
  const releases = releasesOfSoname(soname);
  // What several majors ship does not say which one a program was built for.
  const majors = new Set(releases.map(majorOf));
  const fitting = fittingCuda(facts, (cuda) => releases.includes(cuda));
  return fitting ?? (majors.size === 1 ? (releases.at(-1) ?? null) : null);
}

function toolkitWith(soname: string, facts: Facts | null): ToolkitFacts | undefined {
  const releases = releasesOfSoname(soname);
  return (facts === null ? [] : (valueOf(facts.toolkits) ?? [])).find(
    ({ layout, version, has }) =>
      layout === 'nvidia' &&
      has.cudart &&
      version !== null &&
      releases.some((release) => meansVersion(version, release)),
  );
}

const letLoaderLook = ({ path }: ToolkitFacts): FixStep =>
  script(
    'ld-library-path',
    'It is there: let the loader look',
    `export LD_LIBRARY_PATH=${shellWord(`${path}/lib64`)}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`,
    { root: false },
  );

const toolkitsKnown = (facts: Facts | null): boolean => facts !== null && facts.toolkits.state !== 'unknown';

/** A log does not say what lies on the machine's disk: often the library, where the loader does not look. */
const useTheOneThere = (soname: string): FixStep =>
  script(
    'use-the-one-there',
    'Or, where it is on disk already, let the loader look there',
    `export LD_LIBRARY_PATH=$(dirname "$(ls /usr/local/cuda*/lib64/${shellWord(soname)} | tail -n 1)")\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`,
    { root: false },
  );

function fromPip(soname: string, release: string | null): FixStep[] {
  const name = pipPackageOf(soname, release);
  return name === null
    ? []
    : [
        command('pip-library', `Let pip bring it to the Python package that asks`, ['pip', 'install', name], {
          root: false,
        }),
      ];
}

function fromApt(soname: string, release: string | null, facts: Facts | null): FixStep[] {
  const name = debPackageOf(soname, release);
  if (name === null || !usesApt(facts) || (facts !== null && onJetson(facts))) return [];
  return [
    command(
      'apt-library',
      `Or, system-wide from NVIDIA's repository${facts !== null && inContainer(facts) ? ', in the image' : ''}`,
      ['apt', 'install', name],
    ),
  ];
}

/** Whether it is there, and where: what its name alone does not say. */
export function look(soname: string): FixStep {
  const name = soname.replace(/\.so.*$/, '');
  return script(
    'find-library',
    `See whether ${name} is there, and in which version`,
    `ldconfig -p | grep -F ${shellWord(name)} || ls /usr/local/cuda*/lib64/${shellWord(name)}.so*`,
    { root: false },
  );
}

function withAlternatives(steps: readonly FixStep[], others: readonly FixStep[]): FixStep[] {
  const first = steps[0];
  return first === undefined ? [...others] : [...steps, ...inPlaceOf(first.id, others)];
}
