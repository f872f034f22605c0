import { shellWord } from '../../../base/processes/shell-line.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts, ToolkitFacts } from '../../../machine/facts.ts';
import { isOfRelease, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { ask, inPlaceOf, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { type DiagnosisDefinition, type FixStep, type Question, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['nvcc'],
  severity: 'error',
  title: 'nvcc is not on PATH',
  // CMake asks for architectures once it has found one.
  explainedBy: [{ code: 'cuda-architectures-unset' }],
  related: ['toolkit-missing', 'sudo-drops-cuda-env', 'cuda-home-wrong'],
  textSummary: 'A build called nvcc and found none on PATH',
  hears: hearing(['missing-program', 'missing-toolkit'], (one) => {
    if (one.kind === 'missing-program')
      return one.program === 'nvcc' ? { confidence: 'certain', namesCause: true } : null;
    return one.asker !== null &&
      !WITHOUT_NVCC.includes(one.asker) &&
      one.path === null &&
      one.atLeast === undefined
      ? { confidence: 'likely', rank: 4 }
      : null;
  }),
  next: [ask('Where is nvcc?', 'sh', '-c', 'ls /usr/local/cuda*/bin/nvcc; echo "$PATH"')],
  judge(facts, question) {
    const { nvcc, toolkits } = facts;
    if (nvcc.state !== 'absent') return [];
    const candidates = (valueOf(toolkits) ?? []).filter(({ has }) => has.nvcc);
    const building = question.purpose === 'build' || question.needs?.compiler === true;
    if (
      question.needs?.compiler &&
      candidates.some((t) => t.prefix !== null && isOfRelease(t, question.needs?.cuda))
    )
      return [];
    // A prefix is entered by `run` or `env`: it is not meant to be on PATH.
    const foreign = candidates.filter(({ prefix }) => prefix === null);
    if (building ? candidates.some(({ prefix }) => prefix !== null) : foreign.length === 0) return [];
    if (candidates.length === 0 && toolkits.state !== 'absent') return [];
    return [
      {
        subject: 'machine',
        severity: building ? 'error' : 'info',
        confidence: 'certain',
        summary: foreign[0]
          ? `nvcc is installed with ${nameOfToolkit(foreign[0])}, but not on PATH`
          : 'There is no nvcc on PATH, and no toolkit that has one',
        evidence: [
          evidence(nvcc, 'nvcc on PATH'),
          evidence(toolkits, 'toolkits with nvcc', () => candidates.map(nameOfToolkit).join(', ')),
        ],
        fix: steps(facts, question, foreign),
      },
    ];
  },
  remedy: (facts) =>
    steps(
      facts,
      null,
      (facts === null ? [] : (valueOf(facts.toolkits) ?? [])).filter(
        ({ has, prefix }) => has.nvcc && prefix === null,
      ),
    ),
};

/** They have one, or need none. */
const WITHOUT_NVCC: readonly string[] = ['nvcc', 'numba'];

function steps(facts: Facts | null, question: Question | null, foreign: readonly ToolkitFacts[]): FixStep[] {
  const unknown = facts === null || facts.toolkits.state === 'unknown';
  const root = foreign[0]?.path ?? (unknown ? '/usr/local/cuda' : undefined);
  const exportPath = (path: string): FixStep =>
    script(
      'export-path',
      'Put the toolkit on PATH (write the line into ~/.profile to keep it)',
      `export PATH=${shellWord(`${path}/bin`)}:$PATH`,
      { root: false },
    );
  const install = supplyCuda({ cuda: null }, facts, question);
  if (root === undefined) return install;
  return [exportPath(root), ...(unknown ? inPlaceOf('export-path', install) : [])];
}
