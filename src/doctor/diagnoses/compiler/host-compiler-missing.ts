import {
  BUILD_TOOLS,
  packagesOfHeader,
  TOOL_PACKAGES,
  type PackagesByFamily,
} from '../../../compat/build-packages.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { evidence } from '../../evidence.ts';
import { packageInstall } from '../../fix/packages.ts';
import { byHand, command, inPlaceOf } from '../../fix/steps.ts';
import { type DiagnosisDefinition, type Heard, hearing } from '../../types.ts';
import { saysWhyNotCompiled } from '../../witness/build-said.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: 'The C++ compiler, or what builds need beside it, is not installed',
  causes: [{ code: 'module-build-failed' }],
  related: ['host-compiler-too-new', 'module-build-failed'],
  textSummary: 'nvcc, or make, found no C++ compiler',
  hears: hearing(['missing-program', 'missing-header', 'package', 'trouble'], (one, all, facts) => {
    // Where a line names the compiler that is there, none is missing.
    if (one.kind === 'trouble' && all.of('version').some(({ of }) => of === 'gcc')) return null;
    if (one.kind === 'trouble')
      return heardTrouble(one, {
        'gcc-not-accepted': { confidence: 'possible', rank: 2 },
        ...(saysWhyNotCompiled(all) ? {} : { 'launcher-not-compiled': launcher(facts) }),
      });
    if (one.kind === 'package')
      return one.reason === 'unmet' && /^(?:gcc|gcc-c\+\+|g\+\+)$/.test(one.other ?? '')
        ? {
            confidence: 'certain',
            namesCause: true,
            rank: 3,
            summary: `${one.name} is built here and needs ${one.other}, which is not installed`,
          }
        : null;
    if (one.kind === 'missing-header') {
      const packages = packagesOfHeader(one.header);
      if (packages !== null) return missingHeader(one, packages, facts);
      return STANDARD_HEADERS.test(one.header)
        ? {
            confidence: 'certain',
            namesCause: true,
            summary: `The compiler lacks ${one.header}, which belongs to it or to the C library's headers`,
          }
        : null;
    }
    const tool = TOOLS.exec(one.program)?.[1] as keyof typeof TOOL_PACKAGES | undefined;
    if (tool !== undefined) return missingTool(tool, facts);
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

/** Programs that a build calls beside the compiler. */
const TOOLS = /(?:^|\/)(make|cmake|ninja)$/;

function missingTool(tool: keyof typeof TOOL_PACKAGES, facts: Facts): Heard {
  const install = packageInstall(facts, TOOL_PACKAGES[tool], {
    id: 'install-tool',
    title: `Install ${tool}`,
  });
  return {
    confidence: 'certain',
    namesCause: true,
    summary: `The build calls ${tool}, which is not installed`,
    fix:
      tool === 'make'
        ? install
        : [
            command('pip-tool', `Install ${tool} into the Python that builds`, ['pip', 'install', tool], {
              root: false,
            }),
            ...inPlaceOf('pip-tool', install),
          ],
  };
}

function missingHeader(
  { header, asker }: TestimonyOf<'missing-header'>,
  packages: PackagesByFamily,
  facts: Facts,
): Heard {
  return {
    confidence: 'certain',
    namesCause: true,
    summary: `${asker ?? 'A build'} needs ${header}, which is not installed`,
    fix: packageInstall(facts, packages, {
      id: 'install-header',
      title: `Install the package that brings ${header} (of Python: that of the very Python that is used)`,
    }),
  };
}

/** The C part of a kernel takes a C compiler, Python's headers and libcuda. */
const launcher = (facts: Facts): Heard => ({
  confidence: 'possible',
  rank: 2,
  summary:
    'The C part that starts a kernel was not compiled: a C compiler, or the headers of Python, are most often what is missing',
  fix: [
    ...packageInstall(facts, BUILD_TOOLS, { id: 'install-compiler', title: 'Install the C compiler' }),
    ...packageInstall(facts, packagesOfHeader('Python.h')!, {
      id: 'install-header',
      title: 'And the headers of the Python that is used',
    }),
    byHand(
      'see-compiler',
      'If it stays: run the command that the error names, and read what the compiler or its linker says (-lcuda is libcuda.so of the driver)',
    ),
  ],
});

/** Programs that a build calls to compile C++, wherever they were looked for. */
const COMPILERS = /(?:^|\/|-)(?:g\+\+|gcc|c\+\+|cc|clang|clang\+\+|cc1plus|cc1)(?:-\d{1,2}(?:\.\d)?)?$/;

/** Headers that come with a compiler, or with the C library for development. */
const STANDARD_HEADERS =
  /^(?:(?:assert|ctype|errno|features|limits|math|stdarg|stddef|stdint|stdio|stdlib|string|time|unistd)\.h|(?:bits|gnu|sys)\/[\w/+-]{2,60}(?:\.h)?|algorithm|cassert|cmath|cstdint|cstdio|cstdlib|cstring|functional|iostream|memory|string|utility|vector)$/;
