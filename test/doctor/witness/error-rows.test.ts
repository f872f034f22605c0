// Protects: every error that the table knows is judged by some diagnosis, or is said to be no failure at all.
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import type { CudaError } from '../../../src/compat/cuda-errors.ts';
import { readLog, understandLog } from '../../../src/doctor/diagnose.ts';
import { understoodOf } from '../../../src/doctor/witness/understood.ts';

const { errors } = JSON.parse(
  readFileSync(new URL('../../../src/compat/data/cuda-errors.json', import.meta.url), 'utf8'),
) as { errors: CudaError[] };

/** Numbers of the old runtime mean what today's name means. */
const today = errors.filter(({ library }) => library !== 'cudart-before-10.1');
const named = today.flatMap((row) => row.names.map((name) => ({ ...row, name })));

describe('errors of CUDA and its libraries', () => {
  it.each(named.filter(({ category }) => category !== null).map((row) => [row.name, row] as const))(
    '%s is judged',
    (name) => {
      expect(readLog(`call failed: ${name}`).map(({ code }) => code)).not.toEqual([]);
    },
  );

  it.each(named.filter(({ category }) => category === null).map((row) => [row.name] as const))(
    '%s is no failure',
    (name) => {
      expect(readLog(`call returned ${name}`)).toEqual([]);
    },
  );

  it('is told with what it means', () => {
    const [row] = understoodOf(understandLog('CUDA error 806 at x.cu:10').understood);
    expect(row?.says).toBe(
      `error of cuda: CUDA_ERROR_MPS_RPC_FAILURE (806): ${errors.find(({ number }) => number === 806)!.meaning}`,
    );
  });
});
