/** Scripts of others run only after consent to the digest of all files of the recipe: consent.ts. */
import { GpuSetupError } from '../base/errors.ts';
import { shellLine } from '../base/processes/shell-line.ts';
import { checkDigits, requireConsent, type Trust } from './consent.ts';
import { BUILT_IN, type Recipe } from './recipe.ts';

/** The option that consents, as it is typed. */
export const TRUST_OPTION = '--trust-recipe';

/**
 * To be called before any file of the recipe is run.
 *
 * @throws GpuSetupError `recipe-not-trusted`; `bad-digest` (exit code 2); `bad-recipe` where not all of its folder was read
 */
export async function requireTrust(recipe: Recipe, trust: Trust): Promise<void> {
  checkDigits(trust.given, TRUST_OPTION);
  if (recipe.from === BUILT_IN) return;
  const { digest, files, leftOut } = recipe.files;
  if (leftOut.size > 0) throw notWhole(recipe);
  await requireConsent(
    {
      list: 'recipes',
      name: recipe.name,
      question: {
        kind: 'recipe',
        recipe: recipe.address,
        folder: recipe.from,
        digest,
        files: [...files.keys()].sort(),
      },
      option: TRUST_OPTION,
      refusal: (why) => notTrusted(recipe, trust, why),
    },
    trust,
  );
}

/** What was not read is neither hashed nor copied: a script that counts on it would fail, or find what nobody has seen. */
function notWhole({ address, from, files: { leftOut } }: Recipe): GpuSetupError {
  const [path, why] = [...leftOut][0]!;
  return new GpuSetupError('bad-recipe', `the recipe ${address} cannot be run as a whole: ${path}: ${why}`, {
    hint: `move ${path} out of ${from}`,
    details: { leftOut: Object.fromEntries(leftOut) },
  });
}

function notTrusted(recipe: Recipe, { command }: Trust, why: string): GpuSetupError {
  const { digest } = recipe.files;
  return new GpuSetupError(
    'recipe-not-trusted',
    `the recipe ${recipe.address} brings scripts that would run as you, and ${why}; its digest is ${digest}`,
    {
      hint: `read what lies in ${recipe.from}; where you trust it: ${shellLine([...command, TRUST_OPTION, digest])}`,
      details: { recipe: recipe.address, folder: recipe.from, digest },
    },
  );
}
