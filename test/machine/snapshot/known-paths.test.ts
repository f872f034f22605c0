import { describe, expect, it } from 'vitest';
import { KnownPaths } from '../../../src/machine/snapshot/known-paths.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';

describe('the paths of a snapshot', () => {
  const known = new KnownPaths(['/a/b/c', '/a/b/d', '/a/b', '/a/bc', '/a/b.c/x', '/z']);

  it('name what lies in a folder, each once, whatever sorts between', () => {
    expect(known.namesIn('/')).toEqual(['a', 'z']);
    expect(known.namesIn('/a')).toEqual(['b', 'b.c', 'bc']);
    expect(known.namesIn('/a/b')).toEqual(['c', 'd']);
    expect(known.namesIn('/z')).toEqual([]);
  });

  it('tell folders from what has nothing below it', () => {
    expect(['/', '/a', '/a/b', '/a/b.c'].map((path) => known.hasBelow(path))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['/z', '/a/bc', '/b'].map((path) => known.hasBelow(path))).toEqual([false, false, false]);
  });

  it('may be twenty thousand, each in two hundred folders of its own', () => {
    const deep = '/d'.repeat(199);
    const files = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`/a${i}${deep}`, 'x']));
    const started = performance.now();
    snapshotMachine({ format: 'gpu-setup/snapshot@1', files, links: { '/l': '/a1' } }, 'deep');
    // Fifteen seconds before; an idle machine takes half a second.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
