/** Showing what the scripts of others are, before they run for the first time, and taking the answer. */
import type { Trust } from '../recipe/trust.ts';
import type { Context } from './command.ts';
import { confirm } from './confirm.ts';

export const TRUST = {
  flags: '--trust-recipe <digest>',
  description: 'let the scripts of a recipe of this digest run: 12 digits of it are enough',
} as const;

/** Null where nobody can be asked. */
export function consentPrompt({ mayAsk, signal }: Pick<Context, 'mayAsk' | 'signal'>): Trust['consent'] {
  if (!mayAsk) return null;
  return ({ recipe, folder, digest, files }) =>
    confirm(
      [
        `The recipe ${recipe} does not come with gpu-setup. Its scripts run as you, and may do what you may.`,
        `  folder  ${folder}`,
        `  files   ${files.join(', ')}`,
        `  digest  ${digest}`,
        '  Have you read them, and shall they run?',
      ].join('\n'),
      signal,
    );
}
