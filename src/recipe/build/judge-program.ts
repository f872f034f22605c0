/** Whether the program that a build left is what was asked for. */
import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import type { BuildRecord } from '../../machine/records/build-record.ts';
import type { Recipe } from '../recipe.ts';
import type { BuildRequest } from './build-request.ts';
import { librariesOf } from './program-libraries.ts';

export interface Judged {
  sha256: string;
  gpuCode: { machineCode: readonly string[]; ptx: readonly string[] };
  libraries: BuildRecord['libraries'];
}

/**
 * What came out must be what was asked for: code for the GPUs named, and no library left to chance.
 *
 * @throws GpuSetupError `build-incomplete`
 */
export async function judgeProgram(
  program: string,
  { prefix, architectures, recipe }: Pick<BuildRequest, 'prefix' | 'architectures' | 'recipe'>,
): Promise<Judged> {
  const bytes = await readFile(program).catch(() => null);
  if (bytes === null) throw incomplete(recipe, `it left no ${basename(program)}`);
  const machine = liveMachine();
  const libraries = await librariesOf(machine, program, prefix === null ? null : await realpath(prefix.path));
  const lost = libraries.filter(({ path, from }) => path === null && from !== 'driver');
  if (lost.length > 0)
    throw incomplete(recipe, `it needs ${lost.map(({ soname }) => soname).join(', ')}, found nowhere`);
  const code = await machine.gpuCode(program);
  // A script, as the Python of an environment, holds none, and none was asked for.
  if (architectures.length > 0 && code.state === 'unknown')
    throw incomplete(recipe, `which GPUs it has code for cannot be read: ${code.why}`);
  const gpuCode = code.state === 'present' ? code.value : { machineCode: [], ptx: [] };
  if (architectures.length > 0 && gpuCode.machineCode.length === 0)
    throw incomplete(recipe, 'it holds no code for a GPU');
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    gpuCode,
    libraries,
  };
}

function incomplete({ name }: Recipe, why: string): GpuSetupError {
  return new GpuSetupError('build-incomplete', `${name} was compiled, but is not usable: ${why}`, {
    details: { recipe: name },
  });
}
