import { describe, expect, it } from 'vitest';
import { assume } from '../../src/machine/assume.ts';
import { distributionOf } from '../../src/compat/distributions.ts';
import { planMachineOf, withSystem } from '../../src/stack/machine.ts';
import { plan } from '../../src/stack/plan.ts';
import type { PlanMachine } from '../../src/stack/types.ts';
import { parseWanted } from '../../src/stack/wanted.ts';
import { is, laptop } from '../support/facts.ts';

const HERE = { title: 'this machine' };

describe('the machine that a plan is made for', () => {
  const inside = laptop({ platform: { container: is('docker' as const), wsl: is(2 as const) } });

  it('is in a container, or in WSL, where this one is', () => {
    expect(planMachineOf(inside, HERE)).toMatchObject({ container: true, wsl: true });
    expect(planMachineOf(laptop(), HERE)).toMatchObject({ container: false, wsl: false });
  });

  it('is a Jetson, for which no driver package is ever typed', () => {
    const board = laptop({ platform: { jetson: is('L4T 36.4.0') } });
    expect(planMachineOf(board, HERE).jetson).toBe(true);
    const machine = { ...planMachineOf(laptop(), HERE), driver: 'none' as const };
    const wanted = parseWanted('cuda@10.0');
    const typed = (jetson: boolean) =>
      plan({ wanted: [wanted], purpose: 'run' }, { ...machine, jetson }).commands.map(({ id }) => id);
    expect(typed(false)).toContain('reboot');
    expect(typed(true)).toEqual(['install-prefix']);
  });

  it('is neither where another distribution is named: that is another machine', () => {
    const named = assume(inside, { os: 'ubuntu-24.04' });
    expect(planMachineOf(named, HERE)).toMatchObject({
      container: false,
      wsl: false,
      os: { id: 'ubuntu', version: '24.04' },
      from: { os: '--assume-os ubuntu-24.04', gpus: 'this machine' },
    });
  });

  it('keeps its own system for the driver where an image has another', () => {
    const host = {
      ...planMachineOf(assume(laptop(), { os: 'ubuntu-24.04' }), HERE),
      driver: 'none' as const,
    };
    const system = { distribution: distributionOf('debian', '11')!, from: 'Dockerfile: line 1' };
    const inside = withSystem(host, system);
    expect(inside).toMatchObject({ os: { id: 'debian', version: '11' }, glibc: '2.31', gcc: null });
    const wanted = parseWanted('cuda@11.8');
    const driver = (machine: PlanMachine) =>
      plan({ wanted: [wanted], purpose: 'run' }, machine).commands.find(({ argv }) =>
        argv?.includes('install'),
      );
    expect(driver(inside)).toEqual(driver(host));
    expect(driver(inside)?.argv?.[0]).toBe('apt');
  });
});
