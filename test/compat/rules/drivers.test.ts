import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUDA_RELEASES } from '../../../src/compat/cuda-releases.ts';
import { compareDottedVersions } from '../../../src/compat/dotted-version.ts';
import { driverServesToolkit, leastDriverFor } from '../../../src/compat/rules/driver-serves-toolkit.ts';
import { gpuTakesDriver, leastBranchFor } from '../../../src/compat/rules/gpu-takes-driver.ts';
import { openModulesFit } from '../../../src/compat/rules/open-modules-fit.ts';
import { ptxTakesDriver } from '../../../src/compat/rules/ptx-takes-driver.ts';
import { someDriverServes } from '../../../src/compat/rules/some-driver-serves.ts';
import { gpu } from '../../support/plan-machine.ts';

describe('a newer driver serves an older CUDA', () => {
  it.each([
    ['440.64', '10.0', 'yes'],
    ['440.64', '11.0', 'no'],
    ['440.64', '13.0', 'no'],
    ['450.51.05', '11.0', 'yes'],
    ['470.256.02', '11.4', 'yes'],
    ['470.256.02', '11.8', 'remark'],
    ['470.256.02', '12', 'no'],
    ['304.137', '9.0', 'no'],
    ['580.65.06', '13.0', 'yes'],
    ['580.65.06', '13.4', 'remark'],
    ['not a version', '11.0', 'unknown'],
    ['580.65.06', '77.0', 'no'],
  ])('driver %s, CUDA %s: %s', (driver, cuda, fit) => {
    expect(driverServesToolkit(driver, cuda)).toMatchObject({ fit });
  });

  it('says which driver is asked for, and where that was read', () => {
    const { text, rule, facts } = driverServesToolkit('440.64', '11.0');
    expect(rule).toBe('driver-too-old-for-cuda');
    expect(text).toContain(leastDriverFor('11.0'));
    expect(facts.every(({ source, confidence }) => source !== '' && confidence === 'seen')).toBe(true);
  });

  it('says what minor version compatibility leaves out', () => {
    const { text, rule } = driverServesToolkit('470.256.02', '11.8');
    expect(rule).toBe('minor-version-compatibility');
    expect(text).toContain('PTX');
    expect(ptxTakesDriver('11.8', '470.256.02').fit).toBe('no');
    expect(ptxTakesDriver('11.4', '470.256.02').fit).toBe('yes');
  });

  it('never ends with a newer driver', () => {
    const version = fc
      .tuple(fc.integer({ min: 300, max: 700 }), fc.integer({ min: 0, max: 300 }))
      .map((numbers) => numbers.join('.'));
    const order = ['no', 'unknown', 'remark', 'yes'];
    fc.assert(
      fc.property(version, version, fc.constantFrom(...CUDA_RELEASES), (one, other, cuda) => {
        const [older, newer] = compareDottedVersions(one, other) <= 0 ? [one, other] : [other, one];
        const [before, after] = [older, newer].map((driver) =>
          order.indexOf(driverServesToolkit(driver!, cuda).fit),
        );
        expect(after).toBeGreaterThanOrEqual(before!);
      }),
    );
  });
});

describe('a GPU takes drivers from one branch to another', () => {
  it.each([
    ['GTX 980', '590.44.01', 'no'],
    ['GTX 980', '580.65.06', 'yes'],
    ['Tesla K80', '495.46', 'no'],
    ['Tesla K80', '470.256.02', 'yes'],
    ['RTX 5090', '470.256.02', 'no'],
    ['RTX 5090', '565.77', 'no'],
    ['RTX 5090', '570.26', 'yes'],
    ['GTX 1660 Ti', '390.157', 'no'],
    ['GTX 1660 Ti', '440.64', 'yes'],
    ['H100', '470.256.02', 'no'],
  ])('%s under driver %s: %s', (name, driver, fit) => {
    expect(gpuTakesDriver(gpu(name), driver)).toMatchObject({ fit });
  });

  it('refuses nothing because of a first branch that is only remembered', () => {
    const one = gpuTakesDriver(gpu('GTX 1660 Ti'), '410.48');
    expect(one).toMatchObject({ rule: 'driver-knows-gpu', fit: 'remark' });
    expect(one.facts.map(({ confidence }) => confidence)).toEqual(['recalled']);
  });

  it('names the least branch that was seen to know the architecture', () => {
    expect(leastBranchFor(gpu('RTX 5090'))?.branch).toBe('570');
    expect(leastBranchFor(gpu('GTX 980')), 'the table of toolkits begins later').toBeNull();
  });

  it('knows where no driver is both new enough and old enough', () => {
    expect(someDriverServes('12.0', gpu('Tesla K80'))).toMatchObject({ fit: 'no' });
    expect(someDriverServes('11.8', gpu('Tesla K80'))).toMatchObject({ fit: 'yes' });
    expect(someDriverServes('13.0', gpu('GTX 1080 Ti'))).toMatchObject({ fit: 'yes' });
    expect(someDriverServes('77.0', gpu('GTX 1080 Ti'))).toMatchObject({ fit: 'unknown' });
  });
});

describe('kernel modules', () => {
  it.each([
    ['RTX 5090', 'proprietary', 'no'],
    ['RTX 5090', 'open', 'yes'],
    ['RTX 5090', null, 'yes'],
    ['GTX 1080 Ti', 'open', 'no'],
    ['GTX 1080 Ti', 'proprietary', 'yes'],
    ['RTX 3080', 'open', 'yes'],
    ['RTX 3080', 'proprietary', 'yes'],
  ] as const)('%s with %s modules: %s', (name, flavour, fit) => {
    expect(openModulesFit(gpu(name), flavour)).toMatchObject({ fit });
  });
});
