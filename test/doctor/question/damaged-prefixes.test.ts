/** How grave a damaged prefix is, what follows from it, and how it is mended. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { MOST_ALIKE } from '../../../src/doctor/engine/collect.ts';
import { supplyCuda } from '../../../src/doctor/fix/toolkit.ts';
import type { DoctorResult, Question, ReportedDiagnosis } from '../../../src/doctor/types.ts';
import type { DamagedPrefix, Facts } from '../../../src/machine/facts.ts';
import { FOR_CUDA9 } from '../../support/broken-laptops.ts';
import { damaged, is, laptop, none, type Over, prefix, RUN } from '../../support/facts.ts';
import { rootsOf } from '../../support/machines/roots.ts';

const with_ = (one: Partial<DamagedPrefix>, over: Over = {}): Facts =>
  laptop({ damagedPrefixes: is([damaged(one)]), ...over });
const judged = (facts: Facts, question: Question = RUN): DoctorResult => diagnose(facts, question, 'test');
const found = (facts: Facts, question?: Question): ReportedDiagnosis | undefined =>
  judged(facts, question).diagnoses.find(({ code }) => code === 'prefix-damaged');
const toType = (one: ReportedDiagnosis | undefined): (string | null)[] =>
  one!.fix.map(({ command }) => command);

/** Which FOR_CUDA9 asks for, and makes. */
const CUDA9 = { name: FOR_CUDA9.needs!.prefix!, cuda: '9.0.176' };

describe('how grave it is', () => {
  it.each<[string, Partial<DamagedPrefix>, Question, string]>([
    ['in use', { inUse: ['PATH'] }, RUN, 'error'],
    ['chosen by use', { inUse: ['use'] }, RUN, 'error'],
    ['not in use, and nothing is asked for', {}, RUN, 'warning'],
    ['asked for by name, nothing of it known', { ...CUDA9, cuda: null }, FOR_CUDA9, 'error'],
    ['of another release than is asked for, in use', { inUse: ['PATH'] }, FOR_CUDA9, 'info'],
    ['of the release that is asked for, which another has', { cuda: '9.0.176' }, FOR_CUDA9, 'info'],
  ])('%s', (_, one, question, severity) => {
    expect(found(with_(one), question)).toMatchObject({ severity, confidence: 'certain' });
  });

  it('of the release that is asked for, which no whole one has: an error', () => {
    const toolkits = is([prefix('cuda11', '9.0.176', 6)]);
    expect(found(with_({ cuda: '9.0.176' }, { toolkits }), FOR_CUDA9)?.severity).toBe('error');
  });
});

describe('what follows from it', () => {
  it('that the toolkit is missing, and CUDA_HOME is wrong: it alone is the root', () => {
    const facts = with_(
      { ...CUDA9, cuda: null, inUse: ['CUDA_HOME'] },
      {
        toolkits: none(),
        cudnn: none(),
        cudaHome: is('/home/user/.local/share/gpu-setup/prefixes/cuda9'),
        environment: { cudaHomeIsThere: is(false) },
      },
    );
    const { diagnoses, checks } = judged(facts, FOR_CUDA9);
    expect(rootsOf(diagnoses.filter(({ severity }) => severity === 'error'))).toEqual(['prefix-damaged']);
    expect(diagnoses.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['toolkit-missing', 'cuda-home-wrong']),
    );
    expect(checks.find(({ id }) => id === 'toolkit')?.status).toBe('error');
  });

  it('the row of the toolkit does not call fine what is damaged', () => {
    const { checks } = judged(with_(CUDA9), FOR_CUDA9);
    expect(checks.find(({ id }) => id === 'toolkit')).toMatchObject({
      status: 'error',
      summary: expect.stringContaining('is damaged') as string,
    });
  });
});

describe('how it is mended', () => {
  it.each<[string, Partial<DamagedPrefix>, (string | null)[]]>([
    ['by its lock', {}, ['gpu-setup verify cuda11 --repair']],
    ["one of root's by root", { ofRoot: true }, ['sudo gpu-setup verify cuda11 --repair']],
    [
      'without a lock, installed again from what its manifest says',
      { hasLock: false, cudnn: '8.6.0' },
      ['gpu-setup remove cuda11', 'gpu-setup install cuda@11.8 cudnn@8.6.0 --name cuda11'],
    ],
    [
      'the same of a recipe, for another architecture',
      { hasLock: false, recipe: 'cuda11', foreign: 'arm64', name: 'cuda11-arm64' },
      ['gpu-setup remove cuda11-arm64', 'gpu-setup install cuda11 --architecture arm64 --name cuda11-arm64'],
    ],
    ['without lock and manifest, by hand', { hasLock: false, cuda: null }, ['gpu-setup remove cuda11', null]],
  ])('%s', (_, one, lines) => {
    expect(toType(found(with_(one)))).toEqual(lines);
  });

  it('of one that is asked for, installed as it was asked for', () => {
    const gone = with_({ ...CUDA9, cuda: null, hasLock: false });
    expect(toType(found(gone, FOR_CUDA9))).toEqual([
      'gpu-setup remove cuda9',
      `gpu-setup install ${FOR_CUDA9.needs!.install!.join(' ')}`,
    ]);
  });

  it('is not offered for use in the place of an install', () => {
    const toolkits = is([prefix('cuda11', '11.8.89', 11)]);
    const steps = (facts: Facts): string => JSON.stringify(supplyCuda({ cuda: '11.8' }, facts));
    expect(steps(laptop({ toolkits }))).not.toContain('install');
    expect(steps(with_({}, { toolkits }))).toContain('"install","cuda@11.8"');
  });
});

it('of ten thousand the first are named', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => damaged({ name: `p${at}` }));
  const all = judged(laptop({ damagedPrefixes: is(many) })).diagnoses;
  expect(all.filter(({ code }) => code === 'prefix-damaged')).toHaveLength(MOST_ALIKE);
});
