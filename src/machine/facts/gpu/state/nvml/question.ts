/**
 * What libnvidia-ml is asked about each GPU. Names, structures and numbers are those of nvml.h; a function that an older library does
 * not have is not called, and leaves what it would say unknown.
 */
import type { Argument, LibraryQuestion, Step } from '../../../../native/calls.ts';

const handle = { of: 'handle' } as const;
const number = (value: number) => ({ value, as: 'u32' }) as const;
const out = (name: string, as: 'u32' | 'u64' = 'u32') => ({ out: name, as }) as const;

/** Structures that grow carry their size and version in front. */
const versioned = (bytes: number, version: number) => [0, 'u32', bytes | (version << 24)] as const;

/** A question about the device of this round. */
const ask = (call: string | readonly string[], ...given: readonly Argument[]): Step => ({
  call,
  with: [handle, ...given],
});

/** NVML_MEMORY_ERROR_TYPE_UNCORRECTED; NVML_VOLATILE_ECC, NVML_AGGREGATE_ECC */
const [UNCORRECTED, VOLATILE, AGGREGATE] = [1, 0, 1];
const TEMPERATURE_GPU = 0;
const THRESHOLD_SLOWDOWN = 1;

const MOST_PROCESSES = 256;
const MOST_NVLINKS = 18;
/** NVML_NVLINK_ERROR_DL_REPLAY, _RECOVERY, _CRC_FLIT: those that nvidia-smi nvlink -e prints. */
const NVLINK_ERRORS = [0, 1, 2];

/**
 * nvmlDeviceGetFieldValues takes a list of nvmlFieldValue_t: { fieldId, scopeId, timestamp: 64 bit, latency: 64 bit, valueType,
 * nvmlReturn, value: 64 bit }
 */
const FIELD_BYTES = 40;
/** NVML_FI_DEV_RETIRED_SBE, _DBE; NVML_FI_DEV_GET_GPU_RECOVERY_ACTION, which drivers from 570 on have. */
const FIELDS = { retiredSingle: 29, retiredDouble: 30, recovery: 230 } as const;

const fieldValues = (): Step =>
  ask(
    'nvmlDeviceGetFieldValues',
    { value: Object.keys(FIELDS).length, as: 'i32' },
    {
      out: 'values',
      struct: {
        bytes: FIELD_BYTES * Object.keys(FIELDS).length,
        set: Object.values(FIELDS).map((id, at) => [at * FIELD_BYTES, 'u32', id]),
        fields: Object.fromEntries(
          Object.keys(FIELDS).flatMap((name, at) => [
            [`${name}Code`, [at * FIELD_BYTES + 28, 'u32']],
            [name, [at * FIELD_BYTES + 32, 'u64']],
          ]),
        ),
      },
    },
  );

/** nvmlProcessInfo_t: { pid, used memory: 64 bit, GPU instance, compute instance } */
const processes = (kind: 'Compute' | 'Graphics'): Step[] => {
  const name = `nvmlDeviceGet${kind}RunningProcesses`;
  const list = (bytes: number): Argument[] => [
    { out: 'howMany', as: 'u32', set: MOST_PROCESSES },
    {
      out: 'programs',
      struct: {
        bytes,
        fields: { pid: [0, 'u32'], used: [8, 'u64'] },
        most: MOST_PROCESSES,
        count: 'howMany',
      },
    },
  ];
  // The first form lacks the instances.
  return [ask([`${name}_v3`, `${name}_v2`], ...list(24)), ask(name, ...list(16))];
};

const ofOneGpu = (): Step[] => [
  ask(['nvmlDeviceGetPciInfo_v3', 'nvmlDeviceGetPciInfo_v2'], {
    out: 'pci',
    struct: { bytes: 68, fields: { domain: [16, 'u32'], bus: [20, 'u32'], device: [24, 'u32'] } },
  }),
  ask('nvmlDeviceGetName', { out: 'name', as: 'text:96' }, number(96)),
  ask('nvmlDeviceGetVirtualizationMode', out('virtualization')),
  ask('nvmlDeviceGetPersistenceMode', out('persistence')),
  ask('nvmlDeviceGetComputeMode', out('computeMode')),
  ask('nvmlDeviceGetMigMode', out('mig'), out('migPending')),
  ask('nvmlDeviceGetMaxMigDeviceCount', out('migMost')),
  {
    each: 'instance',
    upTo: 'migMost',
    do: [
      ask(
        'nvmlDeviceGetMigDeviceHandleByIndex',
        { of: 'instance' },
        { out: 'instanceHandle', as: 'address' },
      ),
    ],
  },
  ask('nvmlDeviceGetTotalEccErrors', number(UNCORRECTED), number(VOLATILE), out('volatile', 'u64')),
  ask('nvmlDeviceGetTotalEccErrors', number(UNCORRECTED), number(AGGREGATE), out('aggregate', 'u64')),
  ask('nvmlDeviceGetSramEccErrorStatus', {
    out: 'sram',
    struct: { bytes: 104, set: [versioned(104, 1)], fields: { exceeded: [96, 'u32'] } },
  }),
  fieldValues(),
  ask('nvmlDeviceGetRetiredPagesPendingStatus', out('retiredPending')),
  ask(
    'nvmlDeviceGetRemappedRows',
    out('remappedCorrectable'),
    out('remappedUncorrectable'),
    out('remapPending'),
    out('remapFailed'),
  ),
  ask('nvmlDeviceGetRepairStatus', {
    out: 'repair',
    struct: { bytes: 12, set: [versioned(12, 1)], fields: { channel: [4, 'u32'], tpc: [8, 'u32'] } },
  }),
  ask('nvmlDeviceValidateInforom'),
  ask(
    ['nvmlDeviceGetCurrentClocksEventReasons', 'nvmlDeviceGetCurrentClocksThrottleReasons'],
    out('reasons', 'u64'),
  ),
  ask('nvmlDeviceGetPerformanceState', out('performanceState')),
  ask('nvmlDeviceGetUtilizationRates', {
    out: 'utilization',
    struct: { bytes: 8, fields: { gpu: [0, 'u32'] } },
  }),
  ask('nvmlDeviceGetTemperature', number(TEMPERATURE_GPU), out('temperature')),
  ask('nvmlDeviceGetTemperatureThreshold', number(THRESHOLD_SLOWDOWN), out('slowdownTemperature')),
  ask('nvmlDeviceGetPowerUsage', out('powerDraw')),
  ask('nvmlDeviceGetPowerManagementLimit', out('powerLimit')),
  ask('nvmlDeviceGetEnforcedPowerLimit', out('powerEnforced')),
  ask('nvmlDeviceGetPowerManagementDefaultLimit', out('powerDefault')),
  ask('nvmlDeviceGetCurrPcieLinkGeneration', out('generationNow')),
  ask('nvmlDeviceGetMaxPcieLinkGeneration', out('generationMost')),
  ask('nvmlDeviceGetCurrPcieLinkWidth', out('widthNow')),
  ask('nvmlDeviceGetMaxPcieLinkWidth', out('widthMost')),
  // The first form counts as used what the driver keeps for itself.
  ask('nvmlDeviceGetMemoryInfo_v2', {
    out: 'memory',
    struct: { bytes: 40, set: [versioned(40, 2)], fields: { total: [8, 'u64'], used: [32, 'u64'] } },
  }),
  ask('nvmlDeviceGetMemoryInfo', {
    out: 'memory',
    struct: { bytes: 24, fields: { total: [0, 'u64'], used: [16, 'u64'] } },
  }),
  ...processes('Compute'),
  ...processes('Graphics'),
  ask('nvmlDeviceGetGpuFabricInfoV', {
    out: 'fabric',
    struct: { bytes: 36, set: [versioned(36, 2)], fields: { status: [20, 'u32'], state: [28, 'u8'] } },
  }),
  ask('nvmlDeviceGetGpuFabricInfo', {
    out: 'fabric',
    struct: { bytes: 28, fields: { status: [16, 'u32'], state: [24, 'u8'] } },
  }),
  {
    each: 'link',
    upTo: MOST_NVLINKS,
    do: [
      {
        call: 'nvmlDeviceGetNvLinkState',
        with: [handle, { of: 'link' }, out('active')],
        must: true,
      },
      ...NVLINK_ERRORS.map((counter) =>
        ask('nvmlDeviceGetNvLinkErrorCounter', { of: 'link' }, number(counter), out('errors', 'u64')),
      ),
    ],
  },
];

const steps = (): Step[] => [
  { call: ['nvmlInit_v2', 'nvmlInit'], with: [], must: true },
  { call: ['nvmlDeviceGetCount_v2', 'nvmlDeviceGetCount'], with: [out('count')], must: true },
  {
    each: 'gpu',
    upTo: 'count',
    do: [
      {
        call: ['nvmlDeviceGetHandleByIndex_v2', 'nvmlDeviceGetHandleByIndex'],
        with: [{ of: 'gpu' }, { out: 'handle', as: 'address' }],
        must: true,
      },
      ...ofOneGpu(),
    ],
  },
];

/** Of eight GPUs without persistence mode each is woken for it. */
const LIMIT_MS = 15_000;

export const nvmlQuestion = (path: string): LibraryQuestion => ({
  id: 'nvml',
  path,
  steps: steps(),
  timeoutMs: LIMIT_MS,
});
