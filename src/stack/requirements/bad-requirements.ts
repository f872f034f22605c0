import { usageError, type GpuSetupError } from '../../base/errors.ts';

/** @param line null: none in particular */
export function badRequirements(name: string, what: string, line: number | null = null): GpuSetupError {
  return usageError('bad-requirements', `${name}${line === null ? '' : `:${line}`}: ${what}`, {
    details: { file: name, line },
  });
}
