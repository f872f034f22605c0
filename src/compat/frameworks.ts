/**
 * Builds of GPU frameworks: which CUDA, cuDNN and Python each is for, which GPUs it has code for, and how pip gets it. Data:
 * data/frameworks/<name>.json.
 */
import texts from 'assets:src/compat/data/frameworks';
import { compareDottedVersions, majorMinor } from './dotted-version.ts';
import { withSource, type Sourced } from './sourced.ts';
import { meansVersion } from './version-range.ts';

export const FRAMEWORKS = [
  'torch',
  'tensorflow',
  'jax',
  'onnxruntime',
  'tensorrt',
  'bitsandbytes',
  'flash-attn',
  'vllm',
] as const;
export type FrameworkName = (typeof FRAMEWORKS)[number];

/**
 * Those that are packages of a CUDA release as well, beside which `install` takes them. They fit several, so that they never say
 * by themselves which CUDA is meant.
 */
export const INSTALLED_BESIDE_CUDA: ReadonlySet<string> = new Set<FrameworkName>(['tensorrt']);

/** Null everywhere: not known, unless a field says otherwise. */
export interface FrameworkBuild extends Sourced {
  framework: FrameworkName;
  /** "2.4.1"; a release line ("1.20") where its patches are built alike; "newest" where only the newest release is known. */
  version: string;
  /** What it is called on PyPI: "tensorflow-gpu", "onnxruntime-gpu". */
  package: string;
  /** "cu126"; null: there is one build. */
  build: string | null;
  /** The oldest CUDA release that it is for. */
  cuda: string | null;
  /** The newest one; equal to `cuda` where it is built for one release. */
  cudaTo: string | null;
  /** The cuDNN that it was built with, or needs at least: "9.1.0.70", "8.9", "7". */
  cudnn: string | null;
  /** PEP 440 specifier: ">=3.10,<3.15". */
  python: string | null;
  /** Compute capabilities that the x86-64 wheel has machine code for. */
  machine: readonly string[] | null;
  machineAarch64: readonly string[] | null;
  /** Those that it has PTX for; empty: none. */
  ptx: readonly string[] | null;
  minComputeCapability: string | null;
  /** Linux driver that its makers ask for, in addition to what its CUDA asks for. */
  minDriver: string | null;
  /** "2.28": with an older C library pip finds no wheel, or it does not load. */
  minGlibc: string | null;
  /** The wheel carries its CUDA libraries, or pip fetches them with it: no toolkit is needed. */
  bundlesCuda: boolean;
  bundlesCudnn: boolean;
  /** Where pip looks besides PyPI, or instead of it. */
  index: string | null;
  indexFlag: '--index-url' | '--extra-index-url' | '-f' | null;
  /** Whether PyPI has it. False beside `index` null: where it is has not been seen. */
  onPyPI: boolean;
  /** What pip installs: "torch==2.14.0". */
  requirement: string;
  needsAvx: boolean;
  /** Further requirements without which it fails: "numpy<1.20". */
  pins: readonly string[];
  /** "2026-09-02" or "2026-03" */
  released: string | null;
  /** Fields that are remembered or inferred, not read: they refuse nothing. */
  recalled: readonly string[];
}

/** A row holds what is not as usual, and `cudaTo` where it is not `cuda`. */
type Row = Pick<FrameworkBuild, 'version' | 'package' | 'cuda' | 'requirement' | 'confidence'> &
  Partial<Usual> & { cudaTo?: string; source: number };

type Usual = Omit<
  FrameworkBuild,
  'framework' | 'version' | 'package' | 'cuda' | 'cudaTo' | 'requirement' | 'source' | 'confidence'
>;

interface Table {
  usual: Usual;
  sources: string[];
  builds: Row[];
}

const parsed = new Map<FrameworkName, readonly FrameworkBuild[]>();

/** Newest release first, of one release the newest CUDA first. A file is parsed when its framework is asked about. */
export function buildsOf(framework: FrameworkName): readonly FrameworkBuild[] {
  let builds = parsed.get(framework);
  if (builds === undefined) {
    const table = tableOf(framework);
    builds = table.builds.map((row) => ({
      ...table.usual,
      cudaTo: row.cuda,
      ...withSource(table.sources, row),
      framework,
    }));
    parsed.set(framework, builds);
  }
  return builds;
}

const tableOf = (framework: FrameworkName): Table => JSON.parse(texts[`${framework}.json`]!) as Table;

const usualOf = (framework: FrameworkName): Usual => tableOf(framework).usual;

/**
 * Builds that are meant by a version or range ("2.4", ">=2 <2.5"), newest first. A patch that the table lacks ("2.4.3") is taken to be
 * built as the others of its line: `version` and `requirement` are its own, and stand in `recalled`.
 */
export function buildsMeant(framework: FrameworkName, wanted: string): readonly FrameworkBuild[] {
  const builds = buildsOf(framework);
  const meant = builds.filter(({ version }) => meansVersion(version, wanted));
  if (meant.length > 0 || !/^\d+(?:\.\d+){2,}$/.test(wanted)) return meant;
  const line = builds.filter(({ version }) => majorMinor(version) === majorMinor(wanted));
  const nearest = line
    .map(({ version }) => version)
    .sort(compareDottedVersions)
    .at(-1);
  return line
    .filter(({ version }) => version === nearest)
    .map((build) => ({
      ...build,
      version: wanted,
      requirement: build.requirement.replace(/==[\d.*]+/, `==${wanted}`),
      // A patch of a release line is the line's, not an inference.
      recalled: build.version === majorMinor(wanted) ? build.recalled : [...build.recalled, 'version'],
      released: null,
    }));
}

/** A build that no table has: what its own files say of it. Nothing else of it is known. */
export function unlistedBuild(
  framework: FrameworkName,
  own: Pick<FrameworkBuild, 'package' | 'version' | 'build' | 'cuda' | 'cudnn'>,
): FrameworkBuild {
  return {
    ...usualOf(framework),
    framework,
    package: own.package,
    version: own.version,
    build: own.build,
    cuda: own.cuda,
    cudaTo: own.cuda,
    cudnn: own.cudnn,
    requirement: `${own.package}==${own.version}`,
    onPyPI: false,
    source: 'its own files',
    confidence: 'seen',
  };
}

const NAMES: Readonly<Record<string, FrameworkName>> = {
  torch: 'torch',
  pytorch: 'torch',
  libtorch: 'torch',
  tensorflow: 'tensorflow',
  tf: 'tensorflow',
  'tensorflow-gpu': 'tensorflow',
  jax: 'jax',
  jaxlib: 'jax',
  onnxruntime: 'onnxruntime',
  'onnxruntime-gpu': 'onnxruntime',
  ort: 'onnxruntime',
  tensorrt: 'tensorrt',
  trt: 'tensorrt',
  'nvidia-tensorrt': 'tensorrt',
  bitsandbytes: 'bitsandbytes',
  bnb: 'bitsandbytes',
  'flash-attn': 'flash-attn',
  'flash-attention': 'flash-attn',
  flashattention: 'flash-attn',
  vllm: 'vllm',
};

/** The framework of a package or of a word that people use: pytorch, tf, onnxruntime-gpu, jax[cuda12], flash_attn, tensorrt-cu12. */
export function frameworkNamed(word: string): FrameworkName | null {
  const name = word
    .trim()
    .toLowerCase()
    .replace(/\[[^\]]*\]$/, '')
    .replace(/[_.]+/g, '-')
    .replace(/^(tensorrt|jax)-cu(?:da)?\d+(?:-plugin|-pjrt)?$/, '$1');
  return Object.hasOwn(NAMES, name) ? NAMES[name]! : null;
}
