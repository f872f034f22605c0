import { byHand, inPlaceOf, retitled } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { type DiagnosisDefinition, hearing } from '../../types.ts';
import { toolkitOfBuild } from '../../witness/build-said.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: "The system's headers clash with CUDA's",
  related: ['host-compiler-too-new'],
  textSummary: "The C library's headers are newer than this CUDA and clash with its own",
  hears: hearing(['version-mismatch'], (one, all, facts) => {
    if (one.of !== 'glibc' || one.found === null || one.expected !== null) return null;
    const cuda = toolkitOfBuild(one, all, facts);
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `The C library (glibc ${one.found} or newer) declares what ${cuda === null ? 'this CUDA' : `CUDA ${cuda}`} declares otherwise`,
    };
  }),
  remedy: (facts) => {
    const newer = retitled(
      supplyCuda({ cuda: null }, facts),
      (title) => `A newer CUDA knows this C library: ${title}`,
    );
    return [
      ...newer,
      ...inPlaceOf(newer[0]!.id, [
        byHand('older-host', "Or build against older headers: in a container of the toolkit's time"),
        byHand(
          'patch-header',
          "Or add noexcept(true) to the declarations that the error names, in the toolkit's crt/math_functions.h",
        ),
      ]),
    ];
  },
};
