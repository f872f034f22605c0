import { byHand, inPlaceOf, retitled } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: "The system's headers clash with CUDA's",
  related: ['host-compiler-too-new'],
  textSummary: "The C library's headers are newer than this CUDA and clash with its own",
  text: [
    {
      // CUDA 9 and older with glibc 2.26 and newer
      literal: 'floatn',
      pattern: /floatn\S{0,10}\.h.{0,20}error: (?:invalid argument to attribute|identifier)/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'exception specification is incompatible',
      pattern: /mathcalls\S{0,20}\.h.{0,20}error: exception specification is incompatible/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'math_functions.h',
      pattern: /math_functions\.h.{0,200}(?:cospi|sinpi|rsqrt)/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: '_float',
      pattern: /identifier "_Float(?:32|64|128)x?" is undefined/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: ['__ieee128', '__float128'],
      pattern: /identifier "__ieee128" is undefined|__float128.{0,40}undefined/i,
      confidence: 'possible',
      namesCause: true,
    },
    {
      literal: '__builtin_ia32',
      pattern: /identifier "__builtin_ia32_\w{3,40}" is undefined/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
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
          "Or add noexcept(true) to the four declarations (cospi, sinpi, cospif, sinpif) in the toolkit's crt/math_functions.h",
        ),
      ]),
    ];
  },
};
