/**
 * Outputs of other people's machines (collected/<family>/<number>.json), as scripts/score.mjs takes them. What is expected was written
 * down from how each thread ended, before the doctor saw the text.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
// @ts-expect-error plain JavaScript, which scores cases from a shell
import { judge } from '../../scripts/score.mjs';
import { readLog } from '../../src/doctor/diagnose.ts';

export interface CollectedCase {
  id: string;
  /** Name of its folder: who wrote the text. */
  family: string;
  /** "github OWNER/NAME#NUMBER" */
  source: string;
  text: string;
  expect: { code: string; accept?: string[]; why: string; fixMentions?: string[] };
  /** Nobody who wrote rules had seen it before the score was taken. */
  heldOut?: true;
}

const FOLDER = fileURLToPath(new URL('collected/', import.meta.url));

export const COLLECTED_CASES: readonly CollectedCase[] = readdirSync(FOLDER)
  .sort()
  .flatMap((family) =>
    readdirSync(FOLDER + family)
      .sort()
      .map((name) => ({
        ...(JSON.parse(readFileSync(`${FOLDER}${family}/${name}`, 'utf8')) as Omit<CollectedCase, 'family'>),
        family,
      })),
  );

/** As scripts/score.mjs counts it. */
export interface Score {
  first: boolean;
  fix: boolean;
  alarm: boolean;
}

export const scoreOf = ({ text, expect }: CollectedCase): Score => judge(expect, readLog(text)) as Score;
