import { describe, expect, it } from 'vitest';
import { fromText } from '../../../src/doctor/engine/collect.ts';
import { consequencesOf } from '../../../src/doctor/engine/consequences.ts';
import { linesOfLog } from '../../../src/doctor/text/lines.ts';
import { hearing, type Diagnosis, type Hearing } from '../../../src/doctor/types.ts';
import { witness } from '../../../src/doctor/witness/read.ts';
import { known } from '../../support/facts.ts';

const invented = (code: string, more: Partial<Diagnosis> = {}): Diagnosis => ({
  code,
  layer: 'device',
  checks: ['device-nodes'],
  severity: 'error',
  title: code,
  remedy: () => [],
  ...more,
});
const byCode = (diagnoses: readonly Diagnosis[]): ReadonlyMap<string, Diagnosis> =>
  new Map(diagnoses.map((one) => [one.code, one]));

const chain = [
  invented('a', { causes: [{ code: 'b' }, { code: 'never', when: () => false }] }),
  invented('b', { causes: [{ code: 'c' }, { code: 'a' }] }),
  invented('c'),
  invented('never', { causes: [{ code: 'beyond' }] }),
  invented('beyond'),
];

describe('consequences of a diagnosis', () => {
  it('are reached through others, and a circle ends', () => {
    expect([...consequencesOf([chain[0]!], known(), byCode(chain))]).toEqual(['b', 'c', 'a']);
  });

  it('do not include what the facts keep from following, nor what lies behind it', () => {
    const reached = consequencesOf([chain[0]!], known(), byCode(chain));
    expect([reached.has('never'), reached.has('beyond')]).toEqual([false, false]);
  });

  it('silence no candidate of a line that does not follow here', () => {
    const hears = (wanted: string): Hearing =>
      hearing(['missing-pkg-config'], ({ library }) =>
        library === wanted ? { confidence: 'likely' } : null,
      );
    const [shows, one, other] = [
      invented('cause', { causes: [{ code: 'one', when: () => false }], hears: hears('clear') }),
      invented('one', { hears: hears('ambiguous') }),
      invented('other', { hears: hears('ambiguous') }),
    ] as const;
    const text = linesOfLog("No package 'clear' found\nNo package 'ambiguous' found\n");
    const codes = fromText(witness(text), [shows, one, other], known(), [], 'log').map(
      ({ diagnosis }) => diagnosis.code,
    );
    expect(codes.toSorted()).toEqual(['cause', 'one', 'other']);
  });
});
