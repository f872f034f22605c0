/**
 * What others wrote counts only after consent, which is bound to a name and to the digest of all of it: whoever changes a
 * byte is asked anew. What was consented to stands in <config>/trusted-recipes.json:
 *
 *     { "format": "gpu-setup/trusted-recipes@1",
 *       "recipes":  [ { "name": "foo-1a2b3c4d", "digest": "...", "when": "..." } ],
 *       "projects": [ { "name": "/srv/p/gpu-setup.yaml", "digest": "...", "when": "..." } ] }
 */
import { join } from 'node:path';
import { z } from 'zod';
import { configurationPart } from '../base/files/configuration-folder.ts';
import { makeFolder } from '../base/files/folder-safety.ts';
import { replaceFile } from '../base/files/replace-file.ts';
import { messageOf, usageError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import { valueOf } from '../machine/answer.ts';
import { readContent } from '../machine/kinds/disk.ts';

/** What is shown before it is used for the first time. */
export type ConsentQuestion =
  | {
      kind: 'recipe';
      /** What the user called it. */
      recipe: string;
      /** Where it lies. */
      folder: string;
      digest: string;
      files: readonly string[];
    }
  | {
      kind: 'project';
      file: string;
      /** Why it may be another's: "belongs to another user (uid 1000)". */
      why: string;
      /** What it says: "prefix: cuda10". */
      says: string;
      digest: string;
    };

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

/** What consent is asked for. */
export interface Matter {
  /** Where consents to its kind stand. */
  list: 'recipes' | 'projects';
  name: string;
  question: ConsentQuestion;
  /** The option that consents, as it is typed. */
  option: string;
  /** @param why nobody consented: "you declined" */
  refusal(why: string): Error;
}

/** As many digits as nobody finds a second text for. */
const FEWEST_DIGITS = 12;

const FILE = 'trusted-recipes.json';
/** Thousands of consents. */
const MOST_BYTES = 1 << 20;

const ENTRY = z.object({ name: z.string(), digest: z.string(), when: z.string() });
const LIST = z.array(z.unknown()).catch([]);
const TRUSTED = z.object({ recipes: LIST, projects: LIST });
type Entry = z.infer<typeof ENTRY>;
type Trusted = Readonly<Record<Matter['list'], readonly Entry[]>>;

const NOTHING: Trusted = { recipes: [], projects: [] };

/** @throws the matter's refusal; GpuSetupError `bad-digest` (exit code 2) */
export async function requireConsent(matter: Matter, trust: Trust): Promise<void> {
  const { list, name, option, question, refusal } = matter;
  const { digest } = question;
  checkDigits(trust.given, option);
  const trusted = await readTrusted(trust.config);
  if (trusted[list].some((one) => one.name === name && one.digest === digest)) return;
  if (trust.given !== null) {
    if (!digest.startsWith(trust.given)) throw refusal(`${option} names another digest (${trust.given})`);
  } else {
    if (trust.consent === null) throw refusal('nobody has consented');
    if (!(await trust.consent(question))) throw refusal('you declined');
  }
  await remember(list, { name, digest, when: new Date().toISOString() }, trust);
}

/** @throws GpuSetupError `bad-digest` (exit code 2) */
export function checkDigits(given: string | null, option: string): void {
  if (given === null) return;
  if (/^[0-9a-f]+$/.test(given) && given.length >= FEWEST_DIGITS && given.length <= 64) return;
  throw usageError('bad-digest', `"${given.slice(0, 80)}" is no digest`, {
    hint: `${option} takes ${FEWEST_DIGITS} to 64 hexadecimal digits: those that the error says`,
  });
}

/** What is damaged counts as not said: it is asked again. */
async function readTrusted(config: string): Promise<Trusted> {
  const path = await configurationPart(config, FILE);
  if (path === null) return NOTHING;
  const content = valueOf(readContent(path, MOST_BYTES, { kind: 'file', name: path }));
  if (content === undefined || content.truncated) return NOTHING;
  let value: unknown = null;
  try {
    value = JSON.parse(new TextDecoder().decode(content.bytes));
  } catch {
    return NOTHING;
  }
  const lists = TRUSTED.safeParse(value).data ?? NOTHING;
  const entries = (list: readonly unknown[]): Entry[] =>
    list.flatMap((one) => ENTRY.safeParse(one).data ?? []);
  return { recipes: entries(lists.recipes), projects: entries(lists.projects) };
}

async function remember(list: Matter['list'], entry: Entry, { config, emit }: Trust): Promise<void> {
  const path = join(config, FILE);
  const trusted = await readTrusted(config);
  const lists = { ...trusted, [list]: [...trusted[list], entry] };
  const text = `${JSON.stringify({ format: 'gpu-setup/trusted-recipes@1', ...lists }, null, 2)}\n`;
  try {
    await makeFolder(config, 0o700);
    await replaceFile(path, text, 0o600);
  } catch (error) {
    const why = messageOf(error);
    emit({ type: 'notice', level: 'warning', text: `your consent could not be written down: ${why}` });
  }
}
