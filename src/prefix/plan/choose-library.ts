/** Libraries that are built per CUDA release and have versions of their own: cuDNN, NCCL and TensorRT. */
import type { IndexedPackage, PackageIndex } from '../../apt/types.ts';
import { compareVersions } from '../../apt/index/version.ts';
import { majorMinor, majorOf } from '../../compat/dotted-version.ts';
import { meansVersion } from '../../compat/version-range.ts';
import { builtForCuda, upstreamOf } from './package-version.ts';

/** In the order in which they are chosen and shown. */
export const LIBRARIES = ['cudnn', 'nccl', 'tensorrt'] as const;
export type LibraryName = (typeof LIBRARIES)[number];

/** As sentences name them. */
export const LIBRARY_TITLES: Readonly<Record<LibraryName, string>> = {
  cudnn: 'cuDNN',
  nccl: 'NCCL',
  tensorrt: 'TensorRT',
};

export const isLibraryName = (word: string): word is LibraryName =>
  (LIBRARIES as readonly string[]).includes(word);

export interface ChosenLibrary {
  /** "7.5.0.56" */
  version: string;
  /** Names of the packages that are loaded, and of those with header, link names and static library where they are there. */
  runtime: readonly string[];
  development: readonly string[];
  static: readonly string[];
  /** Exact versions, since a development package fits one runtime package only. */
  pins: ReadonlyMap<string, string>;
  warning: string | null;
}

interface Shape {
  /** The runtime package; group "cuda" is the CUDA major where the name carries it. */
  name: RegExp;
  /** What else is loaded with it. */
  companions?(runtime: string): readonly string[];
  development(runtime: string): readonly string[];
  static(runtime: string): readonly string[];
}

const SHAPES: Readonly<Record<LibraryName, readonly Shape[]>> = {
  cudnn: [
    // cuDNN 5 to 8: libcudnn7 7.5.0.56-1+cuda10.0, the static library in -dev
    { name: /^libcudnn\d+$/, development: (runtime) => [`${runtime}-dev`], static: () => [] },
    // cuDNN 9: libcudnn9-cuda-12 9.8.0.87-1
    {
      name: /^libcudnn(?<major>\d+)-cuda-(?<cuda>\d+)$/,
      development: (runtime) => [
        runtime.replace('-cuda-', '-dev-cuda-'),
        runtime.replace('-cuda-', '-headers-cuda-'),
      ],
      static: (runtime) => [runtime.replace('-cuda-', '-static-cuda-')],
    },
  ],
  nccl: [{ name: /^libnccl\d+$/, development: () => ['libnccl-dev'], static: () => [] }],
  // libnvinfer8 8.6.1.6-1+cuda11.8; parsers of Caffe and UFF until 9, headers apart from 8.6 on, static libraries in -dev;
  // libnvinfer-bin (trtexec) from 6.0 on at the latest
  tensorrt: [
    {
      name: /^libnvinfer\d+$/,
      companions: (runtime) =>
        ['libnvinfer-plugin', 'libnvonnxparsers', 'libnvparsers'].map(
          (name) => name + runtime.slice('libnvinfer'.length),
        ),
      development: () => [
        'libnvinfer-bin',
        'libnvinfer-dev',
        'libnvinfer-headers-dev',
        'libnvinfer-headers-plugin-dev',
        'libnvinfer-plugin-dev',
        'libnvonnxparsers-dev',
        'libnvparsers-dev',
      ],
      static: () => [],
    },
  ],
};

interface Candidate {
  package: IndexedPackage;
  shape: Shape;
  /** Built for exactly this CUDA release, not merely for its major. */
  exact: boolean;
}

/**
 * The newest version that was built for this CUDA. From CUDA 11 on a build for another release of the same major serves
 * too (NVIDIA's minor version compatibility), and is taken with a warning where there is no exact one.
 *
 * @param version as asked for; null: the newest
 * @returns null where there is none
 */
export function chooseLibrary(
  library: LibraryName,
  version: string | null,
  cuda: string,
  indexes: readonly PackageIndex[],
): ChosenLibrary | null {
  const fitting = candidates(library, cuda, indexes).filter(
    ({ package: one }) => version === null || meansVersion(upstreamOf(one.version), version),
  );
  const best = fitting.find(({ exact }) => exact) ?? fitting[0];
  if (best === undefined) return null;
  const runtime = best.package;
  const pins = new Map([[runtime.name, runtime.version]]);
  const withSameVersion = (names: readonly string[]): string[] =>
    names.filter((name) => {
      const there = indexes.some((index) =>
        index.packages(name).some((one) => one.version === runtime.version),
      );
      if (there) pins.set(name, runtime.version);
      return there;
    });
  for (const [name, own] of pinsBeneath(library, runtime, cuda, indexes)) pins.set(name, own);
  return {
    version: upstreamOf(runtime.version),
    runtime: [runtime.name, ...withSameVersion(best.shape.companions?.(runtime.name) ?? [])],
    development: withSameVersion(best.shape.development(runtime.name)),
    static: withSameVersion(best.shape.static(runtime.name)),
    pins,
    warning: best.exact
      ? null
      : `${runtime.name} ${runtime.version} was built for another CUDA ${majorOf(cuda)} release; none is there for ${majorMinor(cuda)}`,
  };
}

/**
 * TensorRT up to 8 depends on a cuDNN: on any version of its major, so that the newest would come, whatever CUDA it is built
 * for.
 */
function pinsBeneath(
  library: LibraryName,
  runtime: IndexedPackage,
  cuda: string,
  indexes: readonly PackageIndex[],
): readonly (readonly [string, string])[] {
  const needed = new Set(runtime.depends.flat().map(({ name }) => name));
  return LIBRARIES.filter((other) => other !== library).flatMap((other) => {
    const fitting = candidates(other, cuda, indexes).filter(({ package: one }) => needed.has(one.name));
    const best = fitting.find(({ exact }) => exact) ?? fitting[0];
    return best === undefined ? [] : [[best.package.name, best.package.version] as const];
  });
}

/** Versions that these indexes hold for a CUDA, newest first; built for exactly this release or serving it. */
export function libraryVersions(
  library: LibraryName,
  cuda: string,
  indexes: readonly PackageIndex[],
): readonly string[] {
  return [...new Set(candidates(library, cuda, indexes).map((one) => upstreamOf(one.package.version)))];
}

export interface LibraryBuild {
  /** "7.5.0.56" */
  version: string;
  /** CUDA that it was built for: "10.0", or "12" where one build serves a whole major. */
  cuda: string;
}

/** Every build that an index holds, newest first. */
export function libraryBuilds(library: LibraryName, index: PackageIndex): readonly LibraryBuild[] {
  const found = new Map<string, IndexedPackage & { cuda: string }>();
  for (const { name, shape } of runtimesIn(index, library)) {
    for (const one of index.packages(name)) {
      const cuda = shape.name.exec(name)?.groups?.['cuda'] ?? builtForCuda(one.version);
      if (cuda !== null) found.set(`${one.version} ${cuda}`, { ...one, cuda });
    }
  }
  return [...found.values()]
    .sort((a, b) => compareVersions(b.version, a.version))
    .map(({ version, cuda }) => ({ version: upstreamOf(version), cuda }));
}

/** Name of a package that is loaded, as an index has it. */
interface Runtime {
  name: string;
  shape: Shape;
}

/** By all names of an index: a plan asks for each library several times, and Debian has 60,000 names. */
const known = new WeakMap<readonly string[], Map<LibraryName, readonly Runtime[]>>();

function runtimesIn(index: PackageIndex, library: LibraryName): readonly Runtime[] {
  const names = index.names();
  const ofIndex = known.get(names) ?? new Map<LibraryName, readonly Runtime[]>();
  const runtimes = ofIndex.get(library) ?? runtimesAmong(names, SHAPES[library]);
  known.set(names, ofIndex.set(library, runtimes));
  return runtimes;
}

/** In the order of the names. */
function runtimesAmong(names: readonly string[], shapes: readonly Shape[]): Runtime[] {
  const found: Runtime[] = [];
  for (const name of names) {
    const shape = shapes.find((one) => one.name.test(name));
    if (shape !== undefined) found.push({ name, shape });
  }
  return found;
}

function candidates(library: LibraryName, cuda: string, indexes: readonly PackageIndex[]): Candidate[] {
  const found: Candidate[] = [];
  for (const index of indexes) {
    for (const { name, shape } of runtimesIn(index, library)) {
      for (const one of index.packages(name)) {
        const exact = fit(one, shape, cuda);
        if (exact !== null) found.push({ package: one, shape, exact });
      }
    }
  }
  return found.sort((a, b) => compareVersions(b.package.version, a.package.version));
}

/** True: built for this release. False: for its major, which serves. Null: for something else. */
function fit(one: IndexedPackage, shape: Shape, cuda: string): boolean | null {
  const major = String(majorOf(cuda));
  const inName = shape.name.exec(one.name)?.groups?.['cuda'];
  if (inName !== undefined) return inName === major ? true : null;
  const built = builtForCuda(one.version);
  if (built === null) return null;
  if (built === majorMinor(cuda) || built === major) return true;
  return Number(major) >= 11 && String(majorOf(built)) === major ? false : null;
}
