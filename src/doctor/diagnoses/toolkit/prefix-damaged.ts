import { valueOf } from '../../../machine/answer.ts';
import { evidence } from '../../evidence.ts';
import { mendPrefix, repair } from '../../fix/prefix.ts';
import { isMeant } from '../../question/damaged-prefixes.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'A prefix is damaged',
  causes: [
    { code: 'toolkit-missing' },
    { code: 'cuda-home-wrong' },
    { code: 'nvcc-not-on-path' },
    { code: 'cudnn-missing' },
    { code: 'cuda-lib-not-found' },
  ],
  related: ['toolkit-missing', 'disk-full', 'cuda-lib-not-found'],
  *judge(facts, question) {
    for (const one of valueOf(facts.damagedPrefixes) ?? [])
      yield {
        subject: `prefix:${one.name}`,
        severity: isMeant(one, facts, question) ? 'error' : question.needs === null ? 'warning' : 'info',
        confidence: 'certain',
        summary: `The prefix ${one.name}${one.cuda === null ? '' : ` (CUDA ${one.cuda})`} is damaged: ${one.why}`,
        evidence: [evidence(facts.damagedPrefixes, one.path, () => one.why)],
        fix: mendPrefix(one, question.needs),
      };
  },
  remedy: (facts) => {
    const one = facts === null ? undefined : valueOf(facts.damagedPrefixes)?.[0];
    return one === undefined ? [repair('NAME', false)] : mendPrefix(one, null);
  },
};
