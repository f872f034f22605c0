/**
 * The collected cases hold what was reached: none that came out right may come out wrong, and nothing that works is called broken.
 * docs/doctor-score.md says how they were collected and what they gave before and after.
 */
import { describe, expect, it } from 'vitest';
import { COLLECTED_CASES, scoreOf, type Score } from './collected-cases.ts';

/** Cases whose first diagnosis is not what the thread found; docs/doctor-score.md says why. */
const MISSED: readonly string[] = [
  'compilers-10',
  'containers-20',
  'general-09',
  'general-27',
  'general-35',
  'kernel-log-31',
  'nvidia-smi-16',
  'nvidia-smi-18',
  'torch-47',
];
/** Right first, without what helped among the steps. */
const WITHOUT_THE_FIX: readonly string[] = [];

const SCORES: readonly (readonly [string, Score])[] = COLLECTED_CASES.map((one) => [one.id, scoreOf(one)]);
const idsOf = (fits: (score: Score) => boolean): string[] =>
  SCORES.filter(([, score]) => fits(score)).map(([id]) => id);

describe('collected cases', () => {
  it('are of every family at least fifteen, each from a thread of its own', () => {
    for (const family of new Set(COLLECTED_CASES.map((one) => one.family))) {
      const cases = COLLECTED_CASES.filter((one) => one.family === family);
      expect(cases.length, family).toBeGreaterThanOrEqual(15);
    }
    const sources = COLLECTED_CASES.map(({ source }) => source);
    expect(sources.filter((one, at) => sources.indexOf(one) !== at)).toEqual([]);
  });

  it('come out no worse than they did: the root cause first', () => {
    const known = new Set(MISSED);
    expect(idsOf(({ first }) => !first).filter((id) => !known.has(id))).toEqual([]);
  });

  it('with the right fix', () => {
    const known = new Set([...MISSED, ...WITHOUT_THE_FIX]);
    expect(idsOf(({ fix }) => !fix).filter((id) => !known.has(id))).toEqual([]);
  });

  it('give no false alarm where nothing is wrong', () => {
    expect(idsOf(({ alarm }) => alarm)).toEqual([]);
  });
});
