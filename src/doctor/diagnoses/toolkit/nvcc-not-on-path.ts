import { valueOf } from '../../../machine/answer.ts';
import type { Facts, ToolkitFacts } from '../../../machine/facts.ts';
import { isOfRelease, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { ask, inPlaceOf, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition, FixStep, Question } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['nvcc'],
  severity: 'error',
  title: 'nvcc is not on PATH',
  related: ['toolkit-missing', 'sudo-drops-cuda-env', 'cuda-home-wrong'],
  textSummary: 'A build called nvcc and found none on PATH',
  text: [
    {
      literal: 'nvcc',
      pattern:
        /\bnvcc: (?:command )?not found|Command 'nvcc' not found|'nvcc' is currently not installed|(?:sh|env|make)\S{0,30} ?'?(?:nvcc)'?: No such file or directory|No such file or directory: '(?:[^']{0,200}\/)?nvcc'|nvcc: No such file or directory/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'cuda compiler',
      pattern: /No CUDA compiler (?:found|could be found)|CUDA compiler identification is unknown/i,
      confidence: 'likely',
      rank: 3,
    },
    {
      literal: ['cmake_cuda_compiler', 'failed to find a working cuda architecture'],
      pattern: /No CMAKE_CUDA_COMPILER could be found|Failed to find a working CUDA architecture/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'failed to find nvcc',
      pattern: /Failed to find nvcc/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: ['nvcc was not found', 'not in your path', 'not in path', 'not in $path', 'not in your $path'],
      pattern: /nvcc was not found|nvcc.{0,20}not in (?:your )?\$?PATH/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'cuda_home environment variable is not set',
      pattern: /CUDA_HOME environment variable is not set/i,
      confidence: 'likely',
      rank: 4,
    },
  ],
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

function steps(facts: Facts | null, question: Question | null, foreign: readonly ToolkitFacts[]): FixStep[] {
  const unknown = facts === null || facts.toolkits.state === 'unknown';
  const root = foreign[0]?.path ?? (unknown ? '/usr/local/cuda' : undefined);
  const exportPath = (path: string): FixStep =>
    script(
      'export-path',
      'Put the toolkit on PATH (write the line into ~/.profile to keep it)',
      `export PATH=${path}/bin:$PATH`,
      { root: false },
    );
  const install = supplyCuda({ cuda: null }, facts, question);
  if (root === undefined) return install;
  return [exportPath(root), ...(unknown ? inPlaceOf('export-path', install) : [])];
}
