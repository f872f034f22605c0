import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { inContainer, inWsl } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { giveContainerItsGpu } from '../../fix/container.ts';
import { lxcDevices } from '../../fix/lent.ts';
import { script } from '../../fix/steps.ts';
import { installModprobe } from '../../fix/system.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  notOnJetson: true,
  severity: 'error',
  title: 'The device file /dev/nvidia-uvm is missing',
  // On the host that lends it; a container without the file has it from there.
  causes: [{ code: 'container-toolkit-misconfigured', when: isHost }],
  related: ['device-nodes-missing', 'container-no-gpu'],
  textSummary: 'The nvidia-uvm module or its device file is missing: nvidia-smi works, CUDA does not',
  hears: hearing(['error-code', 'device-file', 'module-load', 'missing-program'], (one, all) => {
    switch (one.kind) {
      case 'error-code':
        return heardError(one, { 'cuda 999': { confidence: 'possible', rank: 3 } });
      case 'device-file':
        return one.why === 'missing' && one.path.includes('-uvm')
          ? { confidence: 'certain', namesCause: true, rank: 1 }
          : null;
      case 'module-load':
        // What else keeps it from loading is that cause's own.
        return one.why === 'failed' &&
          /^nvidia.uvm$/.test(one.module ?? '') &&
          // It needs that one, whose own trouble is the cause.
          !all.of('module-load').some(({ module }) => module === 'nvidia')
          ? { confidence: 'certain', namesCause: true, rank: 4 }
          : null;
      case 'missing-program':
        return one.program === 'nvidia-modprobe' ? { confidence: 'likely', namesCause: true } : null;
    }
  }),
  judge(facts) {
    const { nodes, environment, kernelDriver } = facts;
    const files = valueOf(nodes) ?? [];
    const isThere = files.some(({ path, stat }) => path === '/dev/nvidia-uvm' && stat.state !== 'absent');
    if (isThere || inWsl(facts) || !files.some(({ path }) => /^\/dev\/nvidia\d+$/.test(path))) return [];
    const inside = inContainer(facts);
    // Outside a container the first CUDA program makes it, where it may: then that it is not there yet says nothing.
    if (!inside && (mayMakeIt(facts) || modulesHold(facts))) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'likely',
        summary: inside
          ? 'This container was given the GPU without /dev/nvidia-uvm: nvidia-smi works, CUDA does not'
          : 'nvidia-uvm is not loaded, and nvidia-modprobe, which would load it for a CUDA program, is not installed',
        evidence: [
          evidence(nodes, 'device files', (list) => list.map(({ path }) => path).join(', ')),
          evidence(kernelDriver.modules, 'loaded modules', (list) =>
            list.filter((name) => name.startsWith('nvidia')).join(', '),
          ),
          evidence(environment.nvidiaModprobe, 'nvidia-modprobe', (there) => (there ? 'there' : 'missing')),
        ],
        fix: !inside
          ? []
          : valueOf(facts.platform.container) === 'lxc'
            ? lxcDevices()
            : giveContainerItsGpu(facts),
      },
    ];
  },
  remedy: (facts) => [
    ...installModprobe(facts, 'Install nvidia-modprobe, which loads nvidia-uvm and makes its device file'),
    script('load-uvm', 'Load it now', 'nvidia-modprobe -u -c 0'),
  ],
};

function isHost({ platform }: Facts): boolean {
  return valueOf(platform.container) === null;
}

const mayMakeIt = ({ environment }: Facts): boolean => valueOf(environment.nvidiaModprobe) !== false;

const modulesHold = ({ kernelDriver }: Facts): boolean =>
  valueOf(kernelDriver.modules)?.includes('nvidia_uvm') !== false;
