/**
 * GPUs that nvidia-smi cannot open, one line each instead of their part of any of its outputs. How it writes the address changed with
 * drivers 520 and 555; the reason is NVML's (nvmlErrorString).
 *
 *     Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.  Reboot the system to recover this GPU
 *     Unable to determine the device handle for GPU0000:02:00.0: Unknown Error
 *     Unable to determine the device handle for GPU3: 0000:5F:00.0: Unknown Error
 *     Unable to determine the device handle for GPU2: Unknown Error
 */
import type { GpuStateFacts } from '../../../facts.ts';
import { shortBusId } from '../lspci.ts';
import type { Reading } from './reading.ts';

export const REFUSED =
  /Unable to determine the device handle for (?:the )?GPU ?(\d{1,3}(?=: ))?:? ?([0-9A-F]{3,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-7])?: (\S.{0,300})/i;

const REASONS: readonly (readonly [RegExp, GpuStateFacts['failure']])[] = [
  [/^GPU is lost/i, 'lost'],
  [/^GPU requires reset/i, 'reset-required'],
  [/^Insufficient External Power/i, 'no-power'],
  [/issue with GPU interrupts/i, 'no-interrupts'],
  [/^(?:Unknown Error|Not Found)/i, 'no-handle'],
];

/** Null: of a permission or another reason that says nothing of the GPU. */
export const failureOf = (reason: string): GpuStateFacts['failure'] =>
  REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? null;

export function readRefused(lines: readonly string[]): Reading[] {
  return lines.flatMap((line) => {
    const [, index, bus, reason] = REFUSED.exec(line) ?? [];
    const failure = reason === undefined ? null : failureOf(reason);
    if (failure === null || (index === undefined && bus === undefined)) return [];
    return [
      {
        busId: bus === undefined ? null : shortBusId(bus),
        index: index === undefined ? null : Number(index),
        values: new Map(),
        failure,
      },
    ];
  });
}
