/**
 * How the GPUs are: what was recorded of nvidia-smi in any form; on a running machine, what NVML says where it can be asked, else
 * what nvidia-smi -q says; and what nvidia-smi's table says besides.
 */
import { present, unknown, type Answer, type Origin } from '../../../answer.ts';
import type { GpuStateFacts } from '../../../facts.ts';
import type { Machine } from '../../../machine.ts';
import { outputsOf, recordedOutputs, type Output } from '../../recorded.ts';
import type { SmiReport } from '../nvidia-smi.ts';
import { askNvml, type NvmlLook } from './nvml/probe.ts';
import { joinStates, readingsIn, statesOf } from './parse.ts';
import { columnsAsked } from './query-csv.ts';
import type { Reading } from './reading.ts';

/** Of eight GPUs without persistence mode each is woken for it. */
const QUERY_LIMIT_MS = 15_000;

export async function probeGpuStates(
  machine: Machine,
  smi: Answer<SmiReport>,
  look: () => Promise<NvmlLook>,
): Promise<Answer<readonly GpuStateFacts[]>> {
  // A broken nvidia-smi would break once more, and a hung one hang: it is NVML that breaks.
  const works = smi.state === 'absent' || (smi.state === 'present' && smi.value.outcome === 'ok');
  const fromNvml = works || machine.isRecording ? await askNvml(machine, await look()) : [];
  const outputs = recordedOutputs(machine, 'nvidia-smi');
  const readings =
    outputs.length > 0
      ? outputs.flatMap(readingsOf)
      : await asking(machine, smi, fromNvml.length > 0 && !fromNvml.some(mayNeedLicense));
  const states = joinStates(fromNvml, statesOf(readings));
  if (states.length > 0) return present(states, fromNvml.length > 0 ? NVML : smi.from);
  return smi.state === 'absent'
    ? smi
    : unknown('failed', 'nvidia-smi says nothing of the state of a GPU', smi.from);
}

/** Whether a virtual GPU has its licence nvidia-smi says alone. */
const mayNeedLicense = ({ virtualization }: GpuStateFacts): boolean =>
  virtualization === null || virtualization === 'VGPU';

const NVML: Origin = { kind: 'library', name: 'libnvidia-ml.so.1' };

function readingsOf({ line, text }: Output): Reading[] {
  const readings = readingsIn(text, columnsAsked(line.flags));
  const isOfOne = [...line.flags].some((flag) => /^(?:-i|--id)=/.test(flag));
  return isOfOne ? readings.map((one) => (isNumbered(one) ? one : { ...one, index: null })) : readings;
}

/** Whether the output says which GPU it is: of others the first is counted as number 0, which is wrong where one was asked for. */
const isNumbered = ({ values }: Reading): boolean => values.has('table/name') || values.has('index');

const QUERY = ['nvidia-smi', '-q', '-x'] as const;

/** @param told whether NVML has said already what the long form would say */
async function asking(machine: Machine, smi: Answer<SmiReport>, told: boolean): Promise<Reading[]> {
  if (smi.state !== 'present' || smi.value.outcome !== 'ok') return [];
  const [query, table] = await Promise.all([
    told ? null : machine.run(QUERY, { timeoutMs: QUERY_LIMIT_MS }),
    outputsOf(machine, ['nvidia-smi']),
  ]);
  return [
    ...(query?.state === 'present' ? readingsIn(query.value.stdout) : []),
    ...(table.state === 'present' ? table.value.flatMap(readingsOf) : []),
  ];
}
