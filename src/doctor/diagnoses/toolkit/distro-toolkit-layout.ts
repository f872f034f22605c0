import { valueOf } from '../../../machine/answer.ts';
import type { ToolkitFacts } from '../../../machine/facts.ts';
import { counts, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { inPlaceOf, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition } from '../../types.ts';

/** What Debian's packages make of links, so that a program that knows CUDA_HOME alone finds bin, include and lib64 below it. */
const HOME = '/usr/lib/cuda';

/** Homes that people set for it, below which headers and libraries are not. */
const HALF_HOMES: readonly string[] = ['/usr', '/usr/bin', '/usr/lib/nvidia-cuda-toolkit', '/usr/local/cuda'];

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'warning',
  title: "The toolkit is the distribution's, laid out across /usr",
  related: ['cuda-home-wrong', 'toolkit-missing', 'mixed-cuda-on-path'],
  judge(facts, { purpose, needs }) {
    const toolkits = valueOf(facts.toolkits) ?? [];
    const own = toolkits.find(isDistributions);
    // A toolkit of NVIDIA's or of ours beside it is what such programs take.
    if (own === undefined || !counts(own, needs) || toolkits.some((one) => !isDistributions(one))) return [];
    const home = valueOf(facts.cudaHome)?.replace(/(?<=.)\/+$/, '');
    const misled = home !== undefined && HALF_HOMES.includes(home);
    const building = purpose === 'build' || needs?.compiler === true;
    if (!misled && (!building || facts.cudaHome.state !== 'absent')) return [];
    return [
      {
        subject: 'machine',
        severity: misled ? 'warning' : 'info',
        confidence: 'certain',
        summary: misled
          ? `CUDA_HOME is ${home}, and ${nameOfToolkit(own)} lies across /usr: programs that look below CUDA_HOME find only a part of it`
          : `${nameOfToolkit(own)} lies across /usr: builds that look for it in /usr/local/cuda need CUDA_HOME=${HOME}`,
        evidence: [
          evidence(facts.toolkits, 'CUDA toolkits', () => nameOfToolkit(own)),
          evidence(facts.cudaHome, 'CUDA_HOME', String),
        ],
        fix: [],
      },
    ];
  },
  remedy: (facts) => [
    script(
      'set-home',
      'Name the folder in which the distribution brings its parts together',
      `export CUDA_HOME=${HOME}`,
      {
        root: false,
      },
    ),
    ...inPlaceOf('set-home', supplyCuda({ cuda: null }, facts)),
  ],
};

const isDistributions = ({ layout }: ToolkitFacts): boolean => layout === 'debian';
