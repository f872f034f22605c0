/**
 * Lines (said.json), what is understood of each, as `explain` shows it, and which codes it stands for, as error or as candidate. There
 * is one for every rule that no other test would miss (mutation/).
 */
import { readFileSync } from 'node:fs';
import { understandLog } from '../../../src/doctor/diagnose.ts';
import { understoodOf } from '../../../src/doctor/witness/understood.ts';

export interface SaidLine {
  text: string;
  /** "missing-library: libcudnn.so.8 is not found" */
  says?: readonly string[];
  finds?: readonly string[];
}

export const SAID: readonly SaidLine[] = JSON.parse(
  readFileSync(new URL('said.json', import.meta.url), 'utf8'),
) as SaidLine[];

/** Everything that a text says and stands for. */
export function heardIn(text: string): { says: string[]; finds: string[] } {
  const { understood, diagnoses } = understandLog(text);
  return {
    says: understoodOf(understood).map(({ kind, says }) => `${kind}: ${says}`),
    finds: diagnoses.map(({ code }) => code),
  };
}

/** What of it is not heard. */
export function lostOf({ text, says = [], finds = [] }: SaidLine): string[] {
  const heard = heardIn(text);
  return [
    ...says.filter((one) => !heard.says.includes(one)),
    ...finds.filter((one) => !heard.finds.includes(one)),
  ];
}
