import { byHand, command } from '../../fix/steps.ts';
import { powerBrakes, powerCaps } from '../../question/gpu-speed.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'warning',
  title: 'The GPU gets or may draw less power than usual',
  related: ['gpu-power-cable-missing', 'gpu-overheating'],
  judge: (facts) => {
    const brakes = powerBrakes(facts).map((one) => ({ ...one, fix: [seePower(), ...supply()] }));
    return [...brakes, ...powerCaps(facts).map((one) => ({ ...one, fix: lookAtLimit() }))];
  },
  remedy: () => lookAtLimit(),
};

const lookAtLimit = (): FixStep[] => [
  seePower(),
  byHand(
    'limit',
    'If nobody meant it so: set the limit to the default that this shows ("nvidia-smi -pl", as root); in a rack ask who manages its power',
  ),
];

const seePower = (): FixStep =>
  command(
    'see-power',
    'See limits, draw and what slows it down',
    ['nvidia-smi', '-q', '-d', 'POWER,PERFORMANCE'],
    {
      root: false,
    },
  );

const supply = (): FixStep[] => [
  byHand(
    'supply',
    'Check that all power cables of the card are plugged in, and that the power supply is strong enough',
  ),
  byHand('rack', "In a server: its management controller's log says when and why it asked for less power"),
];
