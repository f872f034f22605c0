import { valueOf } from '../../../machine/answer.ts';
import { smiWorks } from '../../../machine/questions/driver.ts';
import { deviceFiles, isGpuNode } from '../../../machine/questions/gpu.ts';
import { inContainer, inJob } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { lxcDevices } from '../../fix/lent.ts';
import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu', 'device-nodes'],
  severity: 'error',
  title: 'The container lost its GPU while running',
  related: ['container-toolkit-misconfigured', 'device-permission-denied'],
  textSummary: 'The container lost its access to the GPU: systemd rewrote the cgroup rules of its devices',
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'nvml 999': { confidence: 'likely', namesCause: true },
      'nvml os': { confidence: 'likely', namesCause: true },
      'cuda os': { confidence: 'possible', rank: 7 },
    }),
  ),
  refutedBy: (facts) => smiWorks(facts),
  judge(facts) {
    if (!inContainer(facts) || inJob(facts) || smiWorks(facts)) return [];
    const files = deviceFiles(facts);
    const closed = files.filter(({ forbidden }) => forbidden);
    const smi = valueOf(facts.nvidiaSmi);
    // NVML's word for a device file that is there and cannot be opened.
    const unheard =
      smi?.outcome === 'failed' && /Failed to initialize NVML: Unknown Error/i.test(smi.excerpt);
    const given = files.some(({ path, stat }) => isGpuNode(path) && stat.state === 'present');
    if (closed.length === 0 && !(unheard && given)) return [];
    const names = closed.map(({ path }) => path).join(', ');
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: closed.length > 0 ? 'certain' : 'likely',
        summary:
          closed.length > 0
            ? `${names} ${closed.length > 1 ? 'are' : 'is'} there, but the rules of the container's cgroup do not allow to open ${closed.length > 1 ? 'them' : 'it'}`
            : "The device files are there, and NVML cannot open them: the rules of the container's cgroup no longer allow it",
        evidence: [
          evidence(facts.platform.container, 'container', String),
          ...closed.map(({ path, accessible }) => evidence(accessible, `${path} may be opened`, String)),
          ...(unheard ? [evidence(facts.nvidiaSmi, 'nvidia-smi', ({ excerpt }) => excerpt)] : []),
        ],
        fix: valueOf(facts.platform.container) === 'lxc' ? lxcDevices() : [],
      },
    ];
  },
  remedy: (facts) =>
    facts !== null && valueOf(facts.platform.container) === 'kubernetes' ? ofPod() : ofDocker(),
};

/** Its devices were let in behind containerd's back: it does not know of them when it writes the rules anew. */
const ofPod = (): FixStep[] => [
  byHand(
    'restart-pod',
    'Let the pod be made anew: delete the pod where something makes another (kubectl delete pod, kubectl rollout restart)',
  ),
  byHand(
    'device-specs',
    "For good: let NVIDIA's device plugin name the devices to the kubelet (its PASS_DEVICE_SPECS=true), or give them by CDI (its DEVICE_LIST_STRATEGY=cdi-cri)",
    { root: true },
  ),
  command(
    'dev-char',
    'Where the node has runc 1.1.3 or newer: make the links in /dev/char that it looks devices up by, on the node',
    ['nvidia-ctk', 'system', 'create-dev-char-symlinks', '--create-all'],
  ),
];

const ofDocker = (): FixStep[] => [
  byHand('restart-container', 'On the host, restart the container: it gets its GPU back'),
  byHand(
    'cgroupfs',
    'For good, on the host: "exec-opts": ["native.cgroupdriver=cgroupfs"] in /etc/docker/daemon.json (systemctl daemon-reload then no longer takes devices away)',
    { root: true },
  ),
  command('restart-docker', 'On the host, let Docker read it', ['systemctl', 'restart', 'docker']),
  byHand(
    'cdi',
    'Or give devices by name: --device /dev/nvidia0 --device /dev/nvidiactl --device /dev/nvidia-uvm, or by CDI',
    { alternativeTo: 'cgroupfs' },
  ),
];
