import { describe, expect, it } from 'vitest';
import { packageIndex } from '../../../src/apt/index/package-index.ts';
import type { PackagesText } from '../../../src/apt/index/packages-text.ts';
import { PackagesTextBuilder } from '../../../src/apt/index/packages-text-builder.ts';
import { indexOfText } from '../../support/index.ts';
import { stanza } from '../repository.ts';

function component(...names: readonly string[]): PackagesText {
  const builder = new PackagesTextBuilder('component');
  builder.add(Buffer.from(names.map((name) => stanza(name, '1')).join('\n')));
  return builder.finish();
}

describe('the index of a source with several components', () => {
  it('names each package once, in their order, and gives the same list to whoever asks again', () => {
    const { source, release } = indexOfText('s', '');
    const texts = [component('b', 'a'), component('a', 'c'), component('c', 'b', 'd')];
    const index = packageIndex(source, release, texts, []);
    expect(index.names()).toEqual(['b', 'a', 'c', 'd']);
    expect(index.names()).toBe(index.names());
  });
});
