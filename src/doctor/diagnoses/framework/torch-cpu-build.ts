import { shellWord } from '../../../base/processes/shell-line.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { nameOfGpu } from '../../../machine/questions/gpu.ts';
import { evidence } from '../../evidence.ts';
import { installedFrameworks } from '../../question/installed-builds.ts';
import { frameworkNamed, type FrameworkName } from '../../../compat/frameworks.ts';
import { buildFor } from '../../fix/framework.ts';
import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'The framework is built without CUDA',
  related: ['torch-cuda-arch-unsupported', 'conda-shadows-cuda'],
  hears: hearing(['framework', 'trouble'], (one, all, facts) => {
    if (one.kind === 'trouble') return maybeWithout(one, all, facts);
    const { name, version, build } = one;
    if (build !== 'cpu' || OTHERS_OWN.includes(name)) return null;
    return {
      // Its own words name the cause; a build that a list names need not be the one that is used.
      confidence: version === null ? 'certain' : 'likely',
      namesCause: true,
      summary: `This ${NAMES[name] ?? name}${version === null ? '' : ` ${version}`} is built without CUDA`,
      fix: stepsFor(name, version, facts),
    };
  }),
  judge(facts, { purpose }) {
    // Whether it was meant is not known: it costs somebody a GPU that is there.
    if (purpose === 'build' || (valueOf(facts.gpus) ?? []).length === 0) return [];
    return installedFrameworks(facts)
      .filter(({ one }) => one.isCpuBuild && NAMES[one.framework] !== undefined)
      .map(({ one, subject, counts, seen }) => ({
        subject,
        severity: counts ? 'warning' : 'info',
        confidence: 'certain',
        summary: `${NAMES[one.framework]} ${one.version} in this Python is built without CUDA, and there is a GPU`,
        evidence: [seen, evidence(facts.gpus, 'NVIDIA devices', (gpus) => gpus.map(nameOfGpu).join(', '))],
        fix: steps(one.framework, one.version, facts),
      }));
  },
  remedy: (facts) => steps('torch', null, facts),
};

/** What sees no GPU, or none that it could use: most often no other build was ever installed. */
function maybeWithout({ what, detail }: TestimonyOf<'trouble'>, all: Witness, facts: Facts): Heard | null {
  if (what === 'no-gpu-seen') return standsOn(detail, all, facts);
  if (what !== 'framework-without-gpu' || detail === null) return null;
  return {
    confidence: 'possible',
    rank: 8,
    summary: `${NAMES[detail] ?? detail} finds no GPU that it could use: most often it is the build without CUDA`,
    fix: stepsFor(detail, null, facts),
  };
}

/**
 * A program that stands on PyTorch, or llama.cpp, sees no GPU: most often its build has nothing for one.
 *
 * @param who asked: whoever needs a build with CUDA to ask at all would not get so far
 */
function standsOn(who: string | null, all: Witness, facts: Facts): Heard | null {
  const torch = all.of('framework').filter(({ name }) => name === 'torch');
  if (torch.some(({ build }) => build !== null) || all.of('container').length > 0) return null;
  switch (who) {
    case 'torch':
      return {
        confidence: 'possible',
        rank: 5,
        summary: 'PyTorch sees no GPU: most often it is a build without CUDA',
        fix: steps('torch', torch.find(({ version }) => version !== null)?.version ?? null, facts),
      };
    case 'llama.cpp':
      return {
        confidence: 'possible',
        rank: 5,
        summary: 'llama.cpp has no back end that sees a GPU: most often it was built without CUDA',
        fix: stepsFor(who, null, facts),
      };
    default:
      return null;
  }
}

/** Whose builds without CUDA other diagnoses judge. */
const OTHERS_OWN: readonly string[] = ['darknet'];

const NAMES: Readonly<Record<string, string>> = {
  torch: 'PyTorch',
  tensorflow: 'TensorFlow',
  jax: 'JAX',
  onnxruntime: 'ONNX Runtime',
  bitsandbytes: 'bitsandbytes',
  paddle: 'PaddlePaddle',
  mxnet: 'MXNet',
  caffe: 'Caffe',
  ctranslate2: 'CTranslate2',
  faiss: 'faiss-cpu',
  lightgbm: 'LightGBM',
  opencv: 'OpenCV',
  ffmpeg: 'FFmpeg',
  xgboost: 'XGBoost',
  catboost: 'CatBoost',
  candle: 'candle',
  extension: 'extension of PyTorch',
};

/** They compile with torch.utils.cpp_extension, which takes the part for CUDA where it sees a GPU, or is told to. */
const BUILT_FOR_TORCH: readonly string[] = [
  'extension',
  'torchvision',
  'detectron2',
  'mmcv',
  'apex',
  'pytorch3d',
];
const ofTorch = (name: string): boolean => BUILT_FOR_TORCH.includes(name) || name.startsWith('torch-');

/** Of builds that no table of ours holds: their makers' own package says which CUDA it is for. */
function stepsFor(name: string, version: string | null, facts: Facts | null): FixStep[] {
  const framework = frameworkNamed(name);
  if (framework !== null) return steps(framework, version, facts);
  const other = byHand(
    'build-with-cuda',
    `Take a build of ${NAMES[name] ?? name} with CUDA in its place, or build it with CUDA switched on`,
  );
  return ofTorch(name) ? [other, forceCuda(name)] : [other];
}

function forceCuda(name: string): FixStep {
  const title = 'Built here: with nvcc of the CUDA that PyTorch has, and told to take its part for CUDA';
  const build = 'pip install --force-reinstall --no-deps --no-build-isolation --no-cache-dir';
  const options = { root: false, alternativeTo: 'build-with-cuda' };
  return name === 'extension'
    ? byHand('force-cuda', `${title}: FORCE_CUDA=1 ${build}`, options)
    : script('force-cuda', title, `FORCE_CUDA=1 ${build} ${shellWord(name)}`, options);
}

/** @param version that is installed, which is kept where it has a build for this machine */
function steps(framework: FrameworkName, version: string | null, facts: Facts | null): FixStep[] {
  const conda = command(
    'remove-cpuonly',
    'In conda: remove the marker that chooses PyTorch without CUDA',
    ['conda', 'remove', 'cpuonly'],
    { root: false },
  );
  return [...buildFor(framework, { version }, facts), ...(framework === 'torch' ? [conda] : [])];
}
