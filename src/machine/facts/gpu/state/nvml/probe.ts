/**
 * How the GPUs are, asked of the driver's own library in a child process: one start instead of the two that nvidia-smi takes. Only
 * where library, driver and GPU are there; of a recording, what was recorded.
 */
import { valueOf, type Answer } from '../../../../answer.ts';
import type {
  Facts,
  GpuProcess,
  GpuStateFacts,
  KernelDriverFacts,
  PlatformFacts,
} from '../../../../facts.ts';
import { findLibrary, type Architecture } from '../../../../loader.ts';
import type { Machine } from '../../../../machine.ts';
import { nvmlQuestion } from './question.ts';
import { statesFromNvml } from './read.ts';

const SONAME = 'libnvidia-ml.so.1';

export interface NvmlLook {
  gpus: Facts['gpus'];
  moduleVersion: KernelDriverFacts['moduleVersion'];
  platform: Pick<PlatformFacts, 'architecture' | 'container' | 'wsl'>;
}

/** Empty: it was not asked, or says nothing. */
export async function askNvml(machine: Machine, look: NvmlLook): Promise<GpuStateFacts[]> {
  const path = machine.isRecording ? SONAME : await libraryWorthAsking(machine, look);
  if (path === null) return [];
  const answer = await machine.askLibrary(nvmlQuestion(path));
  if (answer.state !== 'present' || answer.value.outcome !== 'answered') return [];
  const states = statesFromNvml(answer.value.calls);
  // Inside a container processes have other numbers than the driver knows.
  if (valueOf(look.platform.container) !== null) return states;
  return Promise.all(
    states.map(async (state) => ({ ...state, processes: await named(machine, state.processes) })),
  );
}

async function libraryWorthAsking(
  machine: Machine,
  { gpus, moduleVersion, platform }: NvmlLook,
): Promise<string | null> {
  const driverRuns = moduleVersion.state === 'present' || valueOf(platform.wsl) === 2;
  if (gpus.state !== 'present' || !driverRuns) return null;
  const architecture: Architecture = valueOf(platform.architecture) === 'aarch64' ? 'aarch64' : 'x86-64';
  const found: Answer<{ path: string }> = await findLibrary(machine, SONAME, { architecture });
  return valueOf(found)?.path ?? null;
}

/** By the kernel's short name of the program. */
async function named(
  machine: Machine,
  processes: GpuStateFacts['processes'],
): Promise<GpuStateFacts['processes']> {
  if (processes === null) return null;
  return Promise.all(
    processes.map(async (one): Promise<GpuProcess> => {
      const name = valueOf(await machine.readFile(`/proc/${one.pid}/comm`))?.text.trim();
      return { ...one, name: name === undefined || name === '' ? null : name };
    }),
  );
}
