/** The process that --pid names. */
import { usageError, type GpuSetupError } from '../base/errors.ts';

/** @throws GpuSetupError `process-not-found` where it is no number of a process */
export function pidOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(word)) return Number(word);
  throw usageError('process-not-found', `--pid takes the number of a process, not "${word}"`, {
    hint: 'nvidia-smi and ps show them',
  });
}

export const processGone = (pid: number): GpuSetupError =>
  usageError('process-not-found', `there is no process ${pid}: it has ended, or never was`, {
    hint: 'nvidia-smi and ps show those that run',
  });
