import { byHand } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';
import { heardXid } from '../../witness/xid-verdict.ts';

/** A cleanup after another error: alone it says that a program was ended. */
const CLEANUP = 45;

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'warning',
  title: 'A program made an error on the GPU; the card is not at fault',
  explainedBy: [
    { code: 'gpu-fell-off-bus' },
    { code: 'ecc-or-xid-hardware-fault' },
    { code: 'gsp-timeout' },
    { code: 'nvlink-fault' },
    { code: 'gpu-power-cable-missing' },
  ],
  related: ['ecc-or-xid-hardware-fault', 'out-of-gpu-memory'],
  textSummary:
    'A program (or a library under it) made an error on the GPU, and was ended; the card itself is well',
  hears: hearing(['xid', 'error-code', 'trouble'], (one, all) => {
    if (one.kind === 'trouble') return heardTrouble(one, { 'forked-after-start': FORKED });
    if (one.kind === 'error-code')
      return heardError(one, {
        // A launch with more threads, blocks or memory than there can be
        'cuda cudaErrorInvalidConfiguration': { confidence: 'possible', rank: 20 },
        'cuda 700': { confidence: 'likely', namesCause: true },
        'cuda 710': { confidence: 'likely', namesCause: true },
        'cuda 715': { confidence: 'likely', namesCause: true },
        'cuda 716': { confidence: 'likely', namesCause: true },
        'cuda 717': { confidence: 'likely', namesCause: true },
        'cuda 718': { confidence: 'likely', namesCause: true },
        'cuda 719': { confidence: 'possible' },
        // What another call left behind, or the call after it: it names no cause.
        'any program': { confidence: 'possible', rank: 20 },
      });
    if (one.number === CLEANUP && followsFromAnother(one, all)) return null;
    return heardXid('application-fault', one);
  }),
  remedy: () => [
    byHand('restart-program', 'Start the program again; the GPU and the other programs go on'),
    byHand(
      'find-place',
      'To find the place: let every call wait for its end (slow; CUDA_LAUNCH_BLOCKING=1 before the program), and read which one fails first',
    ),
    byHand(
      'memcheck',
      'Or let the memory checker of the CUDA toolkit watch it: compute-sanitizer before the program',
      { alternativeTo: 'find-place' },
    ),
    byHand(
      'other-program',
      'It comes with every program, also with ones that work elsewhere: then look at the card (nvidia-smi -q -d ECC, another slot, another driver)',
    ),
  ],
};

const FORKED: Heard = {
  severity: 'error',
  confidence: 'certain',
  namesCause: true,
  summary:
    'A process uses CUDA that its parent had started before it was forked: that cannot be gone on with',
  fix: [
    byHand(
      'spawn',
      'Start the processes anew in the place of forking them: multiprocessing.set_start_method("spawn") before anything else (vLLM: VLLM_WORKER_MULTIPROC_METHOD=spawn), with the program below if __name__ == "__main__"',
    ),
    byHand(
      'cuda-later',
      'Or touch no GPU before the fork: no torch.cuda call, no tensor on the GPU at the top of a module or in the data set',
      { alternativeTo: 'spawn' },
    ),
  ],
};

const followsFromAnother = (one: TestimonyOf<'xid'>, all: Witness): boolean =>
  one.causedBy === undefined &&
  all.of('xid').some(({ number, pci }) => number !== CLEANUP && (pci === one.pci || pci === null));
