import { describe, expect, it } from 'vitest';
import { mergeWanted } from '../../src/stack/merge-wanted.ts';
import type { Wanted } from '../../src/stack/types.ts';
import { nearestPublished, versionsMeant } from '../../src/stack/wanted-version.ts';
import { parseWanted } from '../../src/stack/wanted.ts';

const wanted = (name: string, version: string | null, more: Partial<Wanted> = {}): Wanted => ({
  name,
  version,
  notation: 'plain',
  build: null,
  from: 'command line',
  ...more,
});

describe('a word of a call', () => {
  it.each([
    ['tensorflow@1.9', wanted('tensorflow', '1.9')],
    ['tensorflow-gpu@1.9', wanted('tensorflow', '1.9')],
    ['PyTorch', wanted('torch', null)],
    ['torch@2.4+cu121', wanted('torch', '2.4', { build: 'cu121' })],
    ['jax', wanted('jax', null)],
    ['cuda@10.0', wanted('cuda', '10.0')],
    ['cudnn@7.5', wanted('cudnn', '7.5')],
    ['gcc@7', wanted('gcc', '7')],
    ['python@3.6', wanted('python', '3.6')],
    ['torch@>=2.1 <2.5', wanted('torch', '>=2.1 <2.5', { notation: 'semver' })],
  ])('%s is understood', (word, meant) => {
    expect(parseWanted(word)).toEqual(meant);
  });

  it.each([
    ['tensorflw', 'unknown-spec', 'did you mean tensorflow?'],
    ['tensorflow1.9', 'unknown-spec', 'did you mean tensorflow@1.9?'],
    ['cuda-10.0', 'unknown-spec', 'did you mean cuda@10.0?'],
    ['darknte', 'unknown-spec', 'did you mean darknet?'],
    ['tensorflow@1.99', 'unknown-version', 'nearest: tensorflow@'],
    ['cuda@10.7', 'unknown-release', 'nearest: cuda@10.2'],
    ['cuda@99', 'unknown-release', 'nearest: cuda@13'],
    ['torch@two', 'bad-spec', 'for the best one for the machine, write torch alone'],
    ['@1.0', 'bad-spec', 'write for example'],
    ['x'.repeat(200), 'bad-spec', 'write for example'],
  ])('%s is refused, with what may have been meant', (word, code, hint) => {
    const error = thrownBy(() => parseWanted(word, ['darknet', 'cuda10']));
    expect(error).toMatchObject({ code, exitCode: 2 });
    expect((error as { hint: string }).hint).toContain(hint);
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('versions that are meant', () => {
  const ROWS = ['2.14', '2.4.1', '2.4.0', '2.3.1', '1.9.0'];
  it.each([
    [wanted('x', null), ROWS],
    [wanted('x', '2'), ['2.14', '2.4.1', '2.4.0', '2.3.1']],
    [wanted('x', '2.4'), ['2.4.1', '2.4.0']],
    [wanted('x', '2.4.0'), ['2.4.0']],
    // A patch without a row is built as its release is; where there are rows of patches, they say what there is.
    [wanted('x', '2.14.3'), ['2.14']],
    [wanted('x', '2.4.7'), []],
    [wanted('x', '2.1'), []],
    [wanted('x', '>=2.3 <2.5', { notation: 'semver' }), ['2.4.1', '2.4.0', '2.3.1']],
    [wanted('x', '>=2.14.1', { notation: 'pep440' }), ['2.14']],
    [wanted('x', '==2.4.*', { notation: 'pep440' }), ['2.4.1', '2.4.0']],
    [wanted('x', '~=1.9', { notation: 'pep440' }), ['1.9.0']],
  ])('%j', (asked, meant) => {
    expect(versionsMeant(asked, ROWS)).toEqual(meant);
  });

  it('that were never published have nearest ones, on both sides', () => {
    expect(nearestPublished('2.5', ['2.14', '2.4', '1.15', '1.9'])).toEqual(['2.4', '2.14']);
    expect(nearestPublished('1.99', ['2.14', '2.4', '1.15', '1.9'])).toEqual(['1.15', '2.4']);
    expect(nearestPublished('99', ['2.14', '1.9'])).toEqual(['2.14']);
  });
});

describe('what is asked for in several places', () => {
  it.each([
    [wanted('cuda', '11'), wanted('cuda', '11.8'), '11.8'],
    [wanted('cuda', null), wanted('cuda', '11.8'), '11.8'],
    [wanted('cuda', '12.1'), wanted('cuda', '==12.1.*', { notation: 'pep440' }), '12.1'],
  ])('is one version where one says more: %j', (one, other, version) => {
    for (const pair of [
      [one, other],
      [other, one],
    ]) {
      const merged = mergeWanted(pair);
      expect(merged).toHaveLength(1);
      expect(versionsMeant(merged[0]!, ['13.0', '12.1', '11.8', '11.7'])).toEqual(
        versionsMeant(wanted('cuda', version), ['13.0', '12.1', '11.8', '11.7']),
      );
    }
  });

  it('keeps both bounds of two ranges', () => {
    const [python] = mergeWanted([
      wanted('python', '>=3.8', { notation: 'pep440' }),
      wanted('python', '<3.11', { notation: 'pep440' }),
    ]);
    expect(python).toMatchObject({ version: '>=3.8,<3.11', notation: 'pep440' });
  });

  it('is refused where no version, or no build, is both', () => {
    for (const pair of [
      [wanted('cuda', '11.8'), wanted('cuda', '12.1')],
      [wanted('torch', null, { build: 'cu118' }), wanted('torch', null, { build: 'cpu' })],
    ])
      expect(() => mergeWanted(pair)).toThrow(
        expect.objectContaining({ code: 'requirements-contradict' }) as Error,
      );
  });

  it('stays apart for what recipes need', () => {
    const both = [wanted('cuda', '9.0'), wanted('cuda', '10.0', { recipe: 'darknet' })];
    expect(mergeWanted(both)).toEqual(both);
  });
});
