/**
 * Why a GPU does not run at its full clocks: the names that -q, its XML and a query's columns share, and the bits of the mask that
 * NVML and the column clocks_event_reasons.active give (nvml.h, nvmlClocksEventReason*).
 */
import type { ClockReason } from '../../../facts.ts';

const BITS: readonly (readonly [bit: number, reason: ClockReason])[] = [
  [0x1, 'gpu_idle'],
  [0x2, 'applications_clocks_setting'],
  [0x4, 'sw_power_cap'],
  [0x8, 'hw_slowdown'],
  [0x10, 'sync_boost'],
  [0x20, 'sw_thermal_slowdown'],
  [0x40, 'hw_thermal_slowdown'],
  [0x80, 'hw_power_brake_slowdown'],
  [0x100, 'display_clocks_setting'],
];

/** @param mask as NVML gives it; bits that are not known say nothing */
export const clockReasonsOf = (mask: number): ClockReason[] =>
  BITS.filter(([bit]) => (mask & bit) !== 0).map(([, reason]) => reason);

/** -q's "Idle" and "Display Clock Setting" are called otherwise in the other forms. */
const OTHER_NAMES: Readonly<Record<string, ClockReason>> = {
  idle: 'gpu_idle',
  display_clock_setting: 'display_clocks_setting',
};

const REASON = /^clocks_(?:throttle|event)_reasons[/.](?:\w+\/)?(?:clocks_(?:throttle|event)_reason_)?(\w+)$/;

/** The active ones of what an output says. Null: it says nothing of them. */
export function clockReasonsIn(values: ReadonlyMap<string, string>): readonly ClockReason[] | null {
  const found = new Set<ClockReason>();
  let isSaid = false;
  for (const [key, value] of values) {
    const name = REASON.exec(key)?.[1];
    if (name === undefined) continue;
    const mask = /^0x[0-9a-f]{1,16}$/i.exec(value)?.[0];
    if (name === 'active' && mask !== undefined) {
      isSaid = true;
      for (const reason of clockReasonsOf(Number(mask))) found.add(reason);
    }
    if (value !== 'Active' && value !== 'Not Active') continue;
    isSaid = true;
    const reason = OTHER_NAMES[name] ?? BITS.find(([, known]) => known === name)?.[1];
    if (value === 'Active' && reason !== undefined) found.add(reason);
  }
  return isSaid ? [...found] : null;
}
