import { describe, expect, it } from 'vitest';
import { is } from '../support/facts.ts';
import { unknownMachine } from '../../src/machine/unknown-machine.ts';
import { assume } from '../../src/machine/assume.ts';

const nothingKnown = unknownMachine();

describe('assume', () => {
  it.each(['10de:2191', '10DE:2191'])('takes a GPU by its PCI id %s', (gpu) => {
    const { gpus } = assume(nothingKnown, { gpu });
    expect(gpus).toMatchObject({
      state: 'present',
      from: { kind: 'option', name: `--assume-gpu ${gpu}` },
      value: [{ pciId: '10de:2191', computeCapability: '7.5', name: 'GeForce GTX 1660 Ti Mobile' }],
    });
  });

  it.each(['GeForce GTX 1660 Ti', 'gtx 1660 ti', 'NVIDIA GeForce GTX 1660 Ti'])(
    'takes a GPU by name: %s',
    (gpu) => {
      expect(assume(nothingKnown, { gpu }).gpus).toMatchObject({ value: [{ computeCapability: '7.5' }] });
    },
  );

  it.each(['sm_75', 'RTX5090', 'A100', 'Tesla V100-SXM2-16GB'])(
    'takes a GPU as people write it: %s',
    (gpu) => {
      expect(assume(nothingKnown, { gpu }).gpus).toMatchObject({
        value: [{ computeCapability: expect.any(String) as string }],
      });
    },
  );

  it('takes several GPUs, in their order', () => {
    const { gpus } = assume(nothingKnown, { gpu: ['RTX 3080', 'GTX 1080 Ti'], driver: '535.183.01' });
    expect(gpus).toMatchObject({ value: [{ computeCapability: '8.6' }, { computeCapability: '6.1' }] });
  });

  it('takes a driver as one that works: module, nodes and libraries of the same version', () => {
    const facts = assume(nothingKnown, { gpu: '10de:2191', driver: '470.256.02' });
    expect(facts.kernelDriver.moduleVersion).toMatchObject({ value: '470.256.02', from: { kind: 'option' } });
    expect(facts.driverLibraries.version).toMatchObject({ value: '470.256.02' });
    expect(facts.gpus).toMatchObject({ value: [{ kernelDriver: { value: 'nvidia' } }] });
    expect(facts.nodes).toMatchObject({
      value: [{ path: '/dev/nvidia0' }, { path: '/dev/nvidiactl' }, { path: '/dev/nvidia-uvm' }],
    });
  });

  it('another distribution is another machine: no longer the container, WSL or Jetson that this one is', () => {
    const { platform } = nothingKnown;
    const here = {
      ...nothingKnown,
      platform: {
        ...platform,
        container: is('docker' as const),
        wsl: is(2 as const),
        jetson: is('L4T 35.4.1'),
      },
    };
    expect(assume(here, { os: 'ubuntu-22.04' }).platform).toMatchObject({
      container: { state: 'present', value: null },
      wsl: { state: 'present', value: null },
      jetson: { state: 'present', value: null },
    });
    expect(assume(here, { driver: '535.183.01' }).platform.container).toMatchObject({ value: 'docker' });
  });

  it.each([
    ['ubuntu-18.04', { id: 'ubuntu', version: '18.04', codename: 'bionic' }],
    ['ubuntu18.04', { id: 'ubuntu', version: '18.04', codename: 'bionic' }],
    ['Debian 12', { id: 'debian', version: '12', codename: 'bookworm' }],
    ['opensuse-leap-15.6', { id: 'opensuse-leap', version: '15.6', codename: null }],
    ['arch', { id: 'arch', version: null }],
  ])('reads the distribution %j', (os, expected) => {
    expect(assume(nothingKnown, { os }).platform.os).toMatchObject({ value: expected });
  });

  it.each([
    [{ gpu: 'Voodoo 2' }, 'unknown-gpu'],
    [{ driver: 'newest' }, 'bad-driver-version'],
    // Branches that there never were, and one that is newer than the table.
    [{ driver: '541.10' }, 'bad-driver-version'],
    [{ driver: '999.1' }, 'bad-driver-version'],
    [{ os: '18.04' }, 'bad-os'],
    [{ os: 'bogus' }, 'bad-os'],
    [{ os: 'ubuntu-18.05' }, 'bad-os'],
  ])('refuses what it does not know: %j', (assumptions, code) => {
    expect(() => assume(nothingKnown, assumptions)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });

  it.each([
    [{ gpu: 'GTX 1666 Ti' }, /1660 Ti/],
    [{ driver: '541.10' }, /545|535/],
    [{ os: 'ubnutu-18.04' }, /ubuntu/],
    [{ os: 'ubuntu-18.05' }, /ubuntu.18\.04/],
  ])('names the nearest: %j', (assumptions, near) => {
    expect(() => assume(nothingKnown, assumptions)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(near) as string }),
    );
  });

  it("takes Windows' numbers under WSL, and short-lived branches of old for what they were", () => {
    const wsl = { ...nothingKnown, platform: { ...nothingKnown.platform, wsl: is<1 | 2 | null>(2) } };
    expect(assume(wsl, { driver: '531.18' }).kernelDriver.moduleVersion).toMatchObject({ value: '531.18' });
    expect(assume(nothingKnown, { driver: '381.22' }).kernelDriver.moduleVersion).toMatchObject({
      value: '381.22',
    });
  });

  it('leaves what nobody assumed as it was seen', () => {
    expect(assume(nothingKnown, {})).toEqual(nothingKnown);
  });
});
