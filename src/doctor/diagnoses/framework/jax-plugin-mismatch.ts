import { buildFor } from '../../fix/framework.ts';
import { command } from '../../fix/steps.ts';
import type { Facts } from '../../../machine/facts.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: "JAX's parts are of different releases",
  related: ['cudnn-version-mismatch', 'torch-cpu-build'],
  textSummary: 'jax, jaxlib and the plugin for CUDA are of different releases and do not work together',
  hears: hearing(['version-mismatch'], ({ of, found, expected }, _all, facts) =>
    of !== 'jax'
      ? null
      : {
          confidence: 'certain',
          namesCause: true,
          ...(found === null || expected === null
            ? {}
            : {
                summary: `One part of JAX is of release ${found}, the other of ${expected}: they do not work together`,
              }),
          fix: steps(facts),
        },
  ),
  remedy: steps,
};

function steps(facts: Facts | null): FixStep[] {
  return [
    command('see-parts', 'See which releases of its parts are installed', ['python', '-m', 'pip', 'list'], {
      root: false,
    }),
    ...buildFor('jax', {}, facts),
  ];
}
