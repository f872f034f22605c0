/**
 * Scripts of others run only after consent, which is bound to the digest of all files of the recipe: whoever changes a
 * byte of them is asked anew. What was consented to stands in <config>/trusted-recipes.json.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { configurationPart } from '../base/files/configuration-folder.ts';
import { makeFolder } from '../base/files/folder-safety.ts';
import { replaceFile } from '../base/files/replace-file.ts';
import { GpuSetupError, messageOf, usageError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import { shellLine } from '../base/processes/shell-line.ts';
import { valueOf } from '../machine/answer.ts';
import { readContent } from '../machine/kinds/disk.ts';
import { BUILT_IN, type Recipe } from './recipe.ts';

/** What is shown of a recipe before its scripts run for the first time. */
export interface ConsentQuestion {
  /** What the user called it. */
  recipe: string;
  /** Where it lies. */
  folder: string;
  digest: string;
  files: readonly string[];
}

export interface Trust {
  /** The folder of the configuration. */
  config: string;
  /** Digest that the user typed, or the beginning of one; null where none was. */
  given: string | null;
  /** Asks the user; null where nobody can be asked. */
  consent: ((question: ConsentQuestion) => Promise<boolean>) | null;
  /** The call as words, for the message that says how to consent. */
  command: readonly string[];
  emit: Emit;
}

/** The option that consents, as it is typed. */
export const TRUST_OPTION = '--trust-recipe';

/** As many digits as nobody finds a second recipe for. */
const FEWEST_DIGITS = 12;

const FILE = 'trusted-recipes.json';
/** Thousands of consents. */
const MOST_BYTES = 1 << 20;

const ENTRY = z.object({ name: z.string(), digest: z.string(), when: z.string() });
const TRUSTED = z.object({ recipes: z.array(z.unknown()) });
type TrustedRecipe = z.infer<typeof ENTRY>;

/**
 * To be called before any file of the recipe is run.
 *
 * @throws GpuSetupError `recipe-not-trusted`; `bad-digest` (exit code 2); `bad-recipe` where not all of its folder was read
 */
export async function requireTrust(recipe: Recipe, trust: Trust): Promise<void> {
  if (trust.given !== null) checkDigits(trust.given);
  if (recipe.from === BUILT_IN) return;
  const { digest, files, leftOut } = recipe.files;
  if (leftOut.size > 0) throw notWhole(recipe);
  const trusted = await readTrusted(trust.config);
  if (trusted.some((one) => one.name === recipe.name && one.digest === digest)) return;
  if (trust.given !== null) {
    if (!digest.startsWith(trust.given)) {
      throw notTrusted(recipe, trust, `${TRUST_OPTION} names another digest (${trust.given})`);
    }
  } else {
    if (trust.consent === null) throw notTrusted(recipe, trust, 'nobody has consented to them');
    const question = { recipe: recipe.address, folder: recipe.from, digest, files: [...files.keys()].sort() };
    if (!(await trust.consent(question))) throw notTrusted(recipe, trust, 'you declined');
  }
  await remember({ name: recipe.name, digest, when: new Date().toISOString() }, trust);
}

/** What was not read is neither hashed nor copied: a script that counts on it would fail, or find what nobody has seen. */
function notWhole({ address, from, files: { leftOut } }: Recipe): GpuSetupError {
  const [path, why] = [...leftOut][0]!;
  return new GpuSetupError('bad-recipe', `the recipe ${address} cannot be run as a whole: ${path}: ${why}`, {
    hint: `move ${path} out of ${from}`,
    details: { leftOut: Object.fromEntries(leftOut) },
  });
}

function checkDigits(given: string): void {
  if (/^[0-9a-f]+$/.test(given) && given.length >= FEWEST_DIGITS && given.length <= 64) return;
  throw usageError('bad-digest', `"${given.slice(0, 80)}" is no digest of a recipe`, {
    hint: `${TRUST_OPTION} takes ${FEWEST_DIGITS} to 64 hexadecimal digits: those that the error says, or gpu-setup recipes`,
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

/** What is damaged counts as not said: it is asked again. */
async function readTrusted(config: string): Promise<readonly TrustedRecipe[]> {
  const path = await configurationPart(config, FILE);
  if (path === null) return [];
  const content = valueOf(readContent(path, MOST_BYTES, { kind: 'file', name: path }));
  if (content === undefined || content.truncated) return [];
  let value: unknown = null;
  try {
    value = JSON.parse(new TextDecoder().decode(content.bytes));
  } catch {
    return [];
  }
  const list = TRUSTED.safeParse(value);
  return list.success ? list.data.recipes.flatMap((one) => ENTRY.safeParse(one).data ?? []) : [];
}

async function remember(recipe: TrustedRecipe, { config, emit }: Trust): Promise<void> {
  const path = join(config, FILE);
  const recipes = [...(await readTrusted(config)), recipe];
  const text = `${JSON.stringify({ format: 'gpu-setup/trusted-recipes@1', recipes }, null, 2)}\n`;
  try {
    await makeFolder(config, 0o700);
    await replaceFile(path, text, 0o600);
  } catch (error) {
    const why = messageOf(error);
    emit({ type: 'notice', level: 'warning', text: `your consent could not be written down: ${why}` });
  }
}
