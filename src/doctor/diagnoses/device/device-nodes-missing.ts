import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { moduleLoaded, smiWorks } from '../../../machine/questions/driver.ts';
import { gpusOf, isGpuNode } from '../../../machine/questions/gpu.ts';
import { inContainer, inWsl, onJetson } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { giveContainerItsGpu } from '../../fix/container.ts';
import { windowsDriver } from '../../fix/driver.ts';
import { jetsonModule } from '../../fix/jetson.ts';
import { ask, byHand, command, inPlaceOf, script } from '../../fix/steps.ts';
import { installModprobe } from '../../fix/system.ts';
import { hearing, type DiagnosisDefinition, type Finding, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The device files /dev/nvidia* are missing',
  explainedBy: [{ code: 'no-nvidia-gpu' }],
  related: ['uvm-missing', 'container-no-gpu', 'module-not-loaded', 'device-permission-denied'],
  textSummary: 'The device files /dev/nvidia* are missing here',
  hears: hearing(['error-code', 'device-file', 'trouble'], (one) => {
    if (one.kind === 'device-file')
      return one.why === 'missing' && !one.path.includes('-uvm')
        ? { confidence: 'certain', namesCause: true }
        : null;
    if (one.kind === 'trouble')
      return heardTrouble(one, { 'driver-not-answering': { confidence: 'possible', rank: 2 } });
    return heardError(one, { 'cuda 100': { confidence: 'possible', rank: 4 } });
  }),
  next: [
    ask(
      'Are the device files there, and may you open them?',
      'ls',
      '-l',
      '/dev/nvidiactl',
      '/dev/nvidia0',
      '/dev/nvidia-uvm',
    ),
  ],
  refutedBy: (facts) =>
    smiWorks(facts) ||
    (valueOf(facts.nodes) ?? []).some(
      ({ path, stat }) => /\/nvidia\d+$/.test(path) && stat.state === 'present',
    ),
  judge(facts) {
    // A working nvidia-smi has just opened them.
    if (smiWorks(facts) || facts.nodes.state === 'unknown') return [];
    if (inWsl(facts)) return inContainer(facts) ? [] : wslsMissing(facts);
    if (onJetson(facts)) return inContainer(facts) ? [] : jetsonsMissing(facts);
    const paths = nodePaths(facts);
    const missing = ['/dev/nvidiactl', '/dev/nvidia0'].filter(
      (path) => !(path === '/dev/nvidia0' ? paths.some((p) => /\/nvidia\d+$/.test(p)) : paths.includes(path)),
    );
    const gpuExpected = gpusOf(facts).length > 0 || moduleLoaded(facts) === true;
    if (missing.length === 0 || !gpuExpected) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'certain',
        summary: `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing${moduleLoaded(facts) === true ? ' although the nvidia module is loaded' : ''}`,
        evidence: [
          evidence(facts.nodes, 'device files', (list) => list.map(({ path }) => path).join(', ') || 'none'),
          evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String),
        ],
        fix: [],
      },
    ];
  },
  remedy,
};

/** WSL 2 has one for all GPUs of Windows. */
function wslsMissing(facts: Facts): Finding[] {
  if (valueOf(facts.platform.wsl) !== 2 || nodePaths(facts).some(isGpuNode)) return [];
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'certain',
      summary: 'Windows lends its GPU to no program in this WSL: /dev/dxg is missing',
      evidence: [
        evidence(facts.platform.wsl, 'WSL', String),
        evidence(facts.nodes, 'device files', () => 'no /dev/dxg'),
        evidence(facts.platform.kernel, 'kernel', ({ release }) => release),
      ],
      fix: lendToWsl(),
    },
  ];
}

/** nvgpu makes its own; up to L4T 34 those of nvhost, since then those of nvgpu too, and with the drivers of servers /dev/nvidia0. */
function jetsonsMissing(facts: Facts): Finding[] {
  const there = nodePaths(facts).filter(isGpuNode);
  // That of its memory is another module's.
  if (there.some((path) => path !== '/dev/nvmap')) return [];
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'certain',
      summary: `The device files of this Jetson's GPU are missing${moduleRuns(facts) === false ? ': its module nvgpu is not loaded' : ''}`,
      evidence: [
        evidence(facts.platform.jetson, 'Jetson', String),
        evidence(facts.nodes, 'device files', () => there.join(', ') || 'none'),
        evidence(facts.kernelDriver.modules, 'loaded modules', (list) =>
          list.filter((name) => name.startsWith('nv')).join(', '),
        ),
        evidence(facts.platform.kernel, 'kernel', ({ release }) => release),
      ],
      fix: jetsonModule(facts),
    },
  ];
}

/** Whether the module of a Jetson's GPU runs; where the kernel has it built in, no list names it. */
const moduleRuns = ({ kernelDriver }: Facts): boolean | undefined =>
  valueOf(kernelDriver.modules)?.some((name) => name === 'nvgpu' || name === 'nvidia');

/** Nodes that are not known to be missing. */
const nodePaths = (facts: Facts): string[] =>
  (valueOf(facts.nodes) ?? []).filter(({ stat }) => stat.state !== 'absent').map(({ path }) => path);

function remedy(facts: Facts | null): FixStep[] {
  if (facts !== null && onJetson(facts) && !inContainer(facts)) return jetsonModule(facts);
  if (facts !== null && inContainer(facts)) return giveContainerItsGpu(facts);
  if (facts !== null && inWsl(facts)) return lendToWsl();
  const create = script(
    'create-nodes',
    'Create the device files (nvidia-modprobe does it for every user; nvidia-smi as root does too)',
    'nvidia-modprobe -c 0 -u',
  );
  const install = installModprobe(facts, 'Install nvidia-modprobe, which creates them whenever CUDA starts');
  const maybeContainer = facts === null || facts.platform.container.state === 'unknown';
  return [
    create,
    ...install,
    ...(maybeContainer ? inPlaceOf('create-nodes', giveContainerItsGpu(facts)) : []),
  ];
}

const lendToWsl = (): FixStep[] => [
  byHand(
    'wsl-gpu-on',
    'See that nothing switches it off: no line gpuSupport=false in %UserProfile%\\.wslconfig in Windows, no enabled = false under [gpu] in /etc/wsl.conf here',
  ),
  command('wsl-update', 'Update WSL and its kernel, in a Windows terminal', ['wsl.exe', '--update'], {
    root: false,
  }),
  ...windowsDriver(),
];
