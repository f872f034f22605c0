import { valueOf } from '../../machine/answer.ts';
import { evidence } from '../evidence.ts';
import { bad, notApplicable, notKnown, ok, type CheckRule } from './check-rule.ts';

export const cudnn: CheckRule = {
  layer: 'cudnn',
  observe(facts, question) {
    const row = evidence(facts.cudnn, 'cuDNN', (list) =>
      list.map(({ path, version }) => `${version ?? '?'} (${path})`).join(', '),
    );
    if (facts.cudnn.state === 'unknown') return [notKnown('whether there is a cuDNN is not known', row)];
    const found = valueOf(facts.cudnn) ?? [];
    if (found.length > 0)
      return [
        ok(
          [...new Set(found.map(({ version }) => `cuDNN ${version ?? 'of unknown version'}`))].join(', '),
          row,
        ),
      ];
    return [
      question.needs?.cudnn != null
        ? bad('no cuDNN', row)
        : notApplicable('no cuDNN, and none is asked for', row),
    ];
  },
};
