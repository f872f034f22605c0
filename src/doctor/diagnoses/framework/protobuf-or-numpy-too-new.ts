import { PYTHON_BREAKS, type PythonBreak } from '../../../compat/python-breaks.ts';
import { alternatives, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';

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
      fix: alternatives(
        Object.values(PYTHON_BREAKS)
          .filter(({ requirement }) => requirement.startsWith(of))
          .map(olderLibrary),
      ),
    };
  }),
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
