/** How GPUs are, from NVML's answers. Pure. */
import type { ComputeMode, GpuProcess, GpuStateFacts, NvLinkFacts } from '../../../../facts.ts';
import type { CallMade, CallFields } from '../../../../native/calls.ts';
import { shortBusId } from '../../lspci.ts';
import { clockReasonsOf } from '../clock-reasons.ts';

/** nvmlReturn_t */
const CORRUPTED_INFOROM = 14;
const UNKNOWN_ERROR = 999;
const FAILURES: Readonly<Record<number, GpuStateFacts['failure']>> = {
  6: 'no-handle',
  8: 'no-power',
  11: 'no-interrupts',
  15: 'lost',
  16: 'reset-required',
  [UNKNOWN_ERROR]: 'no-handle',
};

/** nvmlComputeMode_t, in its order */
const COMPUTE_MODES: readonly ComputeMode[] = [
  'default',
  'exclusive-thread',
  'prohibited',
  'exclusive-process',
];

/** NVML_GPU_RECOVERY_ACTION_*, in their order, in nvidia-smi's words. */
const RECOVERY = ['None', 'Reset', 'Reboot', 'Drain P2P', 'Drain and Reset'];

/** NVML_GPU_VIRTUALIZATION_MODE_*, in their order, in nvidia-smi's words. */
const VIRTUALIZATION = ['None', 'Pass-Through', 'VGPU', 'Host VGPU', 'Host VSGA'];

/** NVML_GPU_FABRIC_STATE_*, in their order; 0: it has none. */
const FABRIC = [null, 'Not Started', 'In Progress', 'Completed'];

/** NVML_PSTATE_UNKNOWN is 32. */
const SLOWEST_STATE = 15;

/** "Not available" is the largest number that there is. */
const NOT_AVAILABLE = 2 ** 60;

const MIB = 2 ** 20;

/** What every GPU that works can tell; by the names that nvidia-smi's forms have for it. */
const TELLING: Readonly<Record<string, string>> = {
  nvmlDeviceGetTemperature: 'temperature/gpu_temp',
  nvmlDeviceGetPerformanceState: 'performance_state',
  nvmlDeviceGetPowerUsage: 'power_readings/power_draw',
  nvmlDeviceGetUtilizationRates: 'utilization/gpu_util',
  nvmlDeviceGetMemoryInfo: 'fb_memory_usage/used',
};

/** Empty where NVML reached no GPU. */
export function statesFromNvml(calls: readonly CallMade[]): GpuStateFacts[] {
  const indexes = new Set(calls.flatMap(({ at }) => at?.['gpu'] ?? []));
  return [...indexes].map((index) =>
    stateFrom(
      index,
      calls.filter(({ at }) => at?.['gpu'] === index),
    ),
  );
}

function stateFrom(index: number, calls: readonly CallMade[]): GpuStateFacts {
  const number = (key: string): number | null => {
    const value = valueIn(calls, key);
    return typeof value === 'number' && value < NOT_AVAILABLE ? value : null;
  };
  const flag = (key: string): boolean | null => truth(number(key));
  const part = (key: string, name: string): number | null => {
    const value = (valueIn(calls, key) as CallFields | undefined)?.[name];
    return typeof value === 'number' && value < NOT_AVAILABLE ? value : null;
  };
  /** nvmlDeviceGetFieldValues answers each with a code of its own. */
  const field = (name: string): number | null =>
    part('values', `${name}Code`) === 0 ? part('values', name) : null;
  const mib = (name: string): number | null => scaled(part('memory', name), MIB);
  const watts = (key: string): number | null => {
    const milliwatts = number(key);
    return milliwatts === null ? null : milliwatts / 1000;
  };
  const mig = flag('mig');
  const state = number('performanceState');
  const name = valueIn(calls, 'name');
  return {
    busId: busId(part('pci', 'domain'), part('pci', 'bus'), part('pci', 'device')),
    index,
    name: typeof name === 'string' && name !== '' ? name : null,
    virtualization: VIRTUALIZATION[number('virtualization') ?? -1] ?? null,
    license: null,
    unreadable: calls.flatMap(({ call, code }) =>
      code === UNKNOWN_ERROR && TELLING[call] !== undefined ? [TELLING[call]] : [],
    ),
    failure: failureIn(calls),
    infoRom: infoRomIn(calls),
    persistence: flag('persistence'),
    computeMode: COMPUTE_MODES[number('computeMode') ?? -1] ?? null,
    mig,
    migPending: flag('migPending'),
    migInstances: mig === true ? instancesIn(calls) : null,
    volatileUncorrected: number('volatile'),
    aggregateUncorrected: number('aggregate'),
    sramThresholdExceeded: truth(part('sram', 'exceeded')),
    unrepairableMemory: null,
    repairPending: either(truth(part('repair', 'channel')), truth(part('repair', 'tpc'))),
    retiredPages: {
      single: field('retiredSingle'),
      double: field('retiredDouble'),
      pending: flag('retiredPending'),
    },
    remappedRows: {
      uncorrectable: number('remappedUncorrectable'),
      pending: flag('remapPending'),
      failed: flag('remapFailed'),
    },
    recoveryAction: RECOVERY[field('recovery') ?? -1] ?? null,
    clockReasons: mapped(number('reasons'), clockReasonsOf),
    performanceState: state === null || state > SLOWEST_STATE ? null : `P${state}`,
    utilization: part('utilization', 'gpu'),
    temperature: number('temperature'),
    slowdownTemperature: number('slowdownTemperature'),
    power: {
      draw: watts('powerDraw'),
      limit: watts('powerLimit'),
      enforced: watts('powerEnforced'),
      default: watts('powerDefault'),
    },
    pcie: {
      generation: { now: number('generationNow'), most: number('generationMost') },
      width: { now: number('widthNow'), most: number('widthMost') },
    },
    memory: { usedMiB: mib('used'), totalMiB: mib('total') },
    processes: processesIn(calls),
    nvlinks: linksIn(calls),
    // Which NVLinks lead to which GPU takes more than a call, and where switches join them says nothing.
    peers: null,
    fabric: fabricIn(part('fabric', 'state'), part('fabric', 'status')),
  };
}

/** In the order of the question: of two functions that say the same the first that answered. */
function valueIn(calls: readonly CallMade[], key: string): unknown {
  return calls.find(({ out }) => out?.[key] !== undefined)?.out?.[key];
}

const truth = (value: number | null): boolean | null => (value === null ? null : value !== 0);

const either = (a: boolean | null, b: boolean | null): boolean | null =>
  a === null && b === null ? null : a === true || b === true;

const mapped = <T>(value: number | null, change: (value: number) => T): T | null =>
  value === null ? null : change(value);

const scaled = (value: number | null, unit: number): number | null =>
  mapped(value, (one) => Math.round(one / unit));

function busId(domain: number | null, bus: number | null, device: number | null): string | null {
  if (domain === null || bus === null || device === null) return null;
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return shortBusId(`${hex(domain, 8)}:${hex(bus, 2)}:${hex(device, 2)}.0`);
}

/** That it has no handle, or what it answers with whatever it is asked. */
function failureIn(calls: readonly CallMade[]): GpuStateFacts['failure'] {
  const [handle] = calls;
  if (handle !== undefined && handle.code !== 0 && handle.code !== null) return FAILURES[handle.code] ?? null;
  const codes = calls.map(({ code }) => (code === null ? null : FAILURES[code]));
  return codes.find((one) => one === 'lost' || one === 'reset-required') ?? null;
}

function infoRomIn(calls: readonly CallMade[]): GpuStateFacts['infoRom'] {
  const code = calls.find(({ call }) => call === 'nvmlDeviceValidateInforom')?.code;
  return code === 0 ? 'valid' : code === CORRUPTED_INFOROM ? 'corrupted' : null;
}

const instancesIn = (calls: readonly CallMade[]): number | null => {
  const asked = calls.filter(({ call }) => call === 'nvmlDeviceGetMigDeviceHandleByIndex');
  return asked.length === 0 ? null : asked.filter(({ code }) => code === 0).length;
};

/** Null where NVML lists neither those that compute nor those that draw. */
function processesIn(calls: readonly CallMade[]): readonly GpuProcess[] | null {
  const lists = (['Compute', 'Graphics'] as const).flatMap((kind) => {
    const answered = calls.find(
      ({ call, code }) => call.startsWith(`nvmlDeviceGet${kind}Running`) && code === 0,
    );
    const list = answered?.out?.['programs'] as readonly CallFields[] | undefined;
    return list === undefined ? [] : [list.map((one) => processFrom(one, kind === 'Compute'))];
  });
  if (lists.length === 0) return null;
  const byPid = new Map<number, GpuProcess>();
  for (const one of lists.flat()) if (!byPid.has(one.pid)) byPid.set(one.pid, one);
  return [...byPid.values()];
}

function processFrom({ pid, used }: CallFields, computes: boolean): GpuProcess {
  const known = typeof used === 'number' && used < NOT_AVAILABLE;
  return { pid: Number(pid), computes, name: null, usedMiB: known ? Math.round(used / MIB) : null };
}

/** Null: it has none, or does not tell. */
function linksIn(calls: readonly CallMade[]): readonly NvLinkFacts[] | null {
  const states = calls.filter(({ call, code }) => call === 'nvmlDeviceGetNvLinkState' && code === 0);
  if (states.length === 0) return null;
  return states.map(({ at, out }) => {
    const link = at!['link']!;
    const counted = calls.flatMap((one) =>
      one.at?.['link'] === link && typeof one.out?.['errors'] === 'number' ? [one.out['errors']] : [],
    );
    return {
      link,
      active: out?.['active'] === 1,
      errors: counted.length === 0 ? null : counted.reduce((sum, errors) => sum + errors, 0),
    };
  });
}

function fabricIn(state: number | null, status: number | null): GpuStateFacts['fabric'] {
  const known = FABRIC[state ?? 0] ?? null;
  if (known === null) return { state: null, status: null };
  // The status is of joining it: before that is over it is none.
  if (known !== 'Completed' || status === null) return { state: known, status: null };
  return { state: known, status: status === 0 ? 'Success' : `NVML error ${status}` };
}
