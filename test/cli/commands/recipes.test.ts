import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command as recipes } from '../../../src/cli/commands/recipes.ts';
import { commandContext } from '../../support/context.ts';
import { writeRecipe } from '../../support/recipe.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe('recipes', () => {
  it('lists built-in ones and the user’s own with what they can do, as a document of its schema', async () => {
    const dir = tempDir();
    const folder = writeRecipe(join(dir, 'config/recipes/mine'), {
      'recipe.yaml': 'title: "Mine\\u001b[2J"\nprepare: { classes: [cat] }\n',
    });
    const context = commandContext(dir);
    const { json, text, exitCode } = await recipes.run([], {}, context);
    const validate = validatorFor('recipes');
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    const list = (json as { recipes: { name: string; capabilities: string[]; from: string }[] }).recipes;
    expect(list.map(({ name }) => name)).toContain('cuda10');
    expect(list).toContainEqual(
      expect.objectContaining({ name: 'mine', from: folder, capabilities: ['prepare'] }),
    );
    expect(list.find(({ name }) => name === 'yolov4-nano')?.capabilities).toEqual(['smoke', 'prepare']);
    const shown = text!(context.stdout);
    expect(shown).toMatch(/^tensorflow-1\.9 +build +smoke +built-in +TensorFlow 1\.9/m);
    expect(shown).not.toContain('\u001b');
    expect(exitCode).toBe(0);
  });
});
