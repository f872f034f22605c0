import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/machine/records/prefix-manifest.ts';
import { parseManifest, readManifest } from '../../../src/machine/records/read-prefix-manifest.ts';
import { SNAPSHOT_FORMAT } from '../../../src/machine/snapshot/format.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';

const manifest: Manifest = {
  schema: 'gpu-setup/manifest@1',
  prefix: {
    schema: 'gpu-setup/prefix@1',
    name: 'cuda10',
    path: '/home/u/prefixes/cuda10',
    recipe: null,
    cuda: '10.0.130',
    cudnn: null,
    components: ['compiler'],
    installedAt: '2026-01-01T00:00:00Z',
    packages: [],
    bytes: { own: 1, shared: 2 },
    sharing: 'hardlink',
  },
  entries: [
    { path: 'bin', type: 'dir' },
    { path: 'bin/nvcc', type: 'file', mode: 0o755, size: 3, sha256: 'ab', from: null },
    { path: 'lib', type: 'link', target: 'lib64', from: 'cuda-cudart-10-0' },
  ],
  dropped: [],
  licences: [],
};

describe('the manifest of a prefix', () => {
  it('comes back as it was written', () => {
    expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest);
  });

  it.each([
    ['', 'no JSON'],
    ['[]', 'no JSON object'],
    ['{"schema": "gpu-setup/manifest@9"}', 'its schema is "gpu-setup/manifest@9"'],
    [JSON.stringify({ ...manifest, prefix: 5 }), 'describes no prefix'],
    [JSON.stringify({ ...manifest, prefix: { ...manifest.prefix, cuda: 10 } }), 'prefix.cuda'],
    [JSON.stringify({ ...manifest, entries: [{ path: 'x', type: 'socket' }] }), 'an entry'],
    [JSON.stringify({ ...manifest, licences: undefined }), 'lacks dropped or licences'],
  ])('that is damaged says how: %s', (text, why) => {
    expect(parseManifest(text)).toContain(why);
  });

  it('is absent, damaged and cut off: three answers', async () => {
    const read = (file: string | null | { text: string; truncated: true }): ReturnType<typeof readManifest> =>
      readManifest(
        snapshotMachine(
          { format: SNAPSHOT_FORMAT, files: { '/p/.gpu-setup/manifest.json': file } },
          't.json',
        ),
        '/p',
      );
    expect((await read(null)).state).toBe('absent');
    expect(await read('{')).toMatchObject({ state: 'unknown', reason: 'failed' });
    expect(await read({ text: '{', truncated: true })).toMatchObject({ why: 'it is cut off' });
    expect(await read(JSON.stringify(manifest))).toMatchObject({ state: 'present' });
  });
});
