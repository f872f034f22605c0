import { moreSharedMemory } from '../../fix/container.ts';
import { ask } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu'],
  severity: 'error',
  title: 'Shared memory (/dev/shm) is too small',
  // Their ENOSPC is that of /dev/shm; nothing on a disk helps.
  causes: [{ code: 'disk-full' }],
  related: ['disk-full', 'container-no-gpu'],
  textSummary: '/dev/shm has no room left: in a container it is 64 MiB unless told otherwise',
  hears: hearing(['shared-memory-full', 'error-code'], (one) => {
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
  next: [ask('How large is shared memory?', 'df', '-h', '/dev/shm')],
  remedy: moreSharedMemory,
};
