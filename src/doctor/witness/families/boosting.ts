/**
 * XGBoost, LightGBM and CatBoost: builds without a GPU. What CUDA and OpenCL answer them is read by cuda-errors.ts and opencl.ts.
 *
 *     XGBoost version not compiled with GPU support.
 *     [LightGBM] [Fatal] CUDA Tree Learner was not enabled in this build.
 *     trainer_env.cpp:9: Environment for task type [GPU] not found
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

const withoutGpu = (name: string): TestimonyKind => ({
  kind: 'framework',
  name,
  version: null,
  build: 'cpu',
});

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'xgboost version not compiled with ',
    pattern: /XGBoost version not compiled with (?:GPU|CUDA|NCCL) support/i,
    says: () => withoutGpu('xgboost'),
  },
  {
    literal: 'tree learner was not enabled in this build',
    pattern: /(?:GPU|CUDA) Tree Learner was not enabled in this build/i,
    says: () => withoutGpu('lightgbm'),
  },
  {
    literal: 'environment for task type [gpu] not found',
    pattern: /Environment for task type \[GPU\] not found/i,
    says: () => withoutGpu('catboost'),
  },
];

export const family = familyOf('XGBoost, LightGBM, CatBoost', SENTENCES);
