import { describe, expect, it } from 'vitest';
import { findRecipe } from '../../src/recipe/find-recipe.ts';
import type { Capability } from '../../src/recipe/recipe.ts';

const find = (word: string, capability: Capability) =>
  findRecipe(word, capability, { config: '/nowhere', cwd: '/nowhere' });

describe('findRecipe', () => {
  it.each<[string, Capability, string, RegExp, RegExp]>([
    [
      'yolov4-nano',
      'build',
      'nothing-to-build',
      /^yolov4-nano can be smoke-tested and prepared, it is not built$/,
      /^gpu-setup smoke yolov4-nano\ngpu-setup prepare yolov4-nano\nwhat can be built: darknet, tensorflow-1\.9$/,
    ],
    [
      'darknet',
      'install',
      'not-installable',
      /can be built, it is not installed/,
      /^gpu-setup build darknet$/m,
    ],
    ['cuda10', 'prepare', 'nothing-to-prepare', /can be installed/, /^gpu-setup install cuda10$/m],
    ['cuda9', 'smoke', 'unknown-prefix', /can be installed/, /^gpu-setup install cuda9$/m],
    // Recipes that can do it come first, then the others with what they can.
    ['darknett', 'build', 'unknown-recipe', /no recipe "darknett"/, /^did you mean darknet\?$/],
    [
      'cuda1O',
      'build',
      'unknown-recipe',
      /no recipe/,
      /cuda10\? \(it can be installed\)\nwhat can be built: /,
    ],
    ['zzzzzz', 'prepare', 'nothing-to-prepare', /no recipe/, /^what can be prepared: yolov4-nano$/],
  ])('%s to %s: what it can do instead', async (word, capability, code, message, hint) => {
    await expect(find(word, capability)).rejects.toMatchObject({
      code,
      exitCode: code === 'unknown-prefix' ? 1 : 2,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('gives a recipe that has the capability', async () => {
    expect((await find('yolov4-nano', 'smoke')).smoke.kind).toBe('network');
    expect((await find('tensorflow-1.9', 'smoke')).smoke.kind).toBe('script');
  });
});
