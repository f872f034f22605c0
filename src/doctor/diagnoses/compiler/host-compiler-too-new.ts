import { valueOf } from '../../../machine/answer.ts';
import type { CompilerFacts, Facts, ToolkitFacts } from '../../../machine/facts.ts';
import {
  acceptsGcc,
  counts,
  isOfRelease,
  nameOfToolkit,
  newestGccFor,
} from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { distributionOf } from '../../fix/distribution.ts';
import { installPackages } from '../../fix/packages.ts';
import { ask, script } from '../../fix/steps.ts';
import { subjectOf } from '../../subject.ts';
import type { DiagnosisDefinition, Finding, FixStep, Question, Severity } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: 'The C++ compiler is newer than nvcc accepts',
  related: ['host-compiler-missing', 'glibc-header-clash', 'toolkit-missing'],
  textSummary: 'The host compiler is newer than this nvcc accepts',
  text: [
    {
      // #error -- unsupported GNU version! gcc versions later than 8 are not supported!
      literal: 'unsupported gnu version',
      pattern: /unsupported GNU version! gcc versions later than (\d{1,2})(?:\.\d)?/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([, newest], facts) => ({
        summary: `nvcc accepts gcc up to ${newest}; the default gcc here is newer`,
        fix: withCompiler(facts, Number(newest)),
      }),
    },
    {
      literal: 'unsupported gnu version',
      pattern: /unsupported GNU version! gcc [\d.]{1,6} and up are not supported/i,
      confidence: 'certain',
      namesCause: true,
      rank: -1,
    },
    {
      literal: 'unsupported clang version',
      pattern: /unsupported clang version!/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      // The current installed version of g++ (11.3.0) is greater than the maximum required version by CUDA 10.2 (8.0.0)
      literal: 'greater than the maximum required version by cuda',
      pattern:
        /version of (?:g\+\+|gcc|clang) \(([\d.]{1,12})\) is greater than the maximum required version by CUDA ([\d.]{1,8})(?: \((\d{1,2})[\d.]{0,8}\))?/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([, found, cuda, newest], facts) => ({
        summary: `g++ ${found} is newer than CUDA ${cuda} accepts`,
        ...(newest === undefined ? {} : { fix: withCompiler(facts, Number(newest)) }),
      }),
    },
    {
      literal: 'failed to verify gcc version',
      pattern: /Failed to verify gcc version/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'unsupported compiler version:',
      pattern: /unsupported compiler version: [\d.]{1,12}/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      // /usr/include/c++/11/bits/std_function.h:435:145: error: parameter packs not expanded with '...'
      literal: 'parameter packs not expanded',
      pattern: /\/c\+\+\/\d{1,2}\/bits\/std_function\.h.{0,80}parameter packs not expanded/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  next: [ask('Which compilers are here?', 'sh', '-c', 'gcc --version; ls /usr/bin/g++-*')],
  judge(facts, question) {
    if (facts.compilers.state === 'unknown') return [];
    const found = valueOf(facts.compilers) ?? [];
    return (valueOf(facts.toolkits) ?? []).flatMap((toolkit) =>
      judgeToolkit(toolkit, found, facts, question),
    );
  },
  remedy: (facts) => withCompiler(facts, null),
};

function judgeToolkit(
  toolkit: ToolkitFacts,
  found: readonly CompilerFacts[],
  facts: Facts,
  question: Question,
): Finding[] {
  const ceiling = newestGccFor(toolkit);
  if (!toolkit.has.nvcc || ceiling === null) return [];
  const gxx = found.filter(
    ({ family, language, major }) => family === 'gcc' && language === 'c++' && major !== null,
  );
  const standard = gxx.find(({ isDefault }) => isDefault);
  if (
    gxx.length === 0 ||
    (standard !== undefined && (standard.major! <= ceiling || acceptsGcc(toolkit, standard.major!)))
  )
    return [];
  const accepted = gxx
    .filter(({ major }) => acceptsGcc(toolkit, major!))
    .sort((a, b) => b.major! - a.major!)[0];
  // The nvcc of a prefix, and Debian's, pick the compiler that they accept by themselves.
  if (accepted && toolkit.layout !== 'nvidia') return [];
  const newest = standard ?? gxx[0]!;
  return [
    {
      subject: subjectOf(toolkit),
      severity: severityFor(toolkit, question, accepted !== undefined),
      confidence: 'certain',
      summary:
        `${newest.name} ${newest.version ?? newest.major} is newer than ${nameOfToolkit(toolkit)} accepts (gcc up to ${ceiling})` +
        (accepted ? `; ${accepted.name} is installed and fits` : ''),
      evidence: [
        evidence(facts.compilers, 'C++ compilers', () =>
          gxx.map(({ name, version }) => `${name} ${version ?? ''}`.trim()).join(', '),
        ),
        evidence(facts.toolkits, `${nameOfToolkit(toolkit)} accepts gcc up to ${ceiling}`),
      ],
      fix: accepted ? pointNvccTo(accepted.path) : withCompiler(facts, ceiling),
    },
  ];
}

/** It stops a build, not a program that is built already; and where a compiler that fits is there, naming it is enough. */
function severityFor(toolkit: ToolkitFacts, question: Question, fits: boolean): Severity {
  if (!counts(toolkit, question.needs)) return 'info';
  const building =
    question.purpose === 'build' ||
    (question.needs?.compiler === true && isOfRelease(toolkit, question.needs?.cuda));
  return building && !fits ? 'error' : 'warning';
}

function withCompiler(facts: Facts | null, ceiling: number | null): FixStep[] {
  const n = ceiling ?? 'N';
  const version = (major: number | 'N'): readonly string[] => [`gcc-${major}`, `g++-${major}`];
  const install = installPackages(
    facts,
    'install-compiler',
    `Install a compiler that this nvcc accepts (gcc-${n}); the default stays`,
    {
      ubuntu: version(n),
      debian: version(n),
      fedora: [`gcc${n}-c++`],
      arch: [`gcc${n}`],
      suse: [`gcc${n}-c++`],
    },
  );
  const family = distributionOf(facts)?.family;
  return [
    install,
    ...pointNvccTo(`/usr/bin/g++-${n}`),
    ...(family === undefined || family === 'ubuntu' || family === 'debian'
      ? [
          script(
            'newer-toolkit',
            'Or, where the distribution has no such compiler any more, take a newer toolkit',
            'gpu-setup search cuda   # cuda11 accepts gcc 11, cuda12 gcc 12 to 14',
            { root: false, alternativeTo: 'install-compiler' },
          ),
        ]
      : []),
  ];
}

function pointNvccTo(path: string): FixStep[] {
  return [
    script(
      'ccbin',
      'Tell nvcc to use it',
      `export NVCC_PREPEND_FLAGS='-ccbin ${path}'   # from CUDA 11.1 on; before: nvcc -ccbin ${path}\n` +
        `export CUDAHOSTCXX=${path}                   # CMake; many Makefiles take CCBIN or HOST_COMPILER=${path}`,
      { root: false },
    ),
  ];
}
