import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { isOfRelease, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { ask } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition, Finding, Question } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The CUDA toolkit is missing',
  causes: [{ code: 'nvcc-not-on-path' }, { code: 'cudnn-missing' }, { code: 'cuda-home-wrong' }],
  related: ['nvcc-not-on-path', 'cuda-home-wrong', 'darknet-cuda-path-wrong'],
  textSummary: 'A build looked for the CUDA toolkit and did not find it',
  text: [
    {
      literal: 'cuda_toolkit_root_dir',
      pattern:
        /CUDA_TOOLKIT_ROOT_DIR not found or specified|Could NOT find CUDA \(missing: ?CUDA_TOOLKIT_ROOT_DIR/i,
      confidence: 'likely',
      rank: 5,
    },
    {
      literal: 'could not find cudatoolkit',
      pattern: /Could NOT find CUDAToolkit/i,
      confidence: 'likely',
      rank: 5,
    },
    {
      literal: 'specify cuda_toolkit_root_dir',
      pattern: /Specify CUDA_TOOLKIT_ROOT_DIR/i,
      confidence: 'likely',
      rank: 5,
    },
    {
      literal: 'could not find cuda',
      pattern: /Could NOT find CUDA(?: \(|:)/i,
      confidence: 'likely',
      rank: 4,
    },
    {
      literal: 'cuda_home environment variable is not set',
      pattern: /CUDA_HOME environment variable is not set/i,
      confidence: 'likely',
      rank: 5,
    },
    {
      literal: 'cuda_runtime',
      pattern: /cuda_runtime(?:_api)?\.h: No such file or directory/i,
      confidence: 'likely',
      rank: 4,
    },
    {
      // Somebody looked where NVIDIA's packages put it.
      literal: '/usr/local/cuda',
      pattern: /^ls: cannot access '?\/usr\/local\/cuda(?:-[\d.]{1,8})?\*?\/?'?: No such file or directory/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'cuda.h: no such file',
      pattern: /\bcuda\.h: No such file or directory/i,
      confidence: 'likely',
      rank: 4,
    },
  ],
  next: [ask('Which toolkits are on this machine?', 'sh', '-c', 'ls -d /usr/local/cuda*; gpu-setup list')],
  refutedBy: (facts) => (valueOf(facts.toolkits) ?? []).some(({ has }) => has.nvcc && has.headers),
  judge(facts, question) {
    const { toolkits } = facts;
    if (question.needs?.cuda != null) return forRecipe(facts, question);
    if (toolkits.state !== 'absent') return [];
    const needed = question.purpose === 'build';
    return [
      {
        subject: 'machine',
        severity: needed ? 'error' : 'info',
        confidence: 'certain',
        summary: needed
          ? 'No CUDA toolkit is installed, so nothing can be built here'
          : 'No CUDA toolkit is installed; programs that bring their own CUDA libraries do not need one',
        evidence: [evidence(toolkits, 'CUDA toolkits, of the system and in prefixes')],
        fix: supplyCuda({ cuda: null }, facts, question),
      },
    ];
  },
  remedy: (facts) => supplyCuda({ cuda: null }, facts),
};

function forRecipe(facts: Facts, question: Question): Finding[] {
  const { toolkits } = facts;
  const needs = question.needs!;
  if (toolkits.state === 'unknown') return [];
  const found = valueOf(toolkits) ?? [];
  if (
    found.some(
      (toolkit) => isOfRelease(toolkit, question.needs?.cuda) && (toolkit.has.nvcc || !needs.compiler),
    )
  )
    return [];
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'certain',
      summary: `${needs.recipe} needs CUDA ${needs.cuda}, which is not installed`,
      evidence: [evidence(toolkits, 'CUDA toolkits', (list) => list.map(nameOfToolkit).join(', '))],
      fix: supplyCuda({ cuda: needs.cuda }, facts, question),
    },
  ];
}
