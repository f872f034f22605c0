/** Who made a package is said only where its signature says so. */
import { describe, expect, it } from 'vitest';
import { publisherOf } from '../../../src/apt/sources/publisher.ts';
import { builtInSources } from '../../../src/apt/sources/sources.ts';

const keyOf = (id: string): string => builtInSources().get(id)!.signedBy[0]!.fingerprint;

describe('publisherOf', () => {
  it('names distributions with their release, and no mirror of theirs', () => {
    expect(publisherOf('debian-bookworm', keyOf('debian-bookworm'))).toEqual({
      vendor: 'debian',
      name: 'Debian',
      distribution: 'bookworm',
      repository: null,
    });
    expect(publisherOf('ubuntu-jammy', keyOf('ubuntu-jammy'))).toMatchObject({
      vendor: 'ubuntu',
      distribution: 'jammy',
      repository: null,
    });
  });

  it('names NVIDIA, and its own public repository', () => {
    const id = 'nvidia-cuda-ubuntu2204';
    expect(publisherOf(id, keyOf(id))).toEqual({
      vendor: 'nvidia',
      name: 'NVIDIA Corporation',
      distribution: 'ubuntu2204',
      repository: `${builtInSources().get(id)!.uris[0]}`,
    });
  });

  it('knows nothing of what somebody else made or signed', () => {
    expect(publisherOf('ours', keyOf('debian-bookworm'))).toBeNull();
    expect(publisherOf('nvidia-cuda-ubuntu2204', 'A'.repeat(40))).toBeNull();
  });

  it('knows the publisher of every source that comes with the program', () => {
    for (const [id, { signedBy }] of builtInSources())
      for (const { fingerprint } of signedBy) expect(publisherOf(id, fingerprint), id).not.toBeNull();
  });
});
