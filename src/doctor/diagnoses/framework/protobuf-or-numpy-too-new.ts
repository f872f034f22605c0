import { PYTHON_BREAKS, type PythonBreak } from '../../../compat/python-breaks.ts';
import { alternatives, command } from '../../fix/steps.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'protobuf or NumPy is too new for this framework',
  related: ['tf-python-unsupported'],
  textSummary: 'protobuf or NumPy is newer than the framework was made for',
  text: [
    {
      literal: 'descriptors cannot',
      pattern: /Descriptors cannot (?:not )?be created directly/i,
      confidence: 'certain',
      namesCause: true,
      detail: () => ({ fix: [olderLibrary(PYTHON_BREAKS.protobufDescriptors)] }),
    },
    {
      literal: 'numpy',
      pattern: /module 'numpy' has no attribute '(?:bool|object|int|float|complex|str|typeDict)'/i,
      confidence: 'certain',
      namesCause: true,
      detail: () => ({ fix: [olderLibrary(PYTHON_BREAKS.numpyAliases)] }),
    },
    {
      literal: 'numpy.core.multiarray failed',
      pattern: /numpy\.core\.multiarray failed to import/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: ['size changed, may indicate binary'],
      pattern: /numpy\.(?:dtype|ufunc|ndarray) size changed, may indicate binary incompatibility/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'compiled using numpy 1.x',
      pattern: /compiled using NumPy 1\.x cannot be run/i,
      confidence: 'certain',
      namesCause: true,
      detail: () => ({ fix: [olderLibrary(PYTHON_BREAKS.numpyAbi)] }),
    },
  ],
  remedy: () => alternatives(Object.values(PYTHON_BREAKS).map(olderLibrary)),
};

function olderLibrary({ requirement, last, dropped }: PythonBreak): FixStep {
  const name = /^\w+/.exec(requirement)![0];
  return command(
    `older-${name}-${last}`,
    `With an older framework: ${name} ${last} is the last that ${dropped}`,
    ['pip', 'install', requirement],
    { root: false },
  );
}
