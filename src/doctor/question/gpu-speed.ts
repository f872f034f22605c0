/** What holds a GPU back that works: heat, power, its link to the machine, a driver that goes to sleep. */
import { healthThreshold } from '../../compat/gpu-health.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts, GpuStateFacts } from '../../machine/facts.ts';
import { gpusOf } from '../../machine/questions/gpu.ts';
import { inContainer, inWsl, onJetson } from '../../machine/questions/platform.ts';
import type { Finding } from '../types.ts';
import { perGpu } from './per-gpu.ts';

/** "laptop", "data centre"; null where no list of devices knows it. */
const formOf = (facts: Facts, { busId }: GpuStateFacts): string | null =>
  gpusOf(facts).find((gpu) => gpu.busId === busId)?.form ?? null;

/** Whether link and power are those of the board, and not what a host shows its guest. */
const seesTheBoard = (facts: Facts): boolean =>
  !inWsl(facts) && !onJetson(facts) && valueOf(facts.platform.virtualMachine) == null;

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

/** The board is told to slow down by what feeds it. On a laptop's battery that is as it should be. */
export const powerBrakes = (facts: Facts): Finding[] =>
  perGpu(facts, (state) => {
    const { clockReasons, performanceState } = state;
    if (clockReasons?.includes('hw_power_brake_slowdown') !== true || formOf(facts, state) === 'laptop')
      return null;
    return {
      says: 'is slowed down by what feeds it: the power brake is on',
      shown: `hw_power_brake_slowdown active${performanceState === null ? '' : ` in ${performanceState}`}`,
      severity: 'warning',
      confidence: 'certain',
    };
  });

/** Somebody, or the power management of a rack, allows it less than its maker does: that may be meant. */
export const powerCaps = (facts: Facts): Finding[] =>
  perGpu(facts, (state) => {
    const { enforced, limit, default: usual } = state.power;
    const allowed = enforced ?? limit;
    if (allowed === null || usual === null || !seesTheBoard(facts)) return null;
    // A laptop's limit follows battery, lid and processor.
    if (formOf(facts, state) === 'laptop') return null;
    if (usual - allowed <= healthThreshold('power-limit-slack-watts').value) return null;
    return {
      says: `may draw ${allowed} W of the ${usual} W that are usual for it`,
      shown: `power limit: ${allowed} W, default ${usual} W`,
      severity: 'info',
      confidence: 'certain',
    };
  });

/** Of how many GPUs of one name the others must all have the full width, so that a single one is the odd one out. */
const FEWEST_ALIKE = 3;

/**
 * Fewer lanes than GPU and machine could have, or an old generation while it works. Two slots that share lanes, a riser or a laptop
 * are the usual reasons: a warning only where one of several equal cards in a server has fewer than all others.
 */
export const narrowLinks = (facts: Facts): Finding[] =>
  perGpu(facts, (state) => {
    const { width, generation } = state.pcie;
    const form = formOf(facts, state);
    if (!seesTheBoard(facts) || form === 'laptop' || form === 'integrated') return null;
    if (width.now !== null && width.most !== null && width.now > 0 && width.now < width.most) {
      const isOdd = form === 'data centre' && othersHaveAll(facts, state);
      if (!isOdd && width.now / width.most >= healthThreshold('link-width-share').value) return null;
      return {
        says: `is linked by ${width.now} of ${width.most} PCIe lanes${isOdd ? ', and its equals by all' : ''}`,
        shown: `PCIe link width: ${width.now}, at most ${width.most}`,
        severity: isOdd ? 'warning' : 'info',
        confidence: 'certain',
      };
    }
    if (generation.now === null || generation.most === null || generation.now >= generation.most) return null;
    return isWorking(state)
      ? {
          says: `works over a PCIe link of generation ${generation.now}, where ${generation.most} is possible`,
          shown: `PCIe generation: ${generation.now}, at most ${generation.most}; load ${state.utilization} %`,
          severity: 'info',
          confidence: 'likely',
        }
      : null;
  });

const othersHaveAll = (facts: Facts, { busId, name }: GpuStateFacts): boolean => {
  const equals = (valueOf(facts.gpuStates) ?? []).filter((one) => name !== null && one.name === name);
  return (
    equals.length >= FEWEST_ALIKE &&
    equals.every(({ busId: other, pcie: { width } }) => other === busId || width.now === width.most)
  );
};

/** At full clocks and busy: what idles lowers the generation of its link. */
const isWorking = ({ performanceState, utilization }: GpuStateFacts): boolean =>
  /^P[0-2]$/.test(performanceState ?? '') &&
  utilization !== null &&
  utilization >= healthThreshold('load-utilization').value;

/**
 * A server's driver that forgets: with nobody on the GPU it is put to sleep, limits and modes that were set go with it, and the next
 * program waits for it to wake. A desktop holds the GPU all the time.
 */
export const forgetfulDrivers = (facts: Facts): Finding[] => {
  if (inContainer(facts) || !seesTheBoard(facts)) return [];
  return perGpu(facts, (state) => {
    if (state.persistence !== false || formOf(facts, state) !== 'data centre') return null;
    if ((state.processes ?? []).some(({ computes }) => !computes)) return null;
    return {
      says: 'is put to sleep whenever no program uses it: persistence mode is off',
      shown: 'persistence mode: disabled',
      severity: 'info',
      confidence: 'certain',
    };
  });
};
