import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'protobuf or NumPy is too new for this framework',
  related: ['tf-python-unsupported'],
  textSummary: 'protobuf or NumPy is newer than the framework was made for',
  hears: hearing(['version-mismatch'], ({ of, found, atLeast }) => {
    if ((of !== 'protobuf' && of !== 'numpy') || atLeast) return null;
    const name = of === 'numpy' ? 'NumPy' : 'protobuf';
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `${name}${found === null ? '' : ` ${found}`} is newer than the framework was made for`,
    };
  }),
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
