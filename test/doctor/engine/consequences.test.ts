import { describe, expect, it } from 'vitest';
import { fromText } from '../../../src/doctor/engine/collect.ts';
import { consequencesOf } from '../../../src/doctor/engine/consequences.ts';
import { linesOfLog } from '../../../src/doctor/text/lines.ts';
import type { Diagnosis } from '../../../src/doctor/types.ts';
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
    const pattern = (text: string) => ({
      literal: text,
      pattern: new RegExp(text),
      confidence: 'likely' as const,
    });
    const [shows, one, other] = [
      invented('cause', { causes: [{ code: 'one', when: () => false }], text: [pattern('the cause')] }),
      invented('one', { text: [pattern('ambiguous')] }),
      invented('other', { text: [pattern('ambiguous')] }),
    ] as const;
    const text = linesOfLog('the cause\nambiguous\n');
    const codes = fromText(text, witness(text), [shows, one, other], known(), [], 'log').map(
      ({ diagnosis }) => diagnosis.code,
    );
    expect(codes.toSorted()).toEqual(['cause', 'one', 'other']);
  });
});
