import { BUILD_TOOLS } from '../../../compat/host-compiler-packages.ts';
import { valueOf } from '../../../machine/answer.ts';
import { evidence } from '../../evidence.ts';
import { packageInstall } from '../../fix/packages.ts';
import { type DiagnosisDefinition, hearing } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: 'No C++ compiler is installed',
  causes: [{ code: 'module-build-failed' }],
  related: ['host-compiler-too-new', 'module-build-failed'],
  textSummary: 'nvcc, or make, found no C++ compiler',
  hears: hearing(['missing-program', 'missing-header', 'package', 'trouble'], (one, all) => {
    // Where a line names the compiler that is there, none is missing.
    if (one.kind === 'trouble' && all.of('version').some(({ of }) => of === 'gcc')) return null;
    if (one.kind === 'trouble')
      return heardTrouble(one, { 'gcc-not-accepted': { confidence: 'possible', rank: 2 } });
    if (one.kind === 'package')
      return one.reason === 'unmet' && /^(?:gcc|gcc-c\+\+|g\+\+)$/.test(one.other ?? '')
        ? {
            confidence: 'certain',
            namesCause: true,
            rank: 3,
            summary: `${one.name} is built here and needs ${one.other}, which is not installed`,
          }
        : null;
    if (one.kind === 'missing-header')
      return STANDARD_HEADERS.test(one.header)
        ? {
            confidence: 'certain',
            namesCause: true,
            summary: `The compiler lacks ${one.header}, which belongs to it or to the C library's headers`,
          }
        : null;
    return COMPILERS.test(one.program)
      ? {
          confidence: 'certain',
          namesCause: true,
          summary: `${one.program} was called and is not installed`,
        }
      : null;
  }),
  judge(facts, question) {
    const building = question.purpose === 'build' || question.needs?.compiler === true;
    const hasNvcc = (valueOf(facts.toolkits) ?? []).some(({ has }) => has.nvcc);
    const any = (valueOf(facts.compilers) ?? []).some(({ language }) => language === 'c++');
    if (!building || !hasNvcc || facts.compilers.state === 'unknown' || any) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'certain',
        summary: 'No C++ compiler is installed, and nvcc needs one',
        evidence: [evidence(facts.compilers, 'C++ compilers')],
        fix: [],
      },
    ];
  },
  remedy: (facts) =>
    packageInstall(facts, BUILD_TOOLS, {
      id: 'install-compiler',
      title: "Install the distribution's compiler and make",
    }),
};

/** Programs that a build calls to compile C++, wherever they were looked for. */
const COMPILERS = /(?:^|\/|-)(?:g\+\+|gcc|c\+\+|cc|clang|clang\+\+|cc1plus|cc1)(?:-\d{1,2}(?:\.\d)?)?$/;

/** Headers that come with a compiler, or with the C library for development. */
const STANDARD_HEADERS =
  /^(?:(?:assert|ctype|errno|features|limits|math|stdarg|stddef|stdint|stdio|stdlib|string|time|unistd)\.h|(?:bits|gnu|sys)\/[\w/+-]{2,60}(?:\.h)?|algorithm|cassert|cmath|cstdint|cstdio|cstdlib|cstring|functional|iostream|memory|string|utility|vector)$/;
