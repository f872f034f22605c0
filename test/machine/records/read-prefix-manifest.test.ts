import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/machine/records/prefix-manifest.ts';
import {
  parseManifest,
  readManifest,
  readPrefixInfo,
  readPrefixRelease,
} from '../../../src/machine/records/read-prefix-manifest.ts';
import { present } from '../../../src/machine/answer.ts';
import type { Machine } from '../../../src/machine/machine.ts';
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
    [
      JSON.stringify({
        ...manifest,
        prefix: { ...manifest.prefix, neededParts: [{ name: 'crt', neededBy: [5] }] },
      }),
      'prefix.neededParts',
    ],
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

  describe('of which only the beginning is wanted', () => {
    /** Of a prefix with many files, as it is written; what is read of it at most, and in all. */
    const big = {
      ...manifest,
      entries: Array.from({ length: 2000 }, (_, at) => ({ path: `include/${at}.h`, type: 'dir' as const })),
    };
    const disk = (text: string): { machine: Machine; read: number[] } => {
      const read: number[] = [];
      const machine = snapshotMachine({ format: SNAPSHOT_FORMAT }, 't.json');
      const readFile: Machine['readFile'] = async (path, most = Infinity) => {
        read.push(Math.min(most, text.length));
        return present(
          { text: text.slice(0, most), truncated: text.length > most },
          { kind: 'file', name: path },
        );
      };
      return { machine: { ...machine, readFile }, read };
    };
    const ways = [
      ['readPrefixInfo', readPrefixInfo, 64 << 10],
      ['readPrefixRelease', readPrefixRelease, 2 << 10],
    ] as const;

    it.each(ways)('%s reads no more than that of one that gpu-setup wrote', async (_, readIt, most) => {
      const { machine, read } = disk(JSON.stringify(big, null, 1));
      expect(await readIt(machine, '/p')).toMatchObject({
        state: 'present',
        value: { recipe: null, cuda: '10.0.130' },
      });
      expect(read).toEqual([most]);
    });

    it.each(ways)('%s reads all of one that was formatted anew', async (_, readIt) => {
      const { machine } = disk(JSON.stringify(big));
      expect(await readIt(machine, '/p')).toMatchObject({ state: 'present', value: { cuda: '10.0.130' } });
    });

    it.each(ways)('%s says what is wrong with it', async (_, readIt) => {
      const wrong = { ...big, prefix: { ...big.prefix, cuda: 10 } };
      const { machine } = disk(JSON.stringify(wrong, null, 1));
      expect(await readIt(machine, '/p')).toMatchObject({
        state: 'unknown',
        why: 'prefix.cuda is not a text',
      });
    });
  });
});
