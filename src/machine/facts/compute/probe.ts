/**
 * Whether the GPUs compute: libcuda, loaded in a child process, runs a small kernel on each. Only where it was asked for, since the
 * driver may load its modules on the way; of a recording, what was recorded.
 */
import { mapAnswer, unknown, type Answer } from '../../answer.ts';
import type { ComputeFacts, DriverLibraryFacts, Facts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { cudaQuestion } from './question.ts';
import { computeFactsOf } from './read.ts';

/** @returns null where nobody asked */
export async function probeCompute(
  machine: Machine,
  wanted: boolean,
  look: { gpus: () => Promise<Facts['gpus']>; libraries: () => Promise<DriverLibraryFacts> },
): Promise<Answer<ComputeFacts> | null> {
  if (machine.isRecording && machine.isRunning) {
    const recorded = await asked(machine, SONAME);
    if (recorded.state !== 'unknown' || recorded.reason !== 'not-recorded') return recorded;
  }
  if (!wanted) return null;
  const gpus = await look.gpus();
  if (gpus.state === 'absent') return unknown('not-applicable', 'there is no NVIDIA GPU here', gpus.from);
  const { libcudaLoaded } = await look.libraries();
  if (libcudaLoaded.state === 'unknown') return libcudaLoaded;
  return libcudaLoaded.state === 'absent'
    ? unknown('not-applicable', `there is no ${SONAME} here that a program would load`, libcudaLoaded.from)
    : asked(machine, libcudaLoaded.value.path);
}

const SONAME = 'libcuda.so.1';

async function asked(machine: Machine, path: string): Promise<Answer<ComputeFacts>> {
  const answer = await machine.askLibrary(cudaQuestion(path));
  return mapAnswer(answer, (reply) => computeFactsOf(reply, answer.from.name));
}
