import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { nameOfGpu } from '../../../machine/questions/gpu.ts';
import { evidence } from '../../evidence.ts';
import { installedFrameworks } from '../../question/installed-builds.ts';
import { frameworkNamed, type FrameworkName } from '../../../compat/frameworks.ts';
import { buildFor } from '../../fix/framework.ts';
import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'The framework is built without CUDA',
  related: ['torch-cuda-arch-unsupported', 'conda-shadows-cuda'],
  hears: hearing(['framework', 'trouble'], (one, _all, facts) => {
    if (one.kind === 'trouble') return withoutGpu(one, facts);
    const { name, version, build } = one;
    if (build !== 'cpu' || NAMES[name] === undefined) return null;
    return {
      // Its own words name the cause; a build that a list names need not be the one that is used.
      confidence: version === null ? 'certain' : 'likely',
      namesCause: true,
      summary: `This ${NAMES[name]}${version === null ? '' : ` ${version}`} is built without CUDA`,
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

/** Of a framework that finds none to use: most often no other build was ever installed. */
function withoutGpu({ what, detail }: TestimonyOf<'trouble'>, facts: Facts): Heard | null {
  if (what !== 'framework-without-gpu' || detail === null) return null;
  return {
    confidence: 'possible',
    rank: 8,
    summary: `${NAMES[detail] ?? detail} finds no GPU that it could use: most often it is the build without CUDA`,
    fix: stepsFor(detail, null, facts),
  };
}

const NAMES: Readonly<Record<string, string>> = {
  torch: 'PyTorch',
  tensorflow: 'TensorFlow',
  jax: 'JAX',
  onnxruntime: 'ONNX Runtime',
  bitsandbytes: 'bitsandbytes',
  paddle: 'PaddlePaddle',
  mxnet: 'MXNet',
  caffe: 'Caffe',
  opencv: 'OpenCV',
  ffmpeg: 'FFmpeg',
  xgboost: 'XGBoost',
  lightgbm: 'LightGBM',
  catboost: 'CatBoost',
  candle: 'candle',
};

/** Of builds that no table of ours holds: their makers' own package says which CUDA it is for. */
function stepsFor(name: string, version: string | null, facts: Facts | null): FixStep[] {
  const framework = frameworkNamed(name);
  if (framework !== null) return steps(framework, version, facts);
  return [
    byHand(
      'build-with-cuda',
      `Take a build of ${NAMES[name]} with CUDA in its place, or build it with CUDA switched on`,
    ),
  ];
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
