import type { Facts } from '../../../machine/facts.ts';
import { valueOf } from '../../../machine/answer.ts';
import { script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: "darknet's Makefile looks for CUDA elsewhere",
  related: ['toolkit-missing', 'cuda-home-wrong'],
  textSummary: "darknet's Makefile expects CUDA in /usr/local/cuda and does not find it there",
  hears: hearing(['missing-header', 'missing-program'], (one) => {
    if (one.kind === 'missing-header')
      return one.header === 'cuda_runtime.h' && /(?:^|\/)darknet\.h$/.test(one.asker ?? '')
        ? { confidence: 'certain', namesCause: true, rank: 6 }
        : null;
    // As its Makefile writes it; Python's builders look where CUDA_HOME leads.
    return one.program === '/usr/local/cuda/bin/nvcc' && one.asker === undefined
      ? { confidence: 'likely', namesCause: true, rank: 4 }
      : null;
  }),
  remedy: (facts) => {
    const prefix = supplyCuda({ cuda: null }, facts);
    return [
      ...prefix,
      script(
        'make',
        'Build in it, and tell the Makefile where it is',
        'make NVCC="$CUDA_HOME/bin/nvcc" COMMON="-Iinclude/ -Isrc/ -DGPU -I$CUDA_HOME/include"',
        { root: false },
      ),
      script(
        'link',
        'Or make the link that the Makefile expects',
        `ln -s ${systemToolkit(facts) ?? '"$(ls -d /usr/local/cuda-* | sort -V | tail -n 1)"'} /usr/local/cuda`,
        { alternativeTo: prefix[0]!.id },
      ),
    ];
  },
};

function systemToolkit(facts: Facts | null): string | undefined {
  const toolkits = facts === null ? [] : (valueOf(facts.toolkits) ?? []);
  return toolkits.find(({ layout, has }) => layout === 'nvidia' && has.nvcc)?.path;
}
