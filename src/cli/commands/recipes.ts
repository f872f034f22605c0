/** `recipes`: which recipes there are, and what they can do. */
import { ExitCode } from '../../base/errors.ts';
import { capabilitiesOf } from '../../recipe/find-recipe.ts';
import { loadRecipes } from '../../recipe/load.ts';
import { renderRecipes } from '../../report/recipes.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'what can be installed, built, smoke-tested and prepared';

export const command: CommandDefinition = {
  examples: [
    ['gpu-setup recipes', 'what can be installed, built, smoke-tested and prepared'],
    ['gpu-setup recipes --json', 'the same as one JSON document, with the digest of each'],
  ],
  async run(_args, _options, context) {
    const loaded = [...(await loadRecipes(context.folders().config)).values()];
    const rows = loaded.map((recipe) => ({
      name: recipe.name,
      title: recipe.title,
      from: recipe.from,
      capabilities: capabilitiesOf(recipe),
      install: recipe.install,
      digest: recipe.files.digest,
    }));
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/recipes@1', recipes: rows },
      text: (terminal) => renderRecipes(rows, terminal),
    };
  },
};
