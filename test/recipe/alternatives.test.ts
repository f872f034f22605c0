/** That a source is named for another only with what it has: a user who follows the hint gets what was asked for, or is told what not. */
import { describe, expect, it } from 'vitest';
import { alternativesTo } from '../../src/recipe/alternatives.ts';
import type { PrefixRequest } from '../../src/prefix/plan/request.ts';
import { groupsFor } from '../../src/compat/releases.ts';

const request = (more: Partial<PrefixRequest>): PrefixRequest => ({
  name: 'x',
  recipe: null,
  specs: [{ name: 'cuda', version: '11.8' }],
  components: ['compiler', 'libraries'],
  sources: [],
  architecture: 'amd64',
  ...more,
});
const GROUPS = groupsFor('11.8', 'amd64');
const of = (more: Partial<PrefixRequest>): Map<string, readonly string[]> =>
  new Map(alternativesTo(request(more), GROUPS).map(({ group, without }) => [group[0]!, without]));

describe('sources in the place of others', () => {
  it('are all that hold the release, with nothing lacking, where only the toolkit is asked for', () => {
    expect([...of({}).keys()]).toEqual(GROUPS.map(([first]) => first));
    expect(of({}).get('debian-bookworm')).toEqual([]);
  });

  it('are not those whose packaging lacks what was asked for by name', () => {
    const asked = of({ components: ['compiler', 'tensorrt'], insisted: ['tensorrt'] });
    expect(asked.has('debian-bookworm')).toBe(false);
    expect(asked.size).toBeGreaterThan(0);
  });

  it('say what they lack of a recipe, which is then left out', () => {
    const asked = of({ components: ['compiler', 'libraries', 'cudnn'] });
    expect(asked.get('debian-bookworm')).toEqual(['cudnn']);
    expect(asked.get('nvidia-cuda-ubuntu2204')).toEqual([]);
  });

  it('are taken to have everything where no table says what they hold', () => {
    const own = alternativesTo(request({ components: ['tensorrt'], insisted: ['tensorrt'] }), [
      ['my-mirror'],
    ]);
    expect(own).toEqual([{ group: ['my-mirror'], without: [] }]);
  });
});
