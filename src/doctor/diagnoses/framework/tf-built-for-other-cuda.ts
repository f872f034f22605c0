import type { Facts } from '../../../machine/facts.ts';
import { buildFor } from '../../fix/framework.ts';
import { supplyLibrary } from '../../fix/library.ts';
import { byHand, command, inPlaceOf, script } from '../../fix/steps.ts';
import { kindOfLibrary } from '../../library-kind.ts';
import { missingFinding, missingLibraries } from '../../question/needed-libraries.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'TensorFlow was built for another CUDA',
  related: ['cuda-lib-wrong-version', 'cudnn-version-mismatch', 'tf-python-unsupported'],
  textSummary: 'TensorFlow looks for libraries of another CUDA release than the one that is here',
  hears: hearing(['trouble', 'missing-library'], (one, all, facts) =>
    one.kind === 'trouble'
      ? heardTrouble(one, {
          'libraries-not-opened': { confidence: 'likely', namesCause: true, rank: -1 },
          ...(one.detail === 'tensorflow'
            ? { 'framework-without-gpu': { confidence: 'possible' as const, rank: 6 } }
            : {}),
        })
      : ofImport(one, all, facts),
  ),
  judge: (facts, question) =>
    missingLibraries(facts, question, 'cuda')
      .filter(({ one, others }) => one.framework === 'tensorflow' && others.length > 0)
      .map((missing) => missingFinding(missing, facts)),
  remedy: (facts) => [
    script(
      'which-tensorflow',
      'See which TensorFlow this is',
      'python -c "import tensorflow as tf; print(tf.__version__)"',
      { root: false },
    ),
    command(
      'which-cuda',
      'See which CUDA and cuDNN each release wants, and which release fits this machine',
      ['gpu-setup', 'plan', 'tensorflow'],
      { root: false },
    ),
    ...inPlaceOf('which-cuda', [
      ...buildFor('tensorflow', {}, facts),
      command(
        'with-libraries',
        'Or let pip bring the libraries that this TensorFlow wants (its releases have that extra since CUDA comes as wheels)',
        ['pip', 'install', '--upgrade', 'tensorflow[and-cuda]'],
        { root: false },
      ),
    ]),
    byHand(
      'show-libraries',
      "Where they are installed, and the loader does not find them: put their folder into LD_LIBRARY_PATH, the toolkit's lib64 and that of cuDNN",
    ),
  ],
};

/** TensorFlow 1 is linked with CUDA: its import fails at the first library that is not there, in a traceback of its own files. */
function ofImport(one: TestimonyOf<'missing-library'>, all: Witness, facts: Facts): Heard | null {
  const { soname, by } = one;
  if (by !== 'dlopen' || kindOfLibrary(soname) !== 'cuda') return null;
  if (all.near(one, 'framework')?.name !== 'tensorflow' || !/\.so\.\d/.test(soname)) return null;
  const fix = supplyLibrary(soname, facts, 'program');
  return {
    confidence: 'likely',
    namesCause: true,
    // Before cuda-lib-wrong-version, which hears the same of any Python package.
    rank: 4,
    summary: `This TensorFlow was built for the CUDA of ${soname}, which the loader does not find`,
    fix: [...fix, ...inPlaceOf(fix[0]!.id, buildFor('tensorflow', {}, facts))],
  };
}
