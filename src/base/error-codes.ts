/**
 * Every code that an error of this program carries, by subject. Codes are public (`error[<code>]`, gpu-setup/error@1):
 * within a major version they only grow. A new one is one entry in a file of error-codes/, and docs/errors.md made
 * anew (`npm run docs:errors`). The texts are data: nothing in base/ acts on what they speak of.
 */
import { BUILD } from './error-codes/build.ts';
import { BUNDLE } from './error-codes/bundle.ts';
import { CALL } from './error-codes/call.ts';
import { CONFIGURATION } from './error-codes/configuration.ts';
import { DATA } from './error-codes/data.ts';
import { LOCK } from './error-codes/lock.ts';
import { MACHINE } from './error-codes/machine.ts';
import { NETWORK } from './error-codes/network.ts';
import { PACKAGES } from './error-codes/packages.ts';
import { PLAN } from './error-codes/plan.ts';
import { PREFIXES } from './error-codes/prefixes.ts';
import { REQUEST } from './error-codes/request.ts';
import { SELF } from './error-codes/self.ts';
import { SOURCES } from './error-codes/sources.ts';
import { SYSTEM } from './error-codes/system.ts';
import type { CodeEntry, CodeGroup } from './error-codes/types.ts';

/** In the order of docs/errors.md. */
export const CODE_GROUPS: readonly CodeGroup[] = [
  CALL,
  CONFIGURATION,
  MACHINE,
  REQUEST,
  PLAN,
  NETWORK,
  SOURCES,
  PACKAGES,
  BUNDLE,
  LOCK,
  PREFIXES,
  BUILD,
  DATA,
  SELF,
  SYSTEM,
];

const CODES = {
  ...CALL.codes,
  ...CONFIGURATION.codes,
  ...MACHINE.codes,
  ...REQUEST.codes,
  ...PLAN.codes,
  ...NETWORK.codes,
  ...SOURCES.codes,
  ...PACKAGES.codes,
  ...BUNDLE.codes,
  ...LOCK.codes,
  ...PREFIXES.codes,
  ...BUILD.codes,
  ...DATA.codes,
  ...SELF.codes,
  ...SYSTEM.codes,
};

export type ErrorCode = keyof typeof CODES;

/** Codes of a call that was itself wrong: exit code 2. */
export type UsageCode = {
  [Code in ErrorCode]: (typeof CODES)[Code] extends { exit: 2 } ? Code : never;
}[ErrorCode];

/**
 * A code that a recipe's script chose. It looks like one of ours and is never mistaken for one that has an exit code of
 * its own; which there are, each recipe knows.
 */
export type RecipeCode = string & { readonly [recipeCode]: true };
declare const recipeCode: unique symbol;

export const exitCodeOf = (code: ErrorCode | RecipeCode): number => entryOf(code)?.exit ?? 1;

export const remedyOf = (code: ErrorCode | RecipeCode): string | undefined => entryOf(code)?.remedy;

/** The code that a script gave, or null where it is no code that a recipe may give. */
export function asRecipeCode(text: string): RecipeCode | null {
  const wellFormed = text.length <= 64 && /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(text);
  return wellFormed && (entryOf(text)?.exit ?? 1) === 1 ? (text as RecipeCode) : null;
}

function entryOf(code: string): CodeEntry | undefined {
  return Object.hasOwn(CODES, code) ? (CODES as Readonly<Record<string, CodeEntry>>)[code] : undefined;
}
