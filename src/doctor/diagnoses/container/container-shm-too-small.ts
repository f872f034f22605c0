import type { FrameworkName } from '../../../compat/frameworks.ts';
import { sharedMemory } from '../../../compat/shared-memory.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts, PythonFacts } from '../../../machine/facts.ts';
import { deviceFiles, isGpuNode } from '../../../machine/questions/gpu.ts';
import { evidence } from '../../evidence.ts';
import { moreSharedMemory } from '../../fix/container.ts';
import { ask } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Finding } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu'],
  severity: 'error',
  title: 'Shared memory (/dev/shm) is too small',
  // Their ENOSPC is that of /dev/shm; nothing on a disk helps.
  causes: [{ code: 'disk-full' }],
  related: ['disk-full', 'container-no-gpu'],
  textSummary: '/dev/shm has no room left: in a container it is 64 MiB unless told otherwise',
  hears: hearing(['shared-memory-full', 'error-code'], (one, all) => {
    // Of the calls to the system that may fail, it was then one to another rank.
    if (one.kind === 'error-code' && all.of('trouble').some(({ what }) => what === 'collective-timed-out'))
      return null;
    if (one.kind === 'error-code')
      return heardError(one, { 'nccl os': { confidence: 'possible', rank: 14 } });
    const { asker } = one;
    return {
      confidence: 'likely',
      namesCause: true,
      rank: 12,
      ...(asker === null
        ? {}
        : {
            summary: `${asker} finds no room in /dev/shm: in a container it is 64 MiB unless told otherwise`,
          }),
    };
  }),
  judge(facts) {
    const memory = valueOf(facts.lent.sharedMemory);
    if (memory === undefined || memory.totalBytes === 0 || !isRunInImage(facts)) return [];
    const mebibytes = Math.round(memory.totalBytes / 2 ** 20);
    const found = (finding: Pick<Finding, 'severity' | 'confidence' | 'summary'>): Finding[] => [
      {
        subject: 'machine',
        ...finding,
        evidence: [
          evidence(
            facts.lent.sharedMemory,
            '/dev/shm',
            ({ freeBytes }) => `${mebibytes} MiB, of which ${Math.floor(freeBytes / 2 ** 20)} MiB are free`,
          ),
          evidence(facts.python, 'frameworks', (python) => users(python).join(', ') || 'none'),
        ],
        fix: [],
      },
    ];
    if (memory.freeBytes < 2 ** 20)
      return found({
        severity: 'error',
        confidence: 'certain',
        summary: `/dev/shm of this container is full (${mebibytes} MiB): whatever shares memory between processes fails`,
      });
    const using = users(valueOf(facts.python));
    const several = gpuCount(facts) > 1;
    const enough = sharedMemory(several ? 'several-gpus' : 'default').bytes;
    // What has just the default works for one process; it is the workers of a DataLoader that need more.
    const isSmall = several ? memory.totalBytes < enough : memory.totalBytes <= enough;
    if (using.length === 0 || !isSmall) return [];
    return found({
      severity: several ? 'warning' : 'info',
      confidence: several ? 'likely' : 'possible',
      summary: `/dev/shm of this container has ${mebibytes} MiB: too few for ${several ? `${using.join(', ')} on several GPUs` : `workers that load data for ${using.join(', ')}`}`,
    });
  },
  next: [ask('How large is shared memory?', 'df', '-h', '/dev/shm')],
  remedy: moreSharedMemory,
};

/** What is made from an image has a /dev/shm of its own, of the size that its runtime was told; others share that of a machine. */
const isRunInImage = ({ platform }: Facts): boolean =>
  ['docker', 'podman', 'kubernetes', 'other'].includes(valueOf(platform.container) ?? '');

/** Their processes hand batches, and NCCL its buffers, to one another through it. */
const SHARING: readonly FrameworkName[] = ['torch', 'tensorflow', 'jax', 'vllm'];

const users = (python: PythonFacts | undefined): string[] => [
  ...new Set(
    (python?.frameworks ?? []).flatMap(({ framework }) => (SHARING.includes(framework) ? [framework] : [])),
  ),
];

const gpuCount = (facts: Facts): number =>
  deviceFiles(facts).filter(({ path, forbidden }) => isGpuNode(path) && !forbidden).length;
