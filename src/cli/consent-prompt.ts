/** Showing what others wrote, before it counts for the first time, and taking the answer. */
import type { ConsentQuestion, Trust } from '../recipe/consent.ts';
import type { Context } from './command.ts';
import { confirm } from './confirm.ts';

export const TRUST = {
  flags: '--trust-recipe <digest>',
  description: 'let the scripts of a recipe of this digest run: 12 digits of it are enough',
} as const;

/** Null where nobody can be asked. */
export function consentPrompt({ mayAsk, signal }: Pick<Context, 'mayAsk' | 'signal'>): Trust['consent'] {
  if (!mayAsk) return null;
  return (question) => confirm(words(question).join('\n'), signal);
}

function words(question: ConsentQuestion): string[] {
  if (question.kind === 'project') {
    const { file, why, says, digest } = question;
    return [
      `This project file decides which prefix is used here, and it may be another's: ${why}.`,
      `  file    ${file}`,
      `  says    ${says}`,
      `  digest  ${digest}`,
      '  Shall it count?',
    ];
  }
  const { recipe, folder, digest, files } = question;
  return [
    `The recipe ${recipe} does not come with gpu-setup. Its scripts run as you, and may do what you may.`,
    `  folder  ${folder}`,
    `  files   ${files.join(', ')}`,
    `  digest  ${digest}`,
    '  Have you read them, and shall they run?',
  ];
}
