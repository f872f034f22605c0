import { valueOf } from '../../machine/answer.ts';
import { smiWorks } from '../../machine/questions/driver.ts';
import { gpusOf, nameOfGpu } from '../../machine/questions/gpu.ts';
import { inWsl, onJetson } from '../../machine/questions/platform.ts';
import { evidence } from '../evidence.ts';
import { subjectOfGpu } from '../subject.ts';
import { bad, notKnown, ok, type CheckRule } from './check-rule.ts';

export const gpu: CheckRule = {
  layer: 'hardware',
  observe(facts) {
    const gpus = gpusOf(facts);
    const list = evidence(facts.gpus, 'NVIDIA devices', (found) => found.map(nameOfGpu).join(', '));
    if (gpus.length > 0) {
      return gpus.map((one) => ({
        ...ok(
          `${nameOfGpu(one)}${one.computeCapability ? `, compute capability ${one.computeCapability}` : ''}`,
          list,
        ),
        subject: subjectOfGpu(one),
      }));
    }
    if (smiWorks(facts)) {
      const names = valueOf(facts.nvidiaSmi)!.gpuNames;
      return [ok(names.join(', ') || 'an NVIDIA GPU', evidence(facts.nvidiaSmi, 'nvidia-smi lists it'))];
    }
    if (onJetson(facts))
      return [ok('the GPU of a Jetson', evidence(facts.platform.jetson, 'Jetson', String))];
    if (facts.gpus.state === 'absent' && !inWsl(facts)) return [bad('no NVIDIA GPU', list)];
    return [notKnown('whether there is an NVIDIA GPU is not known', list)];
  },
};
