/** A build of a Python framework that has code for the GPU and is served by the driver: pip's command for it. */
import { buildsMeant, buildsOf, type FrameworkBuild, type FrameworkName } from '../../compat/frameworks.ts';
import { DISTRIBUTIONS } from '../../compat/distributions.ts';
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { minDriverForCuda, minorCompatDriverForCuda } from '../../compat/drivers.ts';
import { buildReachesGpu } from '../../compat/rules/build-reaches-gpu.ts';
import { driverServesBuild } from '../../compat/rules/driver-serves-build.ts';
import { pythonAccepted } from '../../compat/rules/python-accepted.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { onJetson } from '../../machine/questions/platform.ts';
import type { FixStep } from '../types.ts';
import { upgradeDriver } from './driver.ts';
import { capabilityOf } from './fitting-cuda.ts';
import { jetpackOf } from './jetson.ts';
import { byHand, command } from './steps.ts';

/** What a text says of who needs a build; null or left out: what the machine says, else not known. */
interface BuildWanted {
  /** "8.6" */
  capability?: string | null;
  driver?: string | null;
  /** "3.12" */
  python?: string | null;
  /** The release that is installed or asked for, which is kept where it has such a build: "2.4.1". */
  version?: string | null;
  /** Its Python is put together by Nix. */
  ofNix?: boolean;
}

export function buildFor(framework: FrameworkName, wanted: BuildWanted, facts: Facts | null): FixStep[] {
  const known = completed(wanted, facts);
  if (facts !== null && onJetson(facts)) return onJetsonBoard(framework, known, jetpackOf(facts));
  if (known.capability === null && known.driver === null) return [planFirst(framework, known.version)];
  const fitting = buildsThatFit(framework, known);
  const kept = known.version === null ? [] : fitting.filter(meant(framework, known.version));
  const best = leastDemanding(kept.length > 0 ? kept : fitting, known);
  if (best !== undefined) return [installBuild(best, known), ...pinned(best)];
  const served = leastDemanding(buildsThatFit(framework, { ...known, driver: null }), {
    ...known,
    driver: null,
  });
  if (served !== undefined && known.driver !== null) {
    const { minDriver } = served;
    return [
      ...upgradeDriver(facts, { atLeast: minDriver ?? driverFor(served) }),
      installBuild(served, known),
    ];
  }
  return [fromSource(framework, known)];
}

interface Known {
  capability: string | null;
  driver: string | null;
  python: string | null;
  version: string | null;
  architecture: string | null;
  ofNix: boolean;
}

function completed({ capability, driver, python, version, ofNix }: BuildWanted, facts: Facts | null): Known {
  return {
    capability: capability ?? capabilityOf(facts),
    driver: driver ?? (facts === null ? null : (driverVersion(facts) ?? null)),
    python: python ?? null,
    version: version ?? null,
    architecture: (facts === null ? undefined : valueOf(facts.platform.architecture)) ?? null,
    ofNix: ofNix === true,
  };
}

/** The newest first; of one release the newest CUDA that the driver serves. What is not known speaks against none. */
function buildsThatFit(framework: FrameworkName, known: Known): FrameworkBuild[] {
  return buildsOf(framework).filter((build) => isForPip(build) && fits(build, known));
}

/** Of the newest release the newest CUDA; where the driver is not known the oldest, which asks least of it. */
function leastDemanding(builds: readonly FrameworkBuild[], { driver }: Known): FrameworkBuild | undefined {
  const newest = builds[0];
  return driver === null ? builds.findLast(({ version }) => version === newest?.version) : newest;
}

/** Whether pip can be told where it is. */
const isForPip = ({ onPyPI, index }: FrameworkBuild): boolean => onPyPI || index !== null;

function fits(build: FrameworkBuild, { capability, driver, python, architecture }: Known): boolean {
  const gpu = { name: `compute capability ${capability}`, computeCapability: capability };
  const reach = capability === null ? 'yes' : buildReachesGpu(build, gpu, architecture).fit;
  // "unknown" is no build to advise: the wheel may have no code for the GPU either.
  if (reach === 'no' || reach === 'remark' || reach === 'unknown') return false;
  if (driver !== null && driverServesBuild(build, driver).fit === 'no') return false;
  return python === null || pythonAccepted(build, python).fit !== 'no';
}

function meant(framework: FrameworkName, version: string): (build: FrameworkBuild) => boolean {
  const builds = buildsMeant(framework, version);
  return (build) => builds.some((one) => one.version === build.version);
}

function installBuild(
  build: FrameworkBuild,
  { capability, ofNix }: Pick<Known, 'capability' | 'ofNix'>,
): FixStep {
  const { framework, version, cuda, requirement, index, indexFlag } = build;
  const forWhat = capability === null ? '' : `, which has code for compute capability ${capability}`;
  if (ofNix)
    return byHand(
      'nix-build',
      `Nix puts this Python together, and pip cannot change it: in the expression that does (a flake, an overlay) take ${framework} ${version}${build.build === null ? '' : `, build ${build.build},`} in its place${forWhat}, and build it anew`,
    );
  return command(
    'install-build',
    `Install ${framework} ${version}${cuda === null ? '' : ` for CUDA ${cuda}`}${forWhat}`,
    [
      'pip',
      'install',
      '--force-reinstall',
      requirement,
      ...(index === null || indexFlag === null ? [] : [indexFlag, index]),
    ],
    { root: false },
  );
}

/** What it fails with in its newest release. */
const pinned = ({ pins, framework }: FrameworkBuild): FixStep[] =>
  pins.length === 0
    ? []
    : [
        command('pins', `Hold back what is too new for this ${framework}`, ['pip', 'install', ...pins], {
          root: false,
        }),
      ];

/** From which driver on it works: an older one of the same CUDA major will do. */
const driverFor = ({ cuda }: FrameworkBuild): string | null =>
  cuda === null ? null : (minorCompatDriverForCuda(cuda) ?? minDriverForCuda(cuda));

function fromSource(framework: FrameworkName, { capability, python }: Known): FixStep {
  const why = capability === null ? '' : ` has code for compute capability ${capability}`;
  return byHand(
    'build-from-source',
    `No published build of ${framework}${python === null ? '' : ` for Python ${python}`}${why}: build it from source for this GPU`,
  );
}

const planFirst = (framework: FrameworkName, version: string | null): FixStep =>
  command(
    'plan-build',
    'See which build fits the driver and the GPU, and how pip gets it',
    ['gpu-setup', 'plan', version === null ? framework : `${framework}@${version}`],
    { root: false },
  );

/**
 * A wheel for servers runs on a Jetson where it names that very architecture: then it was built for it. Code that would run there
 * by its number alone expects a server's driver.
 */
function onJetsonBoard(
  framework: FrameworkName,
  { capability, python, version, ofNix }: Known,
  jetpack: string | null,
): FixStep[] {
  const named = buildsOf(framework).filter(
    (build) =>
      isForPip(build) &&
      capability !== null &&
      build.machineAarch64?.includes(capability) === true &&
      (python === null || pythonAccepted(build, python).fit !== 'no'),
  );
  const kept = version === null ? [] : named.filter(meant(framework, version));
  const [best] = kept.length > 0 ? kept : named;
  if (best !== undefined) return [installBuild(best, { capability, ofNix }), ...pinned(best)];
  return [
    byHand(
      'jetson-build',
      `Take the ${framework} that NVIDIA builds for Jetson, not PyPI's: it must be of the JetPack release that is installed${jetpack === null ? '' : `, ${jetpack}`}`,
    ),
  ];
}

/**
 * An environment with the newest Python that a release has a build for, and the release in it.
 *
 * @param version null: not known, then the plan says which Python each release takes
 */
export function pythonFor(framework: FrameworkName, version: string | null, facts: Facts | null): FixStep[] {
  const build = version === null ? undefined : buildsMeant(framework, version)[0];
  const python =
    build === undefined ? undefined : PYTHONS.findLast((one) => pythonAccepted(build, one).fit === 'yes');
  if (build === undefined || python === undefined) return [planFirst(framework, version)];
  const name = `${framework}-${build.version}`;
  return [
    command(
      'old-python',
      `Make an environment with Python ${python}, the newest that ${framework} ${build.version} was built for`,
      ['conda', 'create', '-n', name, `python=${python}`],
      { root: false },
    ),
    command('enter', 'Enter it', ['conda', 'activate', name], { root: false }),
    installBuild(build, completed({}, facts)),
    ...pinned(build),
  ];
}

/** Releases of Python that distributions have had, oldest first. */
const PYTHONS: readonly string[] = [...new Set(DISTRIBUTIONS.map(({ python }) => python))].sort(
  compareDottedVersions,
);
