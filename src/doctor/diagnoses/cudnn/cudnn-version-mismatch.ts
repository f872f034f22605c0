import type { Facts } from '../../../machine/facts.ts';
import { kindOfLibrary } from '../../library-kind.ts';
import { exactCudnn } from '../../fix/cudnn.ts';
import { evidence } from '../../evidence.ts';
import { command, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import {
  isCudnn,
  missingFinding,
  missingLibraries,
  outdatedPackages,
} from '../../question/needed-libraries.ts';
import { heardError } from '../../witness/heard-error.ts';
import { hearing, type DiagnosisDefinition, type Finding, type Heard } from '../../types.ts';
import type { Said, TestimonyOf, Versioned, Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['cudnn'],
  severity: 'error',
  title: 'cuDNN is of another version than the program was built with',
  causes: [{ code: 'cudnn-init-failed' }],
  related: ['cudnn-missing', 'cudnn-init-failed', 'tf-built-for-other-cuda'],
  hears: hearing(['version-mismatch', 'error-code', 'missing-symbol'], (one, all, facts) => {
    switch (one.kind) {
      case 'version-mismatch':
        return one.of === 'cudnn' ? ofVersions(one, all, facts) : null;
      case 'error-code':
        return heardError(one, {
          // A part was not found, or is another version's: its own loader does not say which.
          'cudnn CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED': { confidence: 'likely', namesCause: true },
          // cudnn-missing's: a library that it needs at run time.
          'cudnn CUDNN_STATUS_RUNTIME_PREREQUISITE_MISSING': null,
          'cudnn path': { confidence: 'certain', namesCause: true },
        });
      case 'missing-symbol':
        return one.by !== 'linker' &&
          (kindOfLibrary(one.versionNode ?? '') === 'cudnn' || /^cudnn[A-Z]/.test(one.symbol))
          ? { confidence: 'likely', namesCause: true, rank: 2 }
          : null;
    }
  }),
  judge: (facts, question) => [
    ...missingLibraries(facts, question, 'cudnn')
      .filter(({ others }) => others.length > 0)
      .map((missing) => missingFinding(missing, facts)),
    ...outdatedPackages(facts)
      .filter(isCudnn)
      .map(({ one, subject, counts, seen, name, installed, wanted }): Finding => ({
        subject,
        severity: counts ? 'error' : 'info',
        confidence: 'likely',
        summary: `${one.package} ${one.version} was built with cuDNN ${wanted}, and pip has installed ${name} ${installed}`,
        evidence: [seen, evidence(facts.python, `${name} ${installed}`)],
        fix: [
          command(
            'pip-cudnn',
            `Install the cuDNN that it was built with`,
            ['pip', 'install', `${name}==${wanted}`],
            {
              root: false,
            },
          ),
        ],
      })),
  ],
  remedy: (facts) => [
    script(
      'see-cudnn',
      'See which cuDNN is loaded, and from where: the framework names the one that it was built with',
      'ldconfig -p | grep libcudnn',
      { root: false },
    ),
    ...supplyCuda({ cuda: null, withCudnn: true }, facts),
  ],
};

function ofVersions(one: TestimonyOf<'version-mismatch'>, all: Witness, facts: Facts): Heard {
  const stated = one.found !== null && one.expected !== null;
  const foundSaid = stated ? null : namedNear(one, 'cudnn', all);
  const expectedSaid = stated ? null : namedNear(one, 'cudnn-of-build', all);
  const found = one.found ?? foundSaid?.version;
  const expected = one.expected ?? expectedSaid?.version;
  return {
    confidence: 'certain',
    namesCause: true,
    ...(one.goesOn ? { severity: 'warning' as const } : {}),
    also: [foundSaid, expectedSaid].filter((said) => said !== null),
    ...(expected === undefined ? {} : { fix: exactCudnn(expected, facts) }),
    ...(found === undefined || expected === undefined
      ? {}
      : {
          summary: `cuDNN ${found} is loaded, the program was built with ${expected}${one.atLeast ? ' and takes none that is older' : ''}`,
        }),
  };
}

/** What a message of several lines says of a version on one of the others. */
function namedNear(one: Said, of: Versioned, all: Witness): TestimonyOf<'version'> | null {
  const near = all.of('version').filter((other) => other.of === of && Math.abs(other.at - one.at) < 8);
  return near[0] ?? null;
}
