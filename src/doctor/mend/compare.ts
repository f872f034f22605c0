/** What a second look finds in the place of the first one's findings. */
import type { ReportedDiagnosis } from '../types.ts';

export interface Comparison {
  /** "code (subject)", notes left out. */
  solved: readonly string[];
  remaining: readonly string[];
  new: readonly string[];
}

export function compareFindings(
  before: readonly ReportedDiagnosis[],
  after: readonly ReportedDiagnosis[],
): Comparison {
  const [then, now] = [namesOf(before), namesOf(after)];
  return {
    solved: then.filter((name) => !now.includes(name)),
    remaining: then.filter((name) => now.includes(name)),
    new: now.filter((name) => !then.includes(name)),
  };
}

const namesOf = (diagnoses: readonly ReportedDiagnosis[]): string[] => [
  ...new Set(
    diagnoses
      .filter(({ severity }) => severity !== 'info')
      .map(({ code, subject }) => (subject === 'machine' ? code : `${code} (${subject})`)),
  ),
];
