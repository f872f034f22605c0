import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
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
  remedy: () => [
    script(
      'newer-toolkit',
      'Take a CUDA release that knows this C library (glibc 2.41 and newer: a newer CUDA than 12.9)',
      'gpu-setup search cuda',
      { root: false },
    ),
    byHand('older-host', "Or build against older headers: in a container of the toolkit's time", {
      alternativeTo: 'newer-toolkit',
    }),
    byHand(
      'patch-header',
      "Or add noexcept(true) to the four declarations (cospi, sinpi, cospif, sinpif) in the toolkit's crt/math_functions.h",
      { alternativeTo: 'newer-toolkit' },
    ),
  ],
};
