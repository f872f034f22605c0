import { deviceAccess, deviceFiles } from '../../machine/questions/gpu.ts';
import { smiWorks } from '../../machine/questions/driver.ts';
import { inWsl } from '../../machine/questions/platform.ts';
import { evidence } from '../evidence.ts';
import { bad, notKnown, ok, type CheckRule } from './check-rule.ts';

export const deviceNodes: CheckRule = {
  layer: 'device',
  observe(facts) {
    const row = evidence(
      facts.nodes,
      'device files',
      (list) => list.map(({ path }) => path).join(', ') || 'none',
    );
    switch (deviceAccess(facts)) {
      case 'open':
        return inWsl(facts) && smiWorks(facts)
          ? [ok('/dev/dxg works', evidence(facts.nvidiaSmi, 'nvidia-smi reached the GPU'))]
          : [
              ok(
                `${deviceFiles(facts)
                  .map(({ path }) => path)
                  .join(', ')} can be opened`,
                row,
              ),
            ];
      case 'unseen':
        return [notKnown('nvidia-smi works, but the device files were not seen', row)];
      case 'missing':
        return [bad('no device file of a GPU', row)];
      case 'closed':
        return [bad('not all may be opened by you', row)];
      case 'unknown':
        return [
          notKnown(
            facts.nodes.state === 'unknown'
              ? 'whether the GPU can be opened is not known'
              : 'whether you may open the device files is not known',
            row,
          ),
        ];
    }
  },
};
