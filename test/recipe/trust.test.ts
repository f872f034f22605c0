/** Scripts of others: nothing of them runs before consent, and what runs is what was hashed. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silent, type WorkEvent } from '../../src/base/events.ts';
import { buildRecipe } from '../../src/recipe/build/build-recipe.ts';
import { loadRecipeAt, loadRecipes } from '../../src/recipe/load.ts';
import { smoke } from '../../src/recipe/smoke.ts';
import type { ConsentQuestion, Trust } from '../../src/recipe/consent.ts';
import { requireTrust } from '../../src/recipe/trust.ts';
import { bundledProgram } from '../support/program.ts';
import { BUILD_SECTION, writeRecipe } from '../support/recipe.ts';
import { tempDir } from '../support/temp-dir.ts';

const FILES = {
  'recipe.yaml': `title: T\n${BUILD_SECTION}`,
  'build.mjs': `import { copyFileSync, chmodSync, readFileSync } from 'node:fs';
export default async (ctx) => {
  copyFileSync('/bin/true', ctx.paths.out + '/tool');
  chmodSync(ctx.paths.out + '/tool', 0o755);
  return { program: 'tool', recipe: ctx.paths.recipe, word: readFileSync(ctx.paths.recipe + '/word.txt', 'utf8') };
};
`,
  'smoke.mjs': `export default async () => ({
  checks: ['libraries', 'inference'].map((rung) =>
    ({ rung, name: 'own', status: 'passed', because: null, figures: {} })),
});
`,
  'word.txt': 'hashed',
};

const program = bundledProgram();

function place() {
  const dir = tempDir();
  const folder = writeRecipe(join(dir, 'recipes/foo'), FILES);
  const asked: ConsentQuestion[] = [];
  const trust = (more: Partial<Trust> = {}): Trust => ({
    config: join(dir, 'config'),
    given: null,
    consent: null,
    command: ['gpu-setup', 'build', './recipes/foo', '--prefix', 'a b'],
    emit: silent,
    ...more,
  });
  const yes = async (question: ConsentQuestion): Promise<boolean> => asked.push(question) > 0;
  return { dir, folder, asked, trust, yes, load: () => loadRecipeAt('./recipes/foo', dir) };
}

describe('consent', () => {
  it('is refused without anybody to ask: the error says the digest and the exact command', async () => {
    const { folder, trust, load } = place();
    const recipe = await load();
    const { digest } = recipe.files;
    await expect(requireTrust(recipe, trust())).rejects.toMatchObject({
      code: 'recipe-not-trusted',
      exitCode: 1,
      message: expect.stringContaining(digest),
      hint: expect.stringContaining(`gpu-setup build ./recipes/foo --prefix 'a b' --trust-recipe ${digest}`),
      details: { folder, digest },
    });
  });

  it('is asked for once per digest, and anew for every changed byte', async () => {
    const { dir, folder, asked, trust, yes, load } = place();
    const consent = yes;
    await requireTrust(await load(), trust({ consent }));
    await requireTrust(await load(), trust({ consent }));
    await requireTrust(await load(), trust());
    expect(asked).toMatchObject([
      { recipe: './recipes/foo', folder, files: ['build.mjs', 'recipe.yaml', 'smoke.mjs', 'word.txt'] },
    ]);
    writeFileSync(join(folder, 'word.txt'), 'hasheD');
    await expect(requireTrust(await load(), trust())).rejects.toMatchObject({ code: 'recipe-not-trusted' });
    await requireTrust(await load(), trust({ consent }));
    expect(asked).toHaveLength(2);
    const file = join(dir, 'config/trusted-recipes.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      recipes: asked.map(({ digest }) => ({ digest })),
    });
  });

  it('is given by a digest or its first 12 digits, and by no other', async () => {
    const { trust, load } = place();
    const recipe = await load();
    const { digest } = recipe.files;
    await expect(requireTrust(recipe, trust({ given: 'a'.repeat(12) }))).rejects.toMatchObject({
      code: 'recipe-not-trusted',
      message: expect.stringContaining('another digest'),
    });
    for (const given of [digest.slice(0, 11), '', `${digest}0`, 'not a digest!']) {
      await expect(requireTrust(recipe, trust({ given }))).rejects.toMatchObject({
        code: 'bad-digest',
        exitCode: 2,
      });
    }
    await requireTrust(recipe, trust({ given: digest.slice(0, 12) }));
    await requireTrust(recipe, trust());
  });

  it('that was declined, or written down in a damaged file, is none', async () => {
    const { dir, trust, load } = place();
    const recipe = await load();
    await expect(requireTrust(recipe, trust({ consent: async () => false }))).rejects.toMatchObject({
      code: 'recipe-not-trusted',
    });
    for (const text of [
      '',
      '{',
      '[]',
      '{"recipes":[1,{"name":"foo"}]}',
      `{"recipes":"${recipe.files.digest}"}`,
    ]) {
      writeRecipe(join(dir, 'config'), { 'trusted-recipes.json': text });
      await expect(requireTrust(recipe, trust()), text).rejects.toMatchObject({ code: 'recipe-not-trusted' });
    }
    await requireTrust(recipe, trust({ consent: async () => true }));
    await requireTrust(recipe, trust());
  });

  it('is none where its file has no end, or is larger than any list of consents', async () => {
    const { dir, trust, load } = place();
    const recipe = await load();
    const file = join(dir, 'config/trusted-recipes.json');
    await requireTrust(recipe, trust({ consent: async () => true }));
    writeFileSync(file, readFileSync(file, 'utf8') + ' '.repeat(1 << 20));
    await expect(requireTrust(recipe, trust())).rejects.toMatchObject({ code: 'recipe-not-trusted' });
    rmSync(file);
    execFileSync('mkfifo', [file]);
    await expect(requireTrust(recipe, trust())).rejects.toMatchObject({ code: 'recipe-not-trusted' });
  });

  it('counts, with a warning, where it cannot be written down', async () => {
    const { dir, trust, load } = place();
    writeFileSync(join(dir, 'config'), 'a file');
    const events: WorkEvent[] = [];
    const emit = (event: WorkEvent): void => void events.push(event);
    await requireTrust(await load(), trust({ consent: async () => true, emit }));
    expect(events).toMatchObject([{ type: 'notice', level: 'warning' }]);
  });

  it('is not asked for what comes with the program', async () => {
    const { trust } = place();
    for (const recipe of (await loadRecipes('/nowhere')).values()) await requireTrust(recipe, trust());
  });

  it('cannot be given to a folder that was not read whole', async () => {
    const { folder, trust, load } = place();
    writeFileSync(join(folder, 'data.bin'), Buffer.alloc((1 << 20) + 1));
    await expect(requireTrust(await load(), trust({ consent: async () => true }))).rejects.toMatchObject({
      code: 'bad-recipe',
      message: expect.stringContaining('data.bin: it is larger than 1 MiB'),
    });
  });
});

describe('build and smoke of a recipe by its path', () => {
  it(
    'run a private copy of what was hashed, whatever the folder holds by then',
    { timeout: 60_000 },
    async () => {
      const { dir, folder, asked } = place();
      const folders = { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') };
      const context = {
        ...{ folders, cwd: dir, env: { PATH: process.env['PATH'], HOME: dir }, emit: silent },
        ...{ signal: new AbortController().signal, self: program },
      };
      const recipe = './recipes/foo';
      const unasked = { ...context, consent: null };
      await expect(buildRecipe({ recipe }, unasked)).rejects.toMatchObject({
        code: 'recipe-not-trusted',
      });
      const consent = async (question: ConsentQuestion): Promise<boolean> => {
        writeFileSync(join(folder, 'word.txt'), 'swapped while you read');
        return asked.push(question) > 0;
      };
      const { record } = await buildRecipe({ recipe }, { ...context, consent });
      expect(record.details).toMatchObject({ word: 'hashed' });
      expect((record.details as { recipe: string }).recipe).not.toContain(folder);

      // What is there now was never consented to; what was, needs no question.
      await expect(smoke({ name: recipe }, unasked)).rejects.toMatchObject({ code: 'recipe-not-trusted' });
      writeFileSync(join(folder, 'word.txt'), 'hashed');
      const result = await smoke({ name: recipe }, unasked);
      expect(result).toMatchObject({ overall: 'partial', required: ['libraries', 'inference'] });
      expect(result.rungs.map(({ status }) => status)).toEqual(['not-run', 'passed', 'passed']);
      expect(asked).toHaveLength(1);
    },
  );
});
