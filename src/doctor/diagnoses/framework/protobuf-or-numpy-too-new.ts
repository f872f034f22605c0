import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

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
    },
    {
      literal: 'numpy',
      pattern: /module 'numpy' has no attribute '(?:bool|object|int|float|complex|str|typeDict)'/i,
      confidence: 'certain',
      namesCause: true,
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
    },
  ],
  remedy: () => [
    script('protobuf', 'protobuf 4 with an older framework: take 3.20', 'pip install "protobuf<=3.20.3"', {
      root: false,
    }),
    script(
      'numpy',
      'NumPy 1.24 or 2 with an older framework',
      'pip install "numpy<1.24"   # compiled for NumPy 1: "numpy<2"',
      { root: false },
    ),
  ],
};
