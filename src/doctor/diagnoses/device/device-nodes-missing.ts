import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { moduleLoaded, smiWorks } from '../../../machine/questions/driver.ts';
import { gpusOf } from '../../../machine/questions/gpu.ts';
import { inContainer, inWsl } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { giveContainerItsGpu } from '../../fix/container.ts';
import { ask, inPlaceOf, script } from '../../fix/steps.ts';
import { installModprobe } from '../../fix/system.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  notOnJetson: true,
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
    // A working nvidia-smi has just opened them; under WSL there are none.
    if (inWsl(facts) || smiWorks(facts) || facts.nodes.state === 'unknown') return [];
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

/** Nodes that are not known to be missing. */
const nodePaths = (facts: Facts): string[] =>
  (valueOf(facts.nodes) ?? []).filter(({ stat }) => stat.state !== 'absent').map(({ path }) => path);

function remedy(facts: Facts | null): FixStep[] {
  if (facts !== null && inContainer(facts)) return giveContainerItsGpu(facts);
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
