/** A compiler that nvcc accepts, beside the default one. */
import { shellWord } from '../../base/processes/shell-line.ts';
import { distributionOf as releaseOf } from '../../compat/distributions.ts';
import { compareDottedVersions, majorOf } from '../../compat/dotted-version.ts';
import { compilerPackages } from '../../compat/host-compiler-packages.ts';
import { hostCompilersForCuda } from '../../compat/host-compilers.ts';
import type { Family } from '../../compat/package-families.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { onJetson } from '../../machine/questions/platform.ts';
import type { FixStep } from '../types.ts';
import { distributionOf } from './distribution.ts';
import { capabilityOf, fittingCuda } from './fitting-cuda.ts';
import { packageInstall } from './packages.ts';
import { byHand, command, inPlaceOf, script } from './steps.ts';
import { supplyCuda } from './toolkit.ts';

/** @param cuda of the nvcc, "10.0"; null: not known */
export function compilerFor(cuda: string | null, facts: Facts | null): FixStep[] {
  const range = cuda === null ? null : hostCompilersForCuda(cuda);
  return compilerUpTo(range?.gccMax ?? null, facts, cuda);
}

/**
 * @param newest gcc major that nvcc accepts, as its header or an error says; null: not known
 * @param cuda of the nvcc, where it is known
 */
export function compilerUpTo(
  newest: number | null,
  facts: Facts | null,
  cuda: string | null = null,
): FixStep[] {
  if (newest === null) return [whichNvcc(), ...compilerOfHost(facts)];
  const distribution = distributionOf(facts);
  const major = distribution === null ? String(newest) : packagedUpTo(newest, facts);
  // Only what is listed in full says that nothing older is there.
  if (major === null) return olderThanPackaged(newest, facts);
  const byFamily = (family: Family): readonly string[] => compilerPackages(family, major).packages;
  const install = packageInstall(
    facts,
    {
      ubuntu: byFamily('ubuntu'),
      debian: byFamily('debian'),
      fedora: byFamily('fedora'),
      rhel: byFamily('rhel'),
      arch: byFamily('arch'),
      suse: byFamily('suse'),
    },
    {
      id: 'install-compiler',
      title: `Install a compiler that this nvcc accepts (gcc ${major}); the default stays`,
    },
  );
  const { path } = compilerPackages(distribution?.family ?? 'ubuntu', major);
  return [
    ...install,
    ...pointNvccTo(path, cuda),
    ...(distribution === null ? inPlaceOf('install-compiler', newerToolkit(facts)) : []),
  ];
}

/** An nvcc that is told its compiler. */
export function pointNvccTo(path: string, cuda: string | null = null): FixStep[] {
  const word = shellWord(path);
  const readsFlags = cuda === null || compareDottedVersions(cuda, READS_PREPENDED_FLAGS_FROM) >= 0;
  return [
    ...(readsFlags
      ? [
          script('ccbin', 'Tell nvcc to use it', `export NVCC_PREPEND_FLAGS=${shellWord(`-ccbin ${path}`)}`, {
            root: false,
          }),
        ]
      : []),
    script(
      'cudahostcxx',
      'Tell CMake, and Makefiles that ask for one, to use it',
      `export CUDAHOSTCXX=${word} CCBIN=${word} HOST_COMPILER=${word}`,
      { root: false },
    ),
  ];
}

/** nvcc of CUDA 11.1 is the first that reads NVCC_PREPEND_FLAGS (nvcc's documentation, 4.2.5). */
const READS_PREPENDED_FLAGS_FROM = '11.1';

/** The newest that the release packages; null where it has none that old; `newest` where its packages are not known in full. */
function packagedUpTo(newest: number, facts: Facts | null): string | null {
  const os = facts === null ? undefined : valueOf(facts.platform.os);
  const release = os === undefined ? null : releaseOf(os.id, os.version);
  if (release === null || !release.gccListed) return String(newest);
  return release.gccPackaged.findLast((gcc) => (majorOf(gcc) ?? 0) <= newest) ?? null;
}

/** The release has no compiler that old: a toolkit that takes the newer one, or a system of that time. */
function olderThanPackaged(newest: number, facts: Facts | null): FixStep[] {
  const newer = newerToolkit(facts);
  const older = byHand(
    'older-host',
    `Or build where gcc ${newest} is packaged: in a container of an older release of the distribution`,
  );
  const first = newer[0];
  return first === undefined ? [older] : [...newer, ...inPlaceOf(first.id, [older])];
}

/** A CUDA that accepts the compiler that is there, for the driver and the GPU. */
function newerToolkit(facts: Facts | null): FixStep[] {
  const standard = defaultGcc(facts);
  if (facts !== null && onJetson(facts)) return [];
  const cuda =
    standard === null
      ? null
      : fittingCuda(facts, (release) => (hostCompilersForCuda(release)?.gccMax ?? 0) >= standard);
  if (cuda !== null) return supplyCuda({ cuda }, facts);
  // Driver and GPU together leave none: then no newer toolkit is the way.
  return standard !== null && capabilityOf(facts) !== null ? [] : supplyCuda({ cuda: null }, null);
}

function defaultGcc(facts: Facts | null): number | null {
  const found = facts === null ? [] : (valueOf(facts.compilers) ?? []);
  return found.find(({ family, isDefault }) => family === 'gcc' && isDefault)?.major ?? null;
}

const whichNvcc = (): FixStep =>
  command(
    'nvcc-version',
    'See which release nvcc is of: that decides which compilers it accepts',
    ['nvcc', '--version'],
    {
      root: false,
    },
  );

function compilerOfHost(facts: Facts | null): FixStep[] {
  return newerToolkit(facts);
}
