/**
 * How the GPUs are: what was recorded of nvidia-smi in any form; on a running machine, where a driver runs and nvidia-smi works,
 * one more call for what its table leaves out.
 */
import { present, unknown, type Answer } from '../../../answer.ts';
import type { GpuStateFacts } from '../../../facts.ts';
import type { Machine } from '../../../machine.ts';
import { outputsOf, recordedOutputs, type Output } from '../../recorded.ts';
import type { SmiReport } from '../nvidia-smi.ts';
import { readingsIn, statesOf } from './parse.ts';
import { columnsAsked } from './query-csv.ts';
import type { Reading } from './reading.ts';

/** Of eight GPUs without persistence mode each is woken for it. */
const QUERY_LIMIT_MS = 15_000;

export async function probeGpuStates(
  machine: Machine,
  smi: Answer<SmiReport>,
): Promise<Answer<readonly GpuStateFacts[]>> {
  const outputs = recordedOutputs(machine, 'nvidia-smi');
  const readings = outputs.length > 0 ? outputs.flatMap(readingsOf) : await asking(machine, smi);
  const states = statesOf(readings);
  if (states.length > 0) return present(states, smi.from);
  return smi.state === 'absent'
    ? smi
    : unknown('failed', 'nvidia-smi says nothing of the state of a GPU', smi.from);
}

function readingsOf({ line, text }: Output): Reading[] {
  const readings = readingsIn(text, columnsAsked(line.flags));
  const isOfOne = [...line.flags].some((flag) => /^(?:-i|--id)=/.test(flag));
  return isOfOne ? readings.map((one) => (isNumbered(one) ? one : { ...one, index: null })) : readings;
}

/** Whether the output says which GPU it is: of others the first is counted as number 0, which is wrong where one was asked for. */
const isNumbered = ({ values }: Reading): boolean => values.has('table/name') || values.has('index');

const QUERY = ['nvidia-smi', '-q', '-x'] as const;

/** Only where nvidia-smi works: a broken one would break once more, and a hung one hang. */
async function asking(machine: Machine, smi: Answer<SmiReport>): Promise<Reading[]> {
  if (smi.state !== 'present' || smi.value.outcome !== 'ok') return [];
  const [query, table] = await Promise.all([
    machine.run(QUERY, { timeoutMs: QUERY_LIMIT_MS }),
    outputsOf(machine, ['nvidia-smi']),
  ]);
  return [
    ...(query.state === 'present' ? readingsIn(query.value.stdout) : []),
    ...(table.state === 'present' ? table.value.flatMap(readingsOf) : []),
  ];
}
