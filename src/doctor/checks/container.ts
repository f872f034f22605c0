import { valueOf } from '../../machine/answer.ts';
import { smiWorks } from '../../machine/questions/driver.ts';
import { isGpuNode } from '../../machine/questions/gpu.ts';
import { evidence } from '../evidence.ts';
import { bad, notApplicable, notKnown, ok, type CheckRule } from './check-rule.ts';

export const containerGpu: CheckRule = {
  layer: 'container',
  observe(facts) {
    const { container } = facts.platform;
    const kind = valueOf(container);
    const row = evidence(container, 'container', (found) => found ?? 'none');
    if (kind === undefined) return [notKnown('whether this is a container is not known', row)];
    if (kind === null) return [notApplicable('not a container', row)];
    const nodes = evidence(
      facts.nodes,
      'device files',
      (list) => list.map(({ path }) => path).join(', ') || 'none',
    );
    const given = (valueOf(facts.nodes) ?? []).some(
      ({ path, stat }) => isGpuNode(path) && stat.state !== 'absent',
    );
    if (given || smiWorks(facts)) return [ok(`the ${kind} container was given a GPU`, row, nodes)];
    if (facts.nodes.state === 'unknown')
      return [notKnown(`whether this ${kind} container has a GPU is not known`, row, nodes)];
    return [bad(`this ${kind} container has no GPU`, row, nodes)];
  },
};
