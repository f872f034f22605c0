/** The files of a recipe as files: those of the built-in ones lie inside the program. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import builtIn from 'assets:recipes';
import { GpuSetupError } from '../base/errors.ts';
import { BUILT_IN } from './load.ts';
import type { Recipe } from './types.ts';

export type ScriptName = 'build.mjs' | 'smoke.mjs';

/**
 * The folder that holds a recipe's script and what lies beside it. A recipe of the user's that has no script of its own
 * takes that of the built-in recipe of its name: so a mirror or another commit is all that it needs to say.
 *
 * @param to where the files of a built-in one are written
 * @throws GpuSetupError `no-script`
 */
export async function recipeFolder(recipe: Recipe, script: ScriptName, to: string): Promise<string> {
  if (recipe.from !== BUILT_IN && (await stat(join(recipe.from, script)).catch(() => null)) !== null) {
    return recipe.from;
  }
  const prefix = `${recipe.name}/`;
  if (builtIn[prefix + script] === undefined) {
    throw new GpuSetupError('no-script', `the recipe ${recipe.name} has no ${script}`, {
      hint: recipe.from === BUILT_IN ? undefined : `put one into ${recipe.from}`,
    });
  }
  for (const [path, text] of Object.entries(builtIn)) {
    if (!path.startsWith(prefix)) continue;
    const target = join(to, path.slice(prefix.length));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  return to;
}
