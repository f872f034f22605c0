import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSources } from '../../src/apt/sources/sources.ts';
import { familyOfSource } from '../../src/compat/releases.ts';
import { loadLicences, loadRecipes, readRecipe } from '../../src/recipe/load.ts';
import { BUILT_IN } from '../../src/recipe/recipe.ts';
import { filesOf } from '../../src/recipe/recipe-files.ts';
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

  it('name sources that exist and are switched on, of one family per group', async () => {
    const sources = await loadSources('/nowhere');
    for (const { install } of (await loadRecipes('/nowhere')).values()) {
      for (const group of install?.sources ?? []) {
        for (const id of group) expect(sources.get(id), id).toMatchObject({ enabled: true });
        expect(new Set(group.map(familyOfSource)).size).toBe(1);
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

describe('licences', () => {
  it('have a page of whoever made the terms', () => {
    for (const { url, title } of loadLicences()) {
      expect(url).toMatch(/^https:\/\/docs\.nvidia\.com\//);
      expect(title).not.toBe('');
    }
  });
});
