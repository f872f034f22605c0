import { describe, expect, it } from 'vitest';
import { assume } from '../../src/machine/assume.ts';
import { planMachineOf } from '../../src/stack/machine.ts';
import { is, laptop } from '../support/facts.ts';

const HERE = { title: 'this machine' };

describe('the machine that a plan is made for', () => {
  const inside = laptop({ platform: { container: is('docker' as const), wsl: is(2 as const) } });

  it('is in a container, or in WSL, where this one is', () => {
    expect(planMachineOf(inside, HERE)).toMatchObject({ container: true, wsl: true });
    expect(planMachineOf(laptop(), HERE)).toMatchObject({ container: false, wsl: false });
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
});
