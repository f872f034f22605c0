import { describe, expect, it } from 'vitest';
import { loadSources } from '../../src/apt/sources/sources.ts';
import { isKey, keyOfRepository, repositoryKeyOf } from '../../src/compat/nvidia-repository.ts';

describe("the keys of NVIDIA's repositories", () => {
  it('are those that the sources of gpu-setup pin', async () => {
    const sources = [...(await loadSources('/nonexistent')).values()].filter(
      ({ id, enabled }) => id.startsWith('nvidia-') && enabled,
    );
    expect(sources.length).toBeGreaterThan(10);
    for (const { id, uris, signedBy } of sources) {
      const { fingerprint } = keyOfRepository(uris[0]!.toString());
      expect(JSON.stringify(signedBy), id).toContain(fingerprint);
    }
  });

  it("are told by fingerprint, long and short id, and nobody else's is", () => {
    const usual = keyOfRepository('https://x/compute/cuda/repos/ubuntu2204/x86_64');
    for (const id of [
      usual.fingerprint,
      usual.fingerprint.slice(-16),
      usual.fingerprint.slice(-8).toLowerCase(),
    ]) {
      expect(isKey(usual, id)).toBe(true);
      expect(repositoryKeyOf(id)).toBe(usual);
    }
    expect(repositoryKeyOf('871920D1991BC93C')).toBeNull();
    expect(repositoryKeyOf('CC')).toBeNull();
  });
});
