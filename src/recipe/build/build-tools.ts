/** The programs that a build needs of the host. */
import { GpuSetupError } from '../../base/errors.ts';
import { findProgram } from '../../base/processes/find-program.ts';
import type { Able } from '../recipe.ts';

const COMPILERS: readonly string[] = ['gcc', 'g++'];

/**
 * @param gxx the C++ compiler that the prefix's nvcc takes; null where the host's own serves
 * @returns the C++ compiler
 * @throws GpuSetupError `build-tools-missing`
 */
export async function checkTools(
  recipe: Able<'build'>,
  gxx: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const missing: { program: string; package: string }[] = [];
  for (const need of recipe.build.needs) {
    if (gxx !== null && COMPILERS.includes(need.program)) continue;
    if ((await findProgram(need.program, env)) === null) missing.push(need);
  }
  const found = gxx ?? (await findProgram('g++', env));
  if (missing.length === 0 && found !== null) return found;
  const wanted = missing.length > 0 ? missing : [{ program: 'g++', package: 'g++' }];
  throw new GpuSetupError(
    'build-tools-missing',
    `${recipe.address} cannot be built: ${wanted.map(({ program }) => program).join(', ')} not found`,
    {
      hint: `sudo apt install ${[...new Set(wanted.map((one) => one.package))].join(' ')}`,
      details: { missing: wanted.map(({ program }) => program) },
    },
  );
}
