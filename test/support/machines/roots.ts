/** What a report comes down to: the codes that no other of its findings explains. */
import type { ReportedDiagnosis } from '../../../src/doctor/types.ts';

export const rootsOf = (found: readonly ReportedDiagnosis[]): string[] => [
  ...new Set(
    found
      .filter(({ code }) => !found.some((other) => other.code !== code && other.causes.includes(code)))
      .map(({ code }) => code),
  ),
];
