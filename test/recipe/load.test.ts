import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSources } from '../../src/apt/sources/sources.ts';
import { loadLicences, loadRecipeAt, loadRecipes, readRecipe } from '../../src/recipe/load.ts';
import { BUILT_IN } from '../../src/recipe/recipe.ts';
import { filesOf } from '../../src/recipe/recipe-files.ts';
import { treeDigest } from '../../src/recipe/source/tree-digest.ts';
import { capabilitiesOf } from '../../src/recipe/find-recipe.ts';
import { BUILD_SECTION, writeRecipe } from '../support/recipe.ts';
import { tempDir } from '../support/temp-dir.ts';

const GOOD = `title: Mine
specs: [cuda@10.0]
components: [compiler]
sources: [[nvidia-cuda-ubuntu1804]]
licences: [nvidia-cuda]
evidence: []
`;

describe('recipes', () => {
  it('come with the program: cuda9, cuda10 and cuda11, in that order', async () => {
    const recipes = await loadRecipes('/nowhere');
    expect([...recipes.keys()].slice(0, 3)).toEqual(['cuda9', 'cuda10', 'cuda11']);
    expect(recipes.get('cuda10')).toMatchObject({
      install: {
        specs: [
          { name: 'cuda', version: '10.0' },
          { name: 'cudnn', version: '7.5' },
        ],
        components: ['compiler', 'libraries', 'cudnn'],
      },
      from: BUILT_IN,
    });
  });

  it('name sources that exist and are switched on, of one packaging and architecture per group', async () => {
    const sources = await loadSources('/nowhere');
    for (const { install } of (await loadRecipes('/nowhere')).values()) {
      for (const group of install?.sources ?? []) {
        for (const id of group) expect(sources.get(id), id).toMatchObject({ enabled: true });
        const said = group.map(
          (id) => `${sources.get(id)!.packaging} ${sources.get(id)!.architectures.join()}`,
        );
        expect(new Set(said).size).toBe(1);
      }
    }
  });

  it("of the user's own stand beside them, or in their place", async () => {
    const config = tempDir();
    for (const name of ['mine', 'cuda10']) {
      await mkdir(join(config, 'recipes', name), { recursive: true });
      await writeFile(join(config, 'recipes', name, 'recipe.yaml'), GOOD);
    }
    await mkdir(join(config, 'recipes', 'empty'));
    const recipes = await loadRecipes(config);
    expect(recipes.get('mine')).toMatchObject({ title: 'Mine', from: join(config, 'recipes', 'mine') });
    expect(recipes.get('cuda10')?.title).toBe('Mine');
    expect(recipes.has('empty')).toBe(false);
  });

  it.each([
    ['title: [', 1, /./],
    [GOOD.replace('cuda@10.0', 'cuad@10.0'), 2, /did you mean cuda@10.0/],
    [GOOD.replace('cuda@10.0', 'cudnn@7'), 2, /expected a spec of cuda/],
    [GOOD.replace('compiler', 'compilr'), 3, /did you mean compiler/],
    [GOOD.replace('nvidia-cuda-ubuntu1804', '../../etc'), 4, /id of a source/],
    [GOOD.replace('[nvidia-cuda]', '[gpl]'), 1, /none of nvidia-cuda/],
    [`${GOOD}speed: fast\n`, 1, /speed/],
    [`${GOOD}title: Twice\n`, 7, /unique/i],
    ['a: &a [1,2]\nb: *a\n', 1, /alias/],
    ['', 1, /./],
    ['\u0000\u0001', 1, /./],
  ])('%j: file, line and what was expected', (text, line, message) => {
    const bytes = Buffer.from(text);
    const files = filesOf({
      files: new Map([['recipe.yaml', { bytes, executable: false }]]),
      leftOut: new Map(),
    });
    expect(() => readRecipe(files, { name: 'r', address: 'r', from: '/r' })).toThrowError(
      expect.objectContaining({
        code: 'bad-recipe',
        message: expect.stringMatching(message),
        details: { file: '/r/recipe.yaml', line },
      }),
    );
  });

  it('that are no text, too large, or in a folder of an impossible name are refused with their file', async () => {
    const config = tempDir();
    const file = join(config, 'recipes', 'mine', 'recipe.yaml');
    await mkdir(join(config, 'recipes', 'mine'), { recursive: true });
    for (const content of [Buffer.from([0xff, 0xfe, 0x00]), Buffer.alloc((1 << 20) + 1, 0x20)]) {
      await writeFile(file, content);
      await expect(loadRecipes(config)).rejects.toMatchObject({
        code: 'bad-recipe',
        message: expect.stringContaining(file),
      });
    }
    await writeFile(file, GOOD);
    await symlink(join(config, 'recipes', 'mine'), join(config, 'recipes', 'My Recipe'));
    await expect(loadRecipes(config)).rejects.toMatchObject({ code: 'bad-recipe' });
  });
});

const NETWORK = `smoke:
  training: { network: net.cfg, iterations: 10, rounds: 1, leastMap50: 0.5 }
  inference: { network: net.cfg, target: visionseed }
`;
const PREPARE = 'prepare: { classes: [cat] }\n';
const SCRIPT = 'export default async () => ({});\n';

describe('a recipe of the user', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['install', { 'recipe.yaml': GOOD }, ['install']],
    ['build', { 'recipe.yaml': `title: T\n${BUILD_SECTION}`, 'build.mjs': SCRIPT }, ['build']],
    ['a network', { 'recipe.yaml': `title: T\n${NETWORK}`, 'net.cfg': '[net]\n' }, ['smoke']],
    ['a smoke script', { 'recipe.yaml': 'title: T\n', 'smoke.mjs': SCRIPT }, ['smoke']],
    ['prepare', { 'recipe.yaml': `title: T\n${PREPARE}` }, ['prepare']],
    [
      'two of them',
      { 'recipe.yaml': `${GOOD}${PREPARE}${NETWORK}`, 'net.cfg': '[net]\n' },
      ['install', 'smoke', 'prepare'],
    ],
  ])('may bring %s', async (_what, files, capabilities) => {
    const config = tempDir();
    const folder = writeRecipe(join(config, 'recipes/mine'), files);
    const recipe = (await loadRecipes(config)).get('mine')!;
    expect(capabilitiesOf(recipe)).toEqual(capabilities);
    expect(recipe.files.digest).toBe(await treeDigest(folder));
  });

  it('may say what is installed in a section, or at the top as 0.1 had it: it is the same', async () => {
    const config = tempDir();
    const section = GOOD.replace(/^(specs|components|sources)/gm, '  $1').replace(
      '  specs',
      'install:\n  specs',
    );
    writeRecipe(join(config, 'recipes/old'), { 'recipe.yaml': GOOD });
    writeRecipe(join(config, 'recipes/new'), { 'recipe.yaml': section });
    const recipes = await loadRecipes(config);
    expect(recipes.get('new')!.install).toEqual(recipes.get('old')!.install);
    expect(recipes.get('new')!.install).not.toBeNull();
  });

  it('of the name of a built-in one takes its files where it brings none', async () => {
    const config = tempDir();
    writeRecipe(join(config, 'recipes/darknet'), { 'recipe.yaml': `title: Mine\n${BUILD_SECTION}` });
    const built = (await loadRecipes('/nowhere')).get('darknet')!;
    const mine = (await loadRecipes(config)).get('darknet')!;
    expect(mine.title).toBe('Mine');
    expect(mine.files.files.get('build.mjs')).toEqual(built.files.files.get('build.mjs'));
    expect(mine.files.digest).not.toBe(built.files.digest);
  });

  it.each<[string, RegExp]>([
    ['../outside.cfg', /no such file in the recipe's folder/],
    ['/etc/hostname', /no such file in the recipe's folder/],
    ['link.cfg', /it leads out of the recipe's folder/],
    ['missing.cfg', /no such file in the recipe's folder/],
    ['binary.cfg', /no text in UTF-8/],
  ])('names %s as a network: refused with file and line', async (network, message) => {
    const config = tempDir();
    await writeFile(join(config, 'outside.cfg'), '[net]\n');
    const folder = writeRecipe(join(config, 'recipes/mine'), {
      'recipe.yaml': `title: T\n${NETWORK.replace('net.cfg', network)}`,
      'net.cfg': '[net]\n',
    });
    await symlink(join(config, 'outside.cfg'), join(folder, 'link.cfg'));
    await writeFile(join(folder, 'binary.cfg'), Buffer.from([0xff, 0xfe]));
    await expect(loadRecipes(config)).rejects.toMatchObject({
      code: 'bad-recipe',
      message: expect.stringMatching(message),
      details: { file: join(folder, 'recipe.yaml'), line: 3 },
    });
  });

  it('follows a link that stays in the folder, and one of recipe.yaml to anywhere', async () => {
    const config = tempDir();
    const folder = writeRecipe(join(config, 'recipes/mine'), { 'real.cfg': '[net]\n', '.git/HEAD': 'ref' });
    await writeFile(join(config, 'elsewhere.yaml'), `title: T\n${NETWORK}`);
    await symlink('real.cfg', join(folder, 'net.cfg'));
    await symlink(join(config, 'elsewhere.yaml'), join(folder, 'recipe.yaml'));
    const { smoke, files } = (await loadRecipes(config)).get('mine')!;
    expect(smoke).toMatchObject({ kind: 'network', training: { network: '[net]\n' } });
    expect([...files.files.keys()]).toEqual(['recipe.yaml', 'net.cfg', 'real.cfg']);
  });

  it.each<[string, RegExp]>([
    [`title: T\n${BUILD_SECTION}`, /build: expected a build\.mjs beside it/],
    ['title: T\n', /at least one of install, build, smoke, prepare/],
    [
      `${GOOD}install: { specs: [cuda@10.0], components: [compiler], sources: [[a]] }\n`,
      /either here or at the top/,
    ],
    ['title: T\ninstall: { specs: [cudnn@7], components: [compiler], sources: [[a]] }\n', /a spec of cuda/],
  ])('%j is refused', async (text, message) => {
    const config = tempDir();
    writeRecipe(join(config, 'recipes/mine'), { 'recipe.yaml': text });
    await expect(loadRecipes(config)).rejects.toMatchObject({
      code: 'bad-recipe',
      message: expect.stringMatching(message),
    });
  });
});

describe('a recipe that is addressed by its path', () => {
  it('never has the name of another one: what it leaves in a home takes nobody’s place', async () => {
    const dir = tempDir();
    const files = { 'recipe.yaml': `title: T\n${BUILD_SECTION}`, 'build.mjs': SCRIPT };
    for (const project of ['a', 'b']) writeRecipe(join(dir, project, 'darknet'), files);
    const [a, b] = [await loadRecipeAt('./a/darknet', dir), await loadRecipeAt('./b/darknet', dir)];
    expect(a.name).toMatch(/^darknet-[0-9a-f]{8}$/);
    expect(a.name).not.toBe(b.name);
    expect(a).toMatchObject({ address: './a/darknet', from: join(dir, 'a/darknet') });
    expect((await loadRecipes(join(dir, 'a'))).has(a.name)).toBe(false);
  });

  it('is a usage error where there is none', async () => {
    await expect(loadRecipeAt('./none', '/nowhere')).rejects.toMatchObject({
      code: 'unknown-recipe',
      exitCode: 2,
      message: expect.stringContaining('/nowhere/none'),
    });
  });
});

describe('licences', () => {
  it('have a page of whoever made the terms', () => {
    for (const { url, title } of loadLicences()) {
      expect(url).toMatch(/^https:\/\/docs\.nvidia\.com\//);
      expect(title).not.toBe('');
    }
  });
});
