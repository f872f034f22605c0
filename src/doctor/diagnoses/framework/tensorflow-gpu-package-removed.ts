import { buildsOf } from '../../../compat/frameworks.ts';
import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'The package tensorflow-gpu is no more',
  related: ['tf-python-unsupported', 'wheel-not-found'],
  textSummary:
    'tensorflow-gpu was taken from PyPI: tensorflow itself has brought the code for GPUs for years',
  hears: hearing(['package'], ({ manager, reason, name }) =>
    manager === 'pip' && reason === 'removed' && name !== null && /^tensorflow-gpu/i.test(name)
      ? { confidence: 'certain', namesCause: true }
      : null,
  ),
  remedy: () => [...newest(), olderRelease()],
};

/** The package that has taken its place, with what brings its CUDA libraries. */
function newest(): FixStep[] {
  const build = buildsOf('tensorflow').find((one) => one.package === 'tensorflow' && one.bundlesCuda);
  if (build === undefined) return [];
  return [
    command(
      'install-tensorflow',
      'Install tensorflow, with the CUDA libraries as packages of pip (take the release that the program was written for)',
      ['python', '-m', 'pip', 'install', build.requirement],
      { root: false },
    ),
  ];
}

const olderRelease = (): FixStep =>
  byHand(
    'change-requirements',
    'In requirements of others write tensorflow where tensorflow-gpu stands; only releases before the two were one need the old name, with their version',
  );
