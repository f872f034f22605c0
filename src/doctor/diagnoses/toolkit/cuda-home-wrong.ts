import type { Facts } from '../../../machine/facts.ts';
import { valueOf } from '../../../machine/answer.ts';
import { evidence } from '../../evidence.ts';
import { inPlaceOf, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'CUDA_HOME names no toolkit',
  causes: [{ code: 'nvcc-not-on-path' }],
  related: ['toolkit-missing', 'nvcc-not-on-path', 'darknet-cuda-path-wrong'],
  textSummary: 'CUDA_HOME, or a path made from it, does not lead to a toolkit',
  text: [
    {
      // error: command ':/usr/local/cuda/bin/nvcc' failed: CUDA_HOME was made like PATH
      literal: "bin/nvcc'",
      pattern: /':\/[^']{1,200}\/bin\/nvcc'/i,
      confidence: 'certain',
      namesCause: true,
      rank: 6,
    },
    { literal: '/bin/nvcc', pattern: /\/bin\/bin\/nvcc/i, confidence: 'certain', namesCause: true, rank: 5 },
    {
      literal: '/bin/nvcc',
      pattern:
        /No such file or directory: '?\/[^']{1,200}\/bin\/nvcc|\/bin\/nvcc: No such file or directory|\/bin\/nvcc: not found/i,
      confidence: 'likely',
      namesCause: true,
      rank: 3,
    },
    {
      literal: "using cuda_home='",
      pattern: /No CUDA runtime is found, using CUDA_HOME='/i,
      confidence: 'possible',
      rank: 1,
    },
  ],
  judge(facts) {
    const { cudaHome } = facts;
    if (cudaHome.state !== 'present' || !/\/bin\/*$/.test(cudaHome.value)) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'certain',
        summary: `CUDA_HOME is ${cudaHome.value}: it must name the toolkit's root, without /bin`,
        evidence: [evidence(cudaHome, 'CUDA_HOME', String)],
        fix: [],
      },
    ];
  },
  remedy: (facts) => [
    script(
      'set-home',
      'Set CUDA_HOME to the root of a toolkit: the folder that holds bin, include and lib64',
      `export CUDA_HOME=${systemToolkit(facts) ?? '"$(ls -d /usr/local/cuda* | sort -V | tail -n 1)"'}`,
      { root: false },
    ),
    ...inPlaceOf('set-home', supplyCuda({ cuda: null }, facts)),
  ],
};

function systemToolkit(facts: Facts | null): string | undefined {
  const toolkits = facts === null ? [] : (valueOf(facts.toolkits) ?? []);
  return toolkits.find(({ layout, has }) => layout === 'nvidia' && has.nvcc)?.path;
}
