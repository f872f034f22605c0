import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { completeWords } from '../../../src/cli/completion/words.ts';
import type { DynamicWords } from '../../../src/cli/command.ts';
import { main } from '../../../src/cli/program.ts';
import { COMPONENTS } from '../../../src/prefix/layout/component.ts';
import { tempDir } from '../../support/temp-dir.ts';

let dir: string;
beforeEach(() => {
  dir = tempDir();
  for (const [name, folder] of Object.entries({ HOME: 'home', CONFIG: 'config', CACHE: 'cache' })) {
    vi.stubEnv(`GPU_SETUP_${name}`, join(dir, folder));
    mkdirSync(join(dir, folder), { mode: 0o700 });
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function words(kind: string): Promise<string[]> {
  let text = '';
  await completeWords(kind, (more) => (text += more));
  return text.split('\n').filter((word) => word !== '');
}

describe('words for a shell’s completion', () => {
  it.each<[DynamicWords, readonly string[], readonly string[]]>([
    ['recipe', ['cuda10', 'darknet', 'mine', 'yolov4-nano'], []],
    ['buildable', ['darknet', 'mine'], ['cuda10']],
    ['preparable', ['yolov4-nano', 'mine'], ['cuda10']],
    ['spec', ['cuda10', 'cuda@10.0', 'mine'], ['yolov4-nano']],
    ['code', ['nouveau-in-use'], []],
    ['source', ['debian-bookworm', 'own'], []],
    ['example', ['fresh-laptop'], []],
    ['licence', ['nvidia-cuda', 'nvidia-cudnn'], []],
    ['setting', ['home', 'proxy.http', 'mirrors.own'], ['mirrors.<source>']],
    ['component', COMPONENTS, []],
  ])('of the kind %s', async (kind, some, none) => {
    mkdirSync(join(dir, 'config/recipes/mine'), { recursive: true });
    mkdirSync(join(dir, 'config/apt-sources'));
    writeFileSync(join(dir, 'config/apt-sources/own.sources'), '');
    const found = await words(kind);
    expect(found).toEqual(expect.arrayContaining([...some]));
    for (const word of none) expect(found).not.toContain(word);
  });

  it('are the prefixes of the home that the configuration names, but none that no line can hold', async () => {
    vi.stubEnv('GPU_SETUP_HOME', '');
    writeFileSync(join(dir, 'config/config.yaml'), `home: ${join(dir, 'elsewhere')}\n`, { mode: 0o600 });
    for (const name of ['cuda10', 'a b', 'two\nlines', '.staging']) {
      mkdirSync(join(dir, 'elsewhere/prefixes', name), { recursive: true });
    }
    expect(await words('prefix')).toEqual(['a b', 'cuda10']);
  });

  it('are the builds of the home, by the names that list gives them', async () => {
    for (const name of ['darknet-3', 'darknet-12', '.removed-darknet-1', 'darknet']) {
      mkdirSync(join(dir, 'home/builds', name), { recursive: true });
    }
    expect(await words('built')).toEqual(['darknet-12', 'darknet-3']);
  });

  it.each(['', 'nonsense', 'toString', '__proto__'])('are none of the kind "%s"', async (kind) => {
    expect(await words(kind)).toEqual([]);
  });

  it('are what can be known where the configuration cannot be used', async () => {
    writeFileSync(join(dir, 'config/config.yaml'), 'hoem: /data\n');
    expect(await words('recipe')).toContain('cuda10');
    vi.stubEnv('GPU_SETUP_HOME', 'relative');
    expect(await words('prefix')).toEqual([]);
  });

  it('are asked of the program by a call that is no command', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await main(['__complete', 'buildable'])).toBe(0);
    expect(write.mock.calls.join('')).toContain('darknet\n');
    expect(await main(['__complete'])).toBe(0);
  });
});
