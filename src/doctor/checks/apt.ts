import { evidence } from '../evidence.ts';
import { notApplicable, notKnown, ok, type CheckRule } from './check-rule.ts';

export const aptSources: CheckRule = {
  layer: 'apt',
  observe({ apt }) {
    const row = evidence(apt.nvidiaSources, "apt sources of NVIDIA's", (list) =>
      list.map(({ uri }) => uri).join(', '),
    );
    switch (apt.nvidiaSources.state) {
      case 'absent':
        return [notApplicable("none of apt's sources is NVIDIA's", row)];
      case 'unknown':
        return [notKnown("apt's sources are not known", row)];
      case 'present':
        return [ok(`${apt.nvidiaSources.value.length} apt source(s) of NVIDIA's`, row)];
    }
  },
};
