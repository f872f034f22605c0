import { CONTAINER_REPOSITORY } from '../../../compat/nvidia-served.ts';
import { configureRuntime, installToolkit } from '../../fix/container.ts';
import { runtimeWithoutProgram } from '../../question/runtime-troubles.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import type { Lender } from '../../witness/testimony.ts';
import type { Facts } from '../../../machine/facts.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu'],
  severity: 'error',
  title: 'The NVIDIA Container Toolkit is missing',
  causes: [{ code: 'container-no-gpu' }],
  related: ['container-toolkit-misconfigured', 'container-no-gpu'],
  textSummary:
    'The NVIDIA Container Toolkit is not installed where containers are started: none is given the GPU',
  hears: hearing(['gpu-not-lent'], ({ by, reason }, _all, facts) =>
    reason === 'toolkit-missing'
      ? { confidence: 'likely', namesCause: true, rank: 10, fix: steps(facts, by) }
      : null,
  ),
  judge: runtimeWithoutProgram,
  remedy: (facts) => steps(facts, 'docker'),
};

const steps = (facts: Facts | null, by: Lender): FixStep[] => [
  ...installToolkit(facts, `Install it on the host (its repository: ${CONTAINER_REPOSITORY})`),
  ...configureRuntime(by),
];
