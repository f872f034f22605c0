/** The state of a GPU from what one output says of it, whichever form that has. */
import type { ComputeMode, GpuStateFacts } from '../../../facts.ts';
import { clockReasonsIn } from './clock-reasons.ts';
import type { Reading } from './reading.ts';

/** Names of one thing: in -q's text, in its XML, in a query's columns, in the table. Older and newer drivers differ. */
const NAMES = {
  name: ['product_name', 'name', 'gpu_name', 'table/name'],
  virtualization: ['gpu_virtualization_mode/virtualization_mode', 'virtualization_mode'],
  license: ['vgpu_software_licensed_product/license_status', 'grid_licensed_product/license_status'],
  persistence: ['persistence_mode', 'table/persistence'],
  computeMode: ['compute_mode', 'table/compute_mode'],
  mig: ['mig_mode/current', 'mig_mode/current_mig', 'mig.mode.current', 'table/mig'],
  migPending: ['mig_mode/pending', 'mig_mode/pending_mig', 'mig.mode.pending'],
  volatileUncorrected: [
    'ecc_errors/volatile/double_bit/total',
    'ecc.errors.uncorrected.volatile.total',
    'table/ecc',
  ],
  aggregateUncorrected: ['ecc_errors/aggregate/double_bit/total', 'ecc.errors.uncorrected.aggregate.total'],
  sramThreshold: [
    'ecc_errors/aggregate/sram_threshold_exceeded',
    'ecc.errors.uncorrected.aggregate.sram.thresholdexceeded',
  ],
  unrepairable: ['ecc_errors/unrepairable_memory'],
  channelRepair: ['ecc_errors/channel_repair_pending'],
  tpcRepair: ['ecc_errors/tpc_repair_pending'],
  retiredSingle: [
    'retired_pages/single_bit_ecc',
    'retired_pages/multiple_single_bit_retirement/retired_count',
    'retired_pages.single_bit_ecc.count',
    'retired_pages.sbe',
  ],
  retiredDouble: [
    'retired_pages/double_bit_ecc',
    'retired_pages/double_bit_retirement/retired_count',
    'retired_pages.double_bit.count',
    'retired_pages.dbe',
  ],
  retiredPending: [
    'retired_pages/pending_page_blacklist',
    'retired_pages/pending',
    'retired_pages/pending_retirement',
    'retired_pages/pending_blacklist',
    'retired_pages.pending',
  ],
  remapPending: ['remapped_rows/pending', 'remapped_rows/remapped_row_pending', 'remapped_rows.pending'],
  remapFailed: [
    'remapped_rows/remapping_failure_occurred',
    'remapped_rows/remapped_row_failure',
    'remapped_rows.failure',
  ],
  remappedUncorrectable: [
    'remapped_rows/uncorrectable_error',
    'remapped_rows/remapped_row_unc',
    'remapped_rows.uncorrectable',
  ],
  recoveryAction: ['gpu_recovery_action', 'gpu_recovery_action/action'],
  resetRequired: ['gpu_reset_status/reset_required', 'reset_status.reset_required'],
  temperature: [
    'temperature/gpu_current_temp',
    'temperature/gpu_temp',
    'temperature/gpu',
    'temperature.gpu',
    'table/temperature',
  ],
  slowdownAt: ['temperature/gpu_slowdown_temp', 'temperature/gpu_temp_slow_threshold'],
  generationNow: [
    'pci/gpu_link_info/pcie_generation/current',
    'pci/pci_gpu_link_info/pcie_gen/current_link_gen',
    'pcie.link.gen.current',
    'pcie.link.gen.gpucurrent',
  ],
  generationMost: [
    'pci/gpu_link_info/pcie_generation/max',
    'pci/pci_gpu_link_info/pcie_gen/max_link_gen',
    'pcie.link.gen.max',
  ],
  widthNow: [
    'pci/gpu_link_info/link_width/current',
    'pci/pci_gpu_link_info/link_widths/current_link_width',
    'pcie.link.width.current',
  ],
  widthMost: [
    'pci/gpu_link_info/link_width/max',
    'pci/pci_gpu_link_info/link_widths/max_link_width',
    'pcie.link.width.max',
  ],
  // Of the whole board: newer drivers print the memory's, and a module's, in sections of their own.
  powerDraw: [
    'gpu_power_readings/instantaneous_power_draw',
    'gpu_power_readings/instant_power_draw',
    'gpu_power_readings/power_draw',
    'power_readings/power_draw',
    'power.draw.instant',
    'power.draw',
    'table/power',
  ],
  powerLimit: ['gpu_power_readings/requested_power_limit', 'power_readings/power_limit', 'power.limit'],
  // Driver 535 has given the enforced limit another name.
  powerEnforced: [
    'gpu_power_readings/current_power_limit',
    'power_readings/enforced_power_limit',
    'enforced.power.limit',
    'table/power_cap',
  ],
  powerDefault: [
    'gpu_power_readings/default_power_limit',
    'power_readings/default_power_limit',
    'power.default_limit',
  ],
  performanceState: ['performance_state', 'pstate', 'table/performance_state'],
  utilization: ['utilization/gpu', 'utilization/gpu_util', 'utilization.gpu', 'table/utilization'],
  infoRom: ['inforom.checksum_validation', 'warning/inforom'],
  memoryUsed: ['fb_memory_usage/used', 'memory.used', 'table/used'],
  memoryTotal: ['fb_memory_usage/total', 'memory.total', 'table/total'],
  fabricState: ['fabric/state', 'fabric.state'],
  fabricStatus: ['fabric/status', 'fabric.status'],
  migDevices: ['mig_devices'],
} as const;

type Named = keyof typeof NAMES;

/** How nvidia-smi says that it has no answer to give. */
const NO_ANSWER =
  /^\[?(?:N\/A|Not (?:Supported|Found|Available)|Insufficient Permissions|Requested functionality has been deprecated|Off|None found)\]?$/i;

/** How it says that the driver could not get one from the GPU. */
const FAILED = /^\[?(?:ERR!|Unknown Error|GPU is lost|GPU requires reset|Reset required|No data)\]?$/i;

export function stateOf({
  busId,
  index,
  values,
  processes,
  nvlinks,
  peers,
  failure,
}: Reading): GpuStateFacts {
  const text = (named: Named): string | null => {
    for (const key of NAMES[named]) {
      const value = values.get(key);
      if (value !== undefined && !NO_ANSWER.test(value) && !FAILED.test(value)) return value;
    }
    return null;
  };
  const number = (named: Named): number | null => {
    const found = /^-?\d{1,15}(?:\.\d{1,6})?/.exec(text(named) ?? '')?.[0];
    return found === undefined ? null : Number(found);
  };
  const flag = (named: Named): boolean | null => {
    const value = text(named)?.toLowerCase();
    if (value === undefined) return null;
    return /^(?:yes|enabled|on|active|1|true)$/.test(value)
      ? true
      : /^(?:no|disabled|off|not active|0|false)$/.test(value)
        ? false
        : null;
  };
  const sum = (named: Named, pattern: RegExp): number | null => number(named) ?? summed(values, pattern);
  return {
    busId,
    index,
    name: text('name'),
    virtualization: text('virtualization'),
    license: text('license'),
    unreadable: [...values]
      .filter(([, value]) => FAILED.test(value))
      .map(([key]) => key.replace(/^table\//, '')),
    failure: failure ?? failureIn(values),
    infoRom: infoRom(text('infoRom')),
    persistence: flag('persistence'),
    computeMode: computeMode(text('computeMode')),
    mig: flag('mig'),
    migPending: flag('migPending'),
    migInstances: number('migDevices') ?? migInstances(values),
    volatileUncorrected: sum('volatileUncorrected', /^ecc_errors\/volatile\/[sd]ram_uncorrectable/),
    aggregateUncorrected: sum('aggregateUncorrected', /^ecc_errors\/aggregate\/[sd]ram_uncorrectable/),
    sramThresholdExceeded: flag('sramThreshold'),
    unrepairableMemory: flag('unrepairable'),
    repairPending: either(flag('channelRepair'), flag('tpcRepair')),
    retiredPages: {
      single: number('retiredSingle'),
      double: number('retiredDouble'),
      pending: flag('retiredPending'),
    },
    remappedRows: {
      uncorrectable: number('remappedUncorrectable'),
      pending: flag('remapPending'),
      failed: flag('remapFailed'),
    },
    recoveryAction: text('recoveryAction') ?? (flag('resetRequired') === true ? 'Reset' : null),
    clockReasons: clockReasonsIn(values),
    performanceState: /^P\d{1,2}$/.exec(text('performanceState') ?? '')?.[0] ?? null,
    utilization: number('utilization'),
    temperature: number('temperature'),
    slowdownTemperature: number('slowdownAt'),
    power: {
      draw: number('powerDraw'),
      limit: number('powerLimit'),
      enforced: number('powerEnforced'),
      default: number('powerDefault'),
    },
    pcie: {
      generation: { now: number('generationNow'), most: number('generationMost') },
      width: { now: number('widthNow'), most: number('widthMost') },
    },
    memory: { usedMiB: number('memoryUsed'), totalMiB: number('memoryTotal') },
    processes: processes ?? null,
    nvlinks: nvlinks ?? null,
    peers: peers ?? null,
    fabric: { state: text('fabricState'), status: text('fabricStatus') },
  };
}

const either = (a: boolean | null, b: boolean | null): boolean | null =>
  a === null && b === null ? null : a === true || b === true;

/** Counters of the parts that newer drivers print, without a total. Null: none of them has a number. */
function summed(values: ReadonlyMap<string, string>, pattern: RegExp): number | null {
  const counts = [...values].flatMap(([key, value]) =>
    pattern.test(key) && /^\d{1,15}$/.test(value) ? [Number(value)] : [],
  );
  return counts.length === 0 ? null : counts.reduce((all, one) => all + one, 0);
}

function failureIn(values: ReadonlyMap<string, string>): GpuStateFacts['failure'] {
  const said = [...values.values()].filter((value) => FAILED.test(value));
  if (said.some((value) => /lost/i.test(value))) return 'lost';
  return said.some((value) => /reset/i.test(value)) ? 'reset-required' : null;
}

/** "valid" and "invalid" are a query's words; the warning below a table names the GPU whose infoROM is corrupted. */
function infoRom(text: string | null): GpuStateFacts['infoRom'] {
  if (text === null) return null;
  if (/^valid$/i.test(text)) return 'valid';
  return /^(?:invalid|corrupted)$/i.test(text) ? 'corrupted' : null;
}

function computeMode(text: string | null): ComputeMode | null {
  if (text === null) return null;
  if (/^default/i.test(text)) return 'default';
  if (/^prohibited/i.test(text)) return 'prohibited';
  if (/thread/i.test(text)) return 'exclusive-thread';
  return /^e\.|exclusive/i.test(text) ? 'exclusive-process' : null;
}

/** -q lists them as "MIG Device 0" below "MIG Devices", XML as mig_device; both say "None" where there is none. */
function migInstances(values: ReadonlyMap<string, string>): number | null {
  if (/^none$/i.test(values.get('mig_devices') ?? '')) return 0;
  const devices = new Set(
    [...values.keys()].flatMap((key) => /^mig_devices?\/(mig_device[^/]*)/.exec(key)?.[1] ?? []),
  );
  return devices.size === 0 ? null : devices.size;
}
