import { valueOf } from '../../../machine/answer.ts';
import { evidence } from '../../evidence.ts';
import { inPlaceOf } from '../../fix/steps.ts';
import { setHome, supplyCuda } from '../../fix/toolkit.ts';
import { type DiagnosisDefinition, type Heard, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'CUDA_HOME names no toolkit',
  causes: [{ code: 'nvcc-not-on-path' }],
  related: ['toolkit-missing', 'nvcc-not-on-path', 'darknet-cuda-path-wrong'],
  textSummary: 'CUDA_HOME, or a path made from it, does not lead to a toolkit',
  hears: hearing(['missing-program', 'missing-toolkit'], (one, all) => {
    // One that is too old is toolkit-missing's.
    if (one.kind === 'missing-toolkit' && one.atLeast !== undefined) return null;
    if (one.kind === 'missing-toolkit' && one.asker === 'nvcc') {
      return {
        confidence: 'likely',
        namesCause: true,
        summary:
          'nvcc is called by a copy or a link outside its toolkit, and does not find what belongs to it',
      };
    }
    // An nvcc speaks elsewhere in the text: a toolkit is there.
    if (one.kind === 'missing-toolkit' && one.asker === 'torch' && one.path === null) {
      const cuda = all.of('version').find(({ of }) => of === 'cuda')?.version;
      return cuda === undefined
        ? null
        : {
            confidence: 'likely',
            namesCause: true,
            rank: 6,
            summary: `CUDA ${cuda} is here, and CUDA_HOME does not say where`,
          };
    }
    if (one.kind === 'missing-toolkit')
      return one.asker === 'torch' && one.path !== null ? { confidence: 'possible', rank: 1 } : null;
    const home = /^(.*)\/bin\/nvcc$/.exec(one.program)?.[1];
    if (home === undefined) return null;
    return home.startsWith(':') || home.includes(':/')
      ? certain(`CUDA_HOME was made like PATH: "${home}" is no folder`, 6)
      : home.endsWith('/bin')
        ? certain(`CUDA_HOME is ${home}: it must name the toolkit's root, without /bin`, 5)
        : {
            confidence: 'likely',
            namesCause: true,
            rank: 3,
            summary: `There is no nvcc in ${home}/bin: CUDA_HOME, or a path in the build, does not lead to a toolkit`,
          };
  }),
  judge(facts) {
    const { cudaHome, environment } = facts;
    if (cudaHome.state !== 'present') return [];
    const isBin = /\/bin\/*$/.test(cudaHome.value);
    if (!isBin && valueOf(environment.cudaHomeIsThere) !== false) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'certain',
        summary: isBin
          ? `CUDA_HOME is ${cudaHome.value}: it must name the toolkit's root, without /bin`
          : `CUDA_HOME is ${cudaHome.value}, and there is no such folder`,
        evidence: [evidence(cudaHome, 'CUDA_HOME', String)],
        fix: [],
      },
    ];
  },
  remedy: (facts) => [setHome(facts), ...inPlaceOf('set-home', supplyCuda({ cuda: null }, facts))],
};

const certain = (summary: string, rank: number): Heard => ({
  confidence: 'certain',
  namesCause: true,
  rank,
  summary,
});
