/** What is to be concluded from how a GPU is: each of these is the whole judgement of one diagnosis about states. */
import { healthThreshold } from '../../compat/gpu-health.ts';
import { originText, valueOf } from '../../machine/answer.ts';
import type { Facts, GpuProcess, GpuStateFacts } from '../../machine/facts.ts';
import { subjectOfGpu } from '../subject.ts';
import type { Confidence, Finding, Severity } from '../types.ts';

interface Verdict {
  /** What is wrong with "GPU 0 (01:00.0)": "has to be reset". */
  says: string;
  /** What was read. */
  shown: string;
  severity: Severity;
  confidence: Confidence;
}

function perGpu(facts: Facts, judge: (state: GpuStateFacts) => Verdict | null): Finding[] {
  return (valueOf(facts.gpuStates) ?? []).flatMap((state): Finding[] => {
    const verdict = judge(state);
    if (verdict === null) return [];
    const { says, shown, severity, confidence } = verdict;
    const called = nameOf(state);
    return [
      {
        subject: subjectOfGpu(state),
        severity,
        confidence,
        summary: `${called} ${says}`,
        evidence: [{ from: originText(facts.gpuStates.from), excerpt: `${called}: ${shown}` }],
        fix: [],
      },
    ];
  });
}

function nameOf({ index, busId }: GpuStateFacts): string {
  if (index === null) return busId === null ? 'A GPU' : `The GPU at ${busId}`;
  return busId === null ? `GPU ${index}` : `GPU ${index} (${busId})`;
}

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
      return fault(`has had to retire ${retired} pages of its memory`, `retired pages: ${retired}`, 'likely');
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

const fault = (says: string, shown: string, confidence: Confidence): Verdict => ({
  says,
  shown,
  severity: 'error',
  confidence,
});

/** What the driver itself wants done, or what waits for a reset. */
export const resetsWanted = (facts: Facts): Finding[] =>
  perGpu(facts, ({ recoveryAction, remappedRows, retiredPages, repairPending }) => {
    if (recoveryAction !== null && !/^none$/i.test(recoveryAction))
      return fault(
        `has to be recovered: the driver asks for "${recoveryAction}"`,
        `recovery action: ${recoveryAction}`,
        'certain',
      );
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
  perGpu(facts, ({ mig, migInstances }) =>
    mig === true && migInstances === 0
      ? fault('is in MIG mode and has no instance', 'MIG: enabled, no MIG devices', 'certain')
      : null,
  );

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

export const fabricNotReady = (facts: Facts): Finding[] =>
  perGpu(facts, ({ fabric: { state, status } }) => {
    if (state === null || (/^completed$/i.test(state) && (status === null || /^success$/i.test(status))))
      return null;
    return fault(
      'has not joined the NVLink fabric',
      `fabric: ${state}${status === null ? '' : `, ${status}`}`,
      'likely',
    );
  });

/** Slower because of its heat, or as hot as it says that it slows down. */
export const tooHot = (facts: Facts): Finding[] =>
  perGpu(facts, ({ clockReasons, temperature, slowdownTemperature }) => {
    const heat = (clockReasons ?? []).filter((reason) => reason.includes('thermal'));
    const isAtLimit =
      temperature !== null && slowdownTemperature !== null && temperature >= slowdownTemperature;
    if (heat.length === 0 && !isAtLimit) return null;
    const degrees = temperature === null ? '' : ` at ${temperature} °C`;
    return {
      says: `is too hot and runs slower${degrees}`,
      shown: [
        ...heat,
        `temperature ${temperature ?? 'not known'}, slowdown ${slowdownTemperature ?? 'not known'}`,
      ].join(', '),
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
