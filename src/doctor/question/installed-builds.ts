/** The frameworks of the Python that is judged, as builds of the tables: so the rules serve what is installed as they serve what is asked for. */
import {
  buildsMeant,
  unlistedBuild,
  type FrameworkBuild,
  type FrameworkName,
} from '../../compat/frameworks.ts';
import { majorMinor } from '../../compat/dotted-version.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts, InstalledFramework } from '../../machine/facts.ts';
import { evidence } from '../evidence.ts';
import type { Evidence, Subject } from '../types.ts';

export interface InstalledBuild {
  build: FrameworkBuild;
  subject: Subject;
  /** Of a Python that is merely first on PATH it is information. */
  counts: boolean;
  seen: Evidence;
}

export function installedBuilds(
  facts: Facts,
  isMeant: (framework: FrameworkName) => boolean = () => true,
): InstalledBuild[] {
  return installedFrameworks(facts)
    .filter(({ one }) => isMeant(one.framework) && !one.isCpuBuild)
    .flatMap(({ one, ...rest }) => {
      const build = buildOf(one);
      return build === null ? [] : [{ build, ...rest }];
    });
}

export function installedFrameworks(
  facts: Facts,
): (Omit<InstalledBuild, 'build'> & { one: InstalledFramework })[] {
  const python = valueOf(facts.python);
  if (python === undefined) return [];
  return python.frameworks.map((one) => ({
    one,
    subject: `env:${python.path}`,
    counts: python.chosen !== 'on-path',
    seen: evidence(facts.python, inWords(one)),
  }));
}

/** "torch 2.1.0+cu118 for CUDA 11.8" */
const inWords = ({ package: name, version, build, cuda }: InstalledFramework): string =>
  `${name} ${version}${build === null ? '' : `+${build}`}${cuda === null ? '' : ` for CUDA ${cuda}`}`;

/** As the tables have it, and what its own files say of its code; null where neither says anything. */
function buildOf(one: InstalledFramework): FrameworkBuild | null {
  const found = listedBuild(one);
  const { architectures } = one;
  if (architectures === null) return found;
  const { machine, ptx, from } = architectures;
  const build = found ?? unlistedBuild(one.framework, one);
  return {
    ...build,
    machine,
    machineAarch64: machine,
    ptx,
    source: from,
    confidence: 'seen',
    recalled: build.recalled.filter((field) => !OF_CODE.includes(field)),
  };
}

const OF_CODE = ['machine', 'machineAarch64', 'ptx'];

/** The one build that it can be; null where the tables have none, or several that its files do not tell apart. */
function listedBuild(one: InstalledFramework): FrameworkBuild | null {
  const meant = buildsMeant(one.framework, one.version);
  const cuda = one.cuda === null ? null : majorMinor(one.cuda);
  const named = meant.filter(({ build }) => build !== null && build === one.build);
  const byCuda = meant.filter(
    (build) => cuda !== null && build.cuda !== null && majorMinor(build.cuda) === cuda,
  );
  const left = [named, byCuda, meant].find((builds) => builds.length > 0) ?? [];
  const own =
    left.length > 1 && one.build === null && cuda === null ? left.filter(({ onPyPI }) => onPyPI) : left;
  const [found] = own;
  return found === undefined || own.length > 1 ? null : found;
}
