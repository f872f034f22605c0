/** Whether the service that sets up an NVLink fabric runs: only where there is a switch, and never guessed. */
import { expect, it } from 'vitest';
import { fabricTroubles } from '../../../src/doctor/question/fabric.ts';
import { unknownMachine } from '../../../src/machine/unknown-machine.ts';
import type { Facts, ServiceFacts } from '../../../src/machine/facts.ts';
import { hidden, is, none, pkg } from '../../support/facts.ts';
import { serverWith } from '../../support/server-gpus.ts';

const fabric = (state: string) => ({ fabric: { state, status: null } });
const server = (over: Partial<Facts>, state = 'In Progress'): Facts => ({
  ...serverWith([fabric(state), fabric(state)]),
  nvSwitches: is(4),
  ...over,
});
const service = (active: string | null): Partial<Facts> => ({
  services: { ...unknownMachine().services, fabricManager: is<ServiceFacts>({ active, enabled: true }) },
});

it('is one finding about the machine where the service is stopped, and not one for each GPU', () => {
  expect(fabricTroubles(server(service('failed')))).toMatchObject([
    { subject: 'machine', confidence: 'certain', summary: expect.stringContaining('is failed') as string },
  ]);
  const missing = server({ services: { ...unknownMachine().services, fabricManager: none() } });
  expect(fabricTroubles(missing)).toMatchObject([
    { summary: expect.stringContaining('is not installed') as string },
  ]);
});

it('names the versions where its package is of another one than the driver', () => {
  const facts = server(service('failed'));
  const packages = is([pkg('nvidia-fabricmanager-470', '470.223.02-0ubuntu1')]);
  expect(
    fabricTroubles({ ...facts, kernelDriver: { ...facts.kernelDriver, packages } })[0]!.summary,
  ).toContain('it is of version 470.223.02, the driver of 470.256.02');
});

it('says nothing of a service that runs, that could not be looked at, or that has no switch', () => {
  expect(fabricTroubles(server(service('active'), 'Completed'))).toEqual([]);
  expect(fabricTroubles(server(service(null), 'Completed'))).toEqual([]);
  expect(fabricTroubles(server({ services: unknownMachine().services }, 'Completed'))).toEqual([]);
  expect(fabricTroubles(server({ ...service('failed'), nvSwitches: is(0) }, 'Completed'))).toEqual([]);
  expect(fabricTroubles(server({ ...service('failed'), nvSwitches: hidden() }, 'Completed'))).toEqual([]);
});

it('still hears the GPUs where nothing is known of the service', () => {
  expect(fabricTroubles(server({ services: unknownMachine().services }))).toHaveLength(2);
});
