import { valueOf } from '../../../machine/answer.ts';
import type { Facts, ToolkitFacts } from '../../../machine/facts.ts';
import { nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { command, inPlaceOf } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition, Finding } from '../../types.ts';

const LINK = '/usr/local/cuda';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The link /usr/local/cuda leads to the wrong place',
  causes: [{ code: 'cuda-home-wrong', when: homeGoesThere }, { code: 'nvcc-not-on-path' }],
  related: ['cuda-home-wrong', 'mixed-cuda-on-path', 'toolkit-missing'],
  judge(facts) {
    const { cudaLink } = facts.environment;
    if (cudaLink.state !== 'present') return [];
    return cudaLink.value.isThere ? besideNvcc(facts) : [dangling(facts, cudaLink.value.target)];
  },
  remedy: (facts) => {
    const target = (facts === null ? undefined : linkable(facts))?.path;
    const see = command(
      'see-link',
      'See where it leads, and which toolkits there are',
      ['sh', '-c', `ls -ld ${LINK}*`],
      {
        root: false,
      },
    );
    if (target === undefined) return [see, ...supplyCuda({ cuda: null }, facts)];
    return [
      command('set-link', `Let it lead to the toolkit that is there`, ['ln', '-sfn', target, LINK]),
      ...inPlaceOf('set-link', supplyCuda({ cuda: null }, facts)),
    ];
  },
};

function homeGoesThere({ cudaHome }: Facts): boolean {
  return cudaHome.state === 'present' && isThroughLink(cudaHome.value);
}

const isThroughLink = (path: string): boolean => path === LINK || path.startsWith(`${LINK}/`);

/** NVIDIA's toolkit that a link may lead to: that of the nvcc on PATH, else any with a compiler. */
function linkable(facts: Facts): ToolkitFacts | undefined {
  const own = (valueOf(facts.toolkits) ?? []).filter(({ layout, has }) => layout === 'nvidia' && has.nvcc);
  return own.find(({ inUse }) => inUse.includes('PATH')) ?? own[0];
}

/** Left behind where a toolkit was removed. Whatever takes CUDA from there, by habit or by a variable, finds nothing. */
function dangling(facts: Facts, target: string): Finding {
  const { cudaLink } = facts.environment;
  return {
    subject: 'machine',
    severity: homeGoesThere(facts) || (valueOf(facts.toolkits) ?? []).length > 0 ? 'error' : 'warning',
    confidence: 'certain',
    summary: `${LINK} leads to ${target}, and nothing is there: what takes CUDA from ${LINK} finds none`,
    evidence: [
      evidence(cudaLink, LINK, (link) => `-> ${link.target}`),
      evidence(facts.toolkits, 'CUDA toolkits', (list) => list.map(nameOfToolkit).join(', ') || 'none'),
      evidence(facts.cudaHome, 'CUDA_HOME', String),
    ],
    fix: [],
  };
}

/** nvcc of one toolkit, and builds that ask nobody take headers and libraries of another. */
function besideNvcc(facts: Facts): Finding[] {
  const toolkits = valueOf(facts.toolkits) ?? [];
  const linked = toolkits.find(({ inUse }) => inUse.includes('symlink'));
  const used = toolkits.find(({ inUse, layout }) => inUse.includes('PATH') && layout === 'nvidia');
  if (linked === undefined || used === undefined || linked === used || facts.cudaHome.state !== 'absent')
    return [];
  return [
    {
      subject: 'machine',
      severity: 'warning',
      confidence: 'likely',
      summary: `${LINK} leads to ${nameOfToolkit(linked)}, the nvcc on PATH is of ${nameOfToolkit(used)}: builds may mix the two`,
      evidence: [
        evidence(facts.environment.cudaLink, LINK, (link) => `-> ${link.target}`),
        evidence(facts.nvcc, 'nvcc on PATH', ({ path }) => path),
      ],
      fix: [],
    },
  ];
}
