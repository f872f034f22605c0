/** The verdict over all findings and checks, and the exit code that follows from it. */
import { ExitCode } from '../base/errors.ts';
import type { Check, CheckId, Purpose, Severity, Verdict } from './types.ts';

/** Checks without which nothing can be said for a purpose. */
export const REQUIRED: Readonly<Record<Purpose, readonly CheckId[]>> = {
  // Computing and a process have a row only where somebody asks about them.
  run: ['gpu', 'kernel-module', 'device-nodes', 'libcuda', 'compute', 'process'],
  build: ['nvcc', 'host-compiler'],
};

/** failed > unverified > warnings > ok */
export function verdictOf(
  severities: readonly Severity[],
  checks: readonly Check[],
  purpose: Purpose,
): Verdict {
  if (severities.includes('error')) return 'failed';
  const required = checks.filter(({ id }) => REQUIRED[purpose].includes(id));
  if (required.some(({ status }) => status === 'unknown')) return 'unverified';
  return severities.includes('warning') ? 'warnings' : 'ok';
}

/** @param strict whether warnings count as failure (`--strict`) */
export function exitCodeOf(verdict: Verdict, strict: boolean): number {
  switch (verdict) {
    case 'ok':
      return ExitCode.ok;
    case 'warnings':
      return strict ? ExitCode.failed : ExitCode.ok;
    case 'failed':
      return ExitCode.failed;
    case 'unverified':
      return ExitCode.unverified;
  }
}
