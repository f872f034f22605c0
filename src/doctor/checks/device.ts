import { valueOf } from '../../machine/answer.ts';
import { evidence } from '../evidence.ts';
import { inWsl, smiWorks } from '../known.ts';
import { bad, notKnown, ok, type CheckRule } from './check-rule.ts';

export const deviceNodes: CheckRule = {
  layer: 'device',
  observe(facts) {
    const row = evidence(
      facts.nodes,
      'device files',
      (list) => list.map(({ path }) => path).join(', ') || 'none',
    );
    // WSL's one device, /dev/dxg, is open to everybody; nvidia-smi goes through it.
    if (inWsl(facts) && smiWorks(facts))
      return [ok('/dev/dxg works', evidence(facts.nvidiaSmi, 'nvidia-smi reached the GPU'))];
    if (facts.nodes.state === 'unknown') return [notKnown('whether the GPU can be opened is not known', row)];
    const nodes = (valueOf(facts.nodes) ?? []).filter(({ stat }) => stat.state !== 'absent');
    const wanted = nodes.filter(({ path }) => /\/(nvidia(ctl|\d+|-uvm)|dxg)$/.test(path));
    if (!wanted.some(({ path }) => /\/(nvidia\d+|dxg)$/.test(path))) {
      // They are made when they are first used: a working nvidia-smi has just done so.
      return [
        smiWorks(facts)
          ? notKnown('nvidia-smi works, but the device files were not seen', row)
          : bad('no device file of a GPU', row),
      ];
    }
    if (wanted.some(({ accessible }) => valueOf(accessible) === false))
      return [bad('not all may be opened by you', row)];
    if (wanted.some(({ accessible }) => accessible.state !== 'present')) {
      return [notKnown('whether you may open the device files is not known', row)];
    }
    return [ok(`${wanted.map(({ path }) => path).join(', ')} can be opened`, row)];
  },
};
