import { droppedFromCudnn } from '../../../compat/cudnn-dropped.ts';
import type { Facts } from '../../../machine/facts.ts';
import { byHand, command, inPlaceOf } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'cuDNN is too new for the program that is built',
  related: ['cudnn-version-mismatch', 'opencv-too-new-for-darknet'],
  textSummary: 'This darknet uses cuDNN functions that a newer cuDNN dropped',
  hears: hearing(['undeclared-name'], ({ name }, _all, facts) => {
    const dropped = droppedFromCudnn(name);
    if (dropped === null) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `The program uses ${name}, which cuDNN ${dropped.by} no longer has`,
      fix: steps(dropped.last, facts),
    };
  }),
  remedy: (facts) => steps(null, facts),
};

/** @param last release of cuDNN that the program can be built with, as far as it is known */
function steps(last: string | null, facts: Facts | null): FixStep[] {
  const older = supplyCuda(last === null ? { cuda: null } : { cuda: null, cudnn: last }, facts);
  return [
    ...older,
    ...inPlaceOf(older[0]!.id, [
      byHand(
        'newer-darknet',
        "Or take a release of the program that knows newer ones (of darknet: AlexeyAB's)",
      ),
      command('no-cudnn', 'Or build without cuDNN', ['make', 'CUDNN=0'], { root: false }),
    ]),
  ];
}
