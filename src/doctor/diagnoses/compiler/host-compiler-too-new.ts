import { majorOf } from '../../../compat/dotted-version.ts';
import { hostCompilersForCuda } from '../../../compat/host-compilers.ts';
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
import { compilerFor, compilerUpTo, pointNvccTo } from '../../fix/compiler.ts';
import { ask } from '../../fix/steps.ts';
import { subjectOf } from '../../subject.ts';
import {
  type DiagnosisDefinition,
  type Finding,
  type Question,
  type Severity,
  hearing,
} from '../../types.ts';
import { compilerOfBuild, toolkitOfBuild } from '../../witness/build-said.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: 'The C++ compiler is newer than nvcc accepts',
  related: ['host-compiler-missing', 'glibc-header-clash', 'toolkit-missing'],
  textSummary: 'The host compiler is newer than this nvcc accepts',
  hears: hearing(['version-mismatch', 'trouble'], (one, all, facts) => {
    if (one.kind === 'trouble' && all.of('missing-program').length > 0) return null;
    if (one.kind === 'trouble')
      return heardTrouble(one, { 'gcc-not-accepted': { confidence: 'possible', rank: 1 } });
    if ((one.of !== 'gcc' && one.of !== 'clang') || one.atLeast) return null;
    const cuda = toolkitOfBuild(one, all, facts);
    const found = one.found ?? compilerOfBuild(one, all, one.of);
    const accepted = one.expected ?? newestThatWorks(one.of, cuda, one.found);
    return {
      confidence: one.expected === null ? 'likely' : 'certain',
      namesCause: true,
      summary: sentence(one.of, found, accepted, cuda),
      fix: one.of === 'gcc' ? compilerUpTo(accepted === null ? null : Number(accepted), facts, cuda) : [],
    };
  }),
  next: [ask('Which compilers are here?', 'sh', '-c', 'gcc --version; ls /usr/bin/g++-*')],
  *judge(facts, question) {
    if (facts.compilers.state === 'unknown') return;
    const found = valueOf(facts.compilers) ?? [];
    for (const toolkit of valueOf(facts.toolkits) ?? []) yield* judgeToolkit(toolkit, found, facts, question);
  },
  remedy: (facts) => compilerFor(cudaOf(facts), facts),
};

/** Of the nvcc that is called here; null: not known. */
const cudaOf = (facts: Facts | null): string | null =>
  (facts === null ? undefined : valueOf(facts.nvcc))?.version ?? null;

function judgeToolkit(
  toolkit: ToolkitFacts,
  found: readonly CompilerFacts[],
  facts: Facts,
  question: Question,
): Finding[] {
  const ceiling = newestGccFor(toolkit);
  if (!toolkit.has.nvcc || ceiling === null || namesOneThatFits(toolkit, facts)) return [];
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
      fix: accepted
        ? pointNvccTo(accepted.path, toolkit.version)
        : compilerUpTo(ceiling, facts, toolkit.version),
    },
  ];
}

/** Whether the environment tells this nvcc of a compiler that it accepts, or of one whose version is not known here. */
function namesOneThatFits(toolkit: ToolkitFacts, { environment }: Facts): boolean {
  const named = valueOf(environment.nvccCompiler);
  if (named === undefined) return false;
  // Toolkits of CUDA 11 and before do not know that variable.
  if (named.by === 'NVCC_CCBIN' && (majorOf(toolkit.version ?? '') ?? 0) < KNOWS_NVCC_CCBIN) return false;
  return named.major === null || acceptsGcc(toolkit, named.major);
}

/** Major release of CUDA; measured: 11.8 does not. */
const KNOWS_NVCC_CCBIN = 12;

/** It stops a build, not a program that is built already; and where a compiler that fits is there, naming it is enough. */
function severityFor(toolkit: ToolkitFacts, question: Question, fits: boolean): Severity {
  if (!counts(toolkit, question.needs)) return 'info';
  const building =
    question.purpose === 'build' ||
    (question.needs?.compiler === true && isOfRelease(toolkit, question.needs?.cuda));
  return building && !fits ? 'error' : 'warning';
}

/**
 * What to build with where the log says no limit: a compiler whose own headers this nvcc cannot read may be one that it accepts by
 * number. Where the toolkit is not known either, the one before.
 */
function newestThatWorks(of: 'gcc' | 'clang', cuda: string | null, found: string | null): string | null {
  const range = cuda === null ? null : hostCompilersForCuda(cuda);
  const major = found === null ? null : majorOf(found);
  const before = major === null ? Infinity : major - 1;
  const known = range === null ? Infinity : of === 'gcc' ? range.gccSafe : range.clangMax;
  const newest = Math.min(known, before);
  return Number.isFinite(newest) ? String(newest) : null;
}

function sentence(
  of: 'gcc' | 'clang',
  found: string | null,
  accepted: string | null,
  cuda: string | null,
): string {
  const toolkit = cuda === null ? 'this nvcc' : `nvcc of CUDA ${cuda}`;
  const limit = accepted === null ? '' : ` (${of} up to ${accepted})`;
  return `${of} ${found ?? 'of this system'} is newer than ${toolkit} works with${limit}`;
}
