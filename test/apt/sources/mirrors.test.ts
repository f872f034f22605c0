import { describe, expect, it } from 'vitest';
import { openIndex } from '../../../src/apt/index/open-index.ts';
import { withMirrors } from '../../../src/apt/sources/mirrors.ts';
import { loadSources } from '../../../src/apt/sources/sources.ts';
import type { WorkEvent } from '../../../src/base/events.ts';
import { flatSource, makeKey, publishFlat, serve, stanza, testContext } from '../repository.ts';

const file = '/c/config.yaml';
const MIRROR = 'https://mirror.example.com/nvidia/';

describe('a mirror of the configuration', () => {
  it('changes where bytes come from, and not who must have signed them', async () => {
    const before = await loadSources('/nonexistent');
    const after = await loadSources('/nonexistent', {
      addresses: { 'nvidia-cuda-ubuntu1804': [MIRROR.slice(0, -1)], 'debian-bookworm': [MIRROR] },
      file,
    });
    const [own, other] = [before.get('nvidia-cuda-ubuntu1804')!, after.get('nvidia-cuda-ubuntu1804')!];
    expect(other).toMatchObject({ signedBy: own.signedBy, overridden: true, file });
    expect(other.uris.map(String)).toEqual([MIRROR.slice(0, -1)]);
    expect(other.keyUris.map(String)).toEqual([`${MIRROR}3bf863cc.pub`, ...own.keyUris.map(String)]);
    expect(after.get('debian-bookworm')!.uris.map(String)).toEqual([MIRROR]);
    expect(after.get('debian-bookworm')).toMatchObject({
      fromHost: { origin: 'Debian', codename: 'bookworm', uris: [] },
    });
    expect(after.get('nvidia-cuda-ubuntu2004')).toEqual(before.get('nvidia-cuda-ubuntu2004'));
  });

  it('leaves a source that is switched off as it is', async () => {
    const sources = await loadSources('/nonexistent');
    const off = new Map([...sources].map(([id, source]) => [id, { ...source, enabled: false }]));
    expect(withMirrors(off, { addresses: { 'debian-bookworm': [MIRROR] }, file })).toEqual(off);
  });

  it('of a source that there is not is an error of the file, with the one that was meant', async () => {
    const loading = loadSources('/nonexistent', { addresses: { 'debian-bokworm': [MIRROR] }, file });
    await expect(loading).rejects.toMatchObject({
      code: 'bad-config',
      message: expect.stringContaining(`${file}: mirrors.debian-bokworm`) as string,
      hint: expect.stringContaining('did you mean debian-bookworm?') as string,
    });
  });

  it('is announced, and what another key signed there is refused, though its key lies there', async () => {
    const [key, other] = await Promise.all([makeKey(), makeKey()]);
    const server = await serve();
    try {
      const emitted: WorkEvent[] = [];
      const context = { ...testContext(), emit: (event: WorkEvent) => void emitted.push(event) };
      const source = flatSource(key, ['http://127.0.0.1:9/']);
      const there = withMirrors(new Map([['test', source]]), {
        addresses: { test: [`${server.url}/repo/`] },
        file,
      }).get('test')!;
      await publishFlat(server, '/repo/', stanza('cuda-cudart-10-0', '10.0.130-1'), key);
      await openIndex(there, '/', context);
      expect(JSON.stringify(emitted)).toContain(`test comes from ${file}`);
      await publishFlat(server, '/repo/', stanza('cuda-cudart-10-0', '10.0.131-1'), other);
      await expect(openIndex(there, '/', testContext())).rejects.toMatchObject({ code: 'key-missing' });
    } finally {
      server.close();
    }
  });
});
