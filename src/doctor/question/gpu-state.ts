/** What is to be concluded from how a GPU is: each of these is the whole judgement of one diagnosis about states. */
import { healthThreshold } from '../../compat/gpu-health.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts, GpuProcess, GpuStateFacts } from '../../machine/facts.ts';
import { resetGpu } from '../fix/gpu-recovery.ts';
import { command } from '../fix/steps.ts';
import type { Finding, FixStep } from '../types.ts';
import { KERNEL_LOG } from './kernel-log.ts';
import { fault, perGpu } from './per-gpu.ts';

const computing = (processes: GpuStateFacts['processes']): readonly GpuProcess[] =>
  (processes ?? []).filter(({ computes }) => computes);

/** Most programs that are named; a driver that lists thousands is none that runs. */
const MOST_NAMED = 4;

/** "python (process 1534, 15861 MiB)", those with the most memory first. */
function holders(programs: readonly GpuProcess[]): string {
  const named = programs
    .toSorted((a, b) => (b.usedMiB ?? 0) - (a.usedMiB ?? 0))
    .slice(0, MOST_NAMED)
    .map(
      ({ pid, name, usedMiB }) =>
        `${name ?? 'a program'} (process ${pid}${usedMiB === null ? '' : `, ${usedMiB} MiB`})`,
    );
  const others = programs.length - named.length;
  return [...named, ...(others > 0 ? [`${others} more`] : [])].join(', ');
}

/** Memory that is worn out, or fails now. */
export const memoryFaults = (facts: Facts): Finding[] =>
  perGpu(facts, (state) => {
    const { remappedRows, retiredPages, volatileUncorrected } = state;
    if (remappedRows.failed === true)
      return fault('has no spare rows left for bad memory', 'remapping of a row failed', 'certain');
    if (state.unrepairableMemory === true)
      return fault('has memory that cannot be repaired', 'unrepairable memory: yes', 'certain');
    if (state.sramThresholdExceeded === true)
      return fault('has had more errors in its caches than it may', 'SRAM threshold exceeded: yes', 'likely');
    const retired = (retiredPages.single ?? 0) + (retiredPages.double ?? 0);
    if (retired >= healthThreshold('retired-pages').value)
      return {
        ...fault(`has had to retire ${retired} pages of its memory`, `retired pages: ${retired}`, 'likely'),
        // More than these cannot be set aside; until then it works.
        severity: retired >= healthThreshold('retired-pages-most').value ? 'error' : 'warning',
      };
    if (volatileUncorrected !== null && volatileUncorrected > 0)
      return {
        ...fault(
          'has had memory errors that could not be corrected since the driver was loaded',
          `uncorrected ECC errors: ${volatileUncorrected}`,
          'likely',
        ),
        severity: 'warning',
      };
    return null;
  });

/** It computes all the same: what is kept there is settings and counters of errors. */
export const infoRomFaults = (facts: Facts): Finding[] =>
  perGpu(facts, ({ infoRom, unreadable }) => {
    const fields = unreadable.filter((key) => key.startsWith('inforom'));
    if (infoRom !== 'corrupted' && fields.length === 0) return null;
    return {
      says: 'has a corrupted infoROM, where it keeps settings and counts its errors',
      shown: infoRom === 'corrupted' ? 'infoROM is corrupted' : `cannot be read: ${fields.join(', ')}`,
      severity: 'warning',
      confidence: infoRom === 'corrupted' ? 'certain' : 'likely',
    };
  });

/** What every GPU that works can say of itself: without one of them a sensor or fan is broken, without several the GPU hangs. */
const VITAL =
  /^(?:fan|temperature|performance_state|power|utilization|clocks|fb_memory_usage|memory|pstate)\b/;

const vitalOnes = (unreadable: readonly string[]): string[] => [
  ...new Set(unreadable.flatMap((key) => VITAL.exec(key)?.[0] ?? [])),
];

/** Lost on the bus, by the driver's own words; or no longer to be opened, for which most often that is the reason. */
export const lostGpus = (facts: Facts): Finding[] =>
  perGpu(facts, ({ failure }) => {
    if (failure === 'lost')
      return fault('is lost: it no longer answers on the bus', 'GPU is lost', 'certain');
    return failure === 'no-handle'
      ? fault('cannot be opened by the driver: most often it no longer answers', 'no device handle', 'likely')
      : null;
  });

/** It has measured its plugs when it was to be opened. */
export const withoutPower = (facts: Facts): Finding[] =>
  perGpu(facts, ({ failure }) =>
    failure === 'no-power'
      ? fault('lacks power from outside the slot', 'Insufficient External Power', 'certain')
      : null,
  );

/** The driver waits for it in vain. */
export const withoutInterrupts = (facts: Facts): Finding[] =>
  perGpu(facts, ({ failure }) =>
    failure === 'no-interrupts'
      ? fault(
          'cannot be used: the driver gets no interrupts from it',
          'an issue with GPU interrupts',
          'certain',
        )
      : null,
  );

/** What the driver itself wants done, what waits for a reset, or what no longer answers. */
export const resetsWanted = (facts: Facts): Finding[] =>
  perGpu(facts, ({ failure, unreadable, recoveryAction, remappedRows, retiredPages, repairPending }) => {
    if (failure === 'reset-required') return fault('has to be reset', 'GPU requires reset', 'certain');
    if (recoveryAction !== null && !/^none$/i.test(recoveryAction))
      return fault(
        `has to be recovered: the driver asks for "${recoveryAction}"`,
        `recovery action: ${recoveryAction}`,
        'certain',
      );
    const silent = vitalOnes(unreadable);
    if (failure === null && silent.length >= healthThreshold('unreadable-values').value)
      return {
        ...fault(
          `no longer tells the driver its ${silent.join(', ')}: it hangs, or has fallen off the bus`,
          `cannot be read: ${silent.join(', ')}`,
          'likely',
        ),
        next: KERNEL_LOG,
      };
    const pending = [
      remappedRows.pending === true ? 'a row of memory to be remapped' : '',
      retiredPages.pending === true ? 'a page of memory to be retired' : '',
      repairPending === true ? 'a repair of its memory or cores' : '',
    ].filter(Boolean);
    if (pending.length === 0) return null;
    const what = pending.join(', ');
    return {
      says: `has ${what}: it takes a reset`,
      shown: `pending: ${what}`,
      severity: 'warning',
      confidence: 'certain',
    };
  });

export const dividedIntoNothing = (facts: Facts): Finding[] =>
  perGpu(facts, ({ mig, migPending, migInstances, busId }) => {
    if (mig !== null && migPending !== null && mig !== migPending)
      return {
        says: `waits for a reset to ${migPending ? 'enter' : 'leave'} MIG mode`,
        shown: `MIG: ${onOff(mig)}, pending: ${onOff(migPending)}`,
        severity: 'warning',
        confidence: 'certain',
        fix: resetGpu(busId?.replace(/\.\d$/, '') ?? null),
      };
    return mig === true && migInstances === 0
      ? fault('is in MIG mode and has no instance', 'MIG: enabled, no MIG devices', 'certain')
      : null;
  });

const onOff = (on: boolean): string => (on ? 'enabled' : 'disabled');

export const takenOrForbidden = (facts: Facts): Finding[] =>
  perGpu(facts, ({ computeMode, processes }) => {
    if (computeMode === 'prohibited')
      return fault(
        'takes no CUDA program: its compute mode is Prohibited',
        'compute mode: Prohibited',
        'certain',
      );
    const exclusive = computeMode === 'exclusive-process' || computeMode === 'exclusive-thread';
    const programs = computing(processes);
    if (!exclusive || programs.length === 0) return null;
    return {
      says: 'is in exclusive mode, and a program holds it: no other one gets it',
      shown: `compute mode: ${computeMode}, on it: ${holders(programs)}`,
      severity: 'warning',
      confidence: 'certain',
    };
  });

/** Full memory is no fault by itself: a training may want all of it. */
export const memoryTaken = (facts: Facts): Finding[] =>
  perGpu(facts, ({ memory: { usedMiB, totalMiB }, processes }) => {
    const programs = computing(processes);
    if (usedMiB === null || totalMiB === null || totalMiB === 0 || programs.length === 0) return null;
    if (usedMiB / totalMiB < healthThreshold('memory-full-share').value) return null;
    return {
      says: `has almost no memory left: ${usedMiB} of ${totalMiB} MiB are taken, by ${holders(programs)}`,
      shown: `memory: ${usedMiB} of ${totalMiB} MiB, on it: ${holders(programs)}`,
      severity: 'info',
      confidence: 'certain',
    };
  });

/** Whom to end, by name where the driver names them. */
export function whoHoldsMemory(facts: Facts | null): FixStep {
  const programs = (facts === null ? [] : (valueOf(facts.gpuStates) ?? []))
    .flatMap(({ processes }) => processes ?? [])
    .filter(({ usedMiB }) => usedMiB !== null && usedMiB > 0);
  const named = programs.length === 0 ? '' : `: ${holders(programs)}`;
  return command(
    'who',
    `See which process holds the memory (nvidia-smi lists them), and end what you do not need${named}`,
    ['nvidia-smi'],
    { root: false },
  );
}
