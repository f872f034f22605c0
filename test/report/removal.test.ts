import { describe, expect, it } from 'vitest';
import { renderRemoved } from '../../src/report/removal.ts';

const REMOVED = ['cuda11', 'cuda11-2'].map((name) => ({
  kind: 'prefix' as const,
  name,
  path: `/h/prefixes/${name}`,
  generations: [],
  bytesFreed: 1_600_000,
}));

describe('what was removed', () => {
  it('is told in whole words in a narrow terminal, and in one line outside', () => {
    const terminal = { columns: 40, color: false, unicode: false };
    expect(renderRemoved(REMOVED, { ...terminal, interactive: true })).toBe(
      'Removed cuda11, cuda11-2; 3.2 MB came\n  free.\n',
    );
    expect(renderRemoved(REMOVED, { ...terminal, interactive: false })).toBe(
      'Removed cuda11, cuda11-2; 3.2 MB came free.\n',
    );
  });
});
