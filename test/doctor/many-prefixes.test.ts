import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/doctor/diagnose.ts';
import { MOST_ALIKE } from '../../src/doctor/engine/collect.ts';
import { BUILD, gxx, is, laptop, prefix } from '../support/facts.ts';

/** So many that what grows with their square takes seconds. */
const COUNT = 5000;
const many = Array.from({ length: COUNT }, (_, at) => prefix(`p${at}`, '10.0.130', 7));
const facts = (used: readonly (typeof many)[number][]) =>
  laptop({ toolkits: is([...many, ...used]), compilers: is([gxx('13.1.0')]) });

describe('a machine with very many prefixes', () => {
  it('has the same said of the first of them, and how many more there are', () => {
    const result = diagnose(facts([]), BUILD, 'test');
    const alike = result.diagnoses.filter(({ code }) => code === 'host-compiler-too-new');
    expect(alike).toHaveLength(MOST_ALIKE);
    expect(alike[0]!.summary).not.toContain('more');
    expect(alike.at(-1)!.summary).toContain(`; the same was found ${COUNT - MOST_ALIKE} times more`);
  });

  it('is judged by a graver finding, however many others stand before it', () => {
    const used = { ...prefix('mine', '10.0.130', 7), inUse: ['PATH'] as const };
    const result = diagnose(facts([used]), BUILD, 'test');
    const ofIt = result.diagnoses.find(({ subject }) => subject === 'prefix:mine');
    expect(ofIt).toMatchObject({ code: 'host-compiler-too-new', severity: 'error' });
  });

  it('is named by a few, with what is in use among them', () => {
    const used = { ...prefix('mine', '10.0.130', 7), inUse: ['PATH'] as const };
    const { checks } = diagnose(facts([used]), BUILD, 'test');
    const { summary } = checks.find(({ id }) => id === 'toolkit')!;
    expect(summary).toContain('(prefix mine)');
    expect(summary).toMatch(/ and 4981 more$/);
  });
});
