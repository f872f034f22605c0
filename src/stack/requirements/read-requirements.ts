/** A file that names what a program needs, whichever of the known forms it has. */
import { basename } from 'node:path';
import { badRequirements } from './bad-requirements.ts';
import type { ReadOther, Requirements, RequirementsText, TargetEnvironment } from './types.ts';

type Format = 'requirements.txt' | 'environment.yml' | 'pyproject.toml' | 'package.json' | 'Dockerfile';

/**
 * @param readOther for files that it names itself
 * @throws GpuSetupError (exit code 2) `bad-requirements`: a file of none of the forms, or one with a fault in it
 */
export async function readRequirements(
  file: RequirementsText,
  readOther: ReadOther,
  target: TargetEnvironment,
): Promise<Requirements> {
  const format = formatOf(file);
  const read = await readAs(format, file, readOther, target);
  if (format === 'package.json') return read;
  return { ...read, wanted: read.wanted.map((one) => ({ ...one, environment: file.name })) };
}

async function readAs(
  format: Format,
  file: RequirementsText,
  readOther: ReadOther,
  target: TargetEnvironment,
): Promise<Requirements> {
  switch (format) {
    case 'Dockerfile': {
      const { readDockerfile } = await import('./dockerfile.ts');
      return readDockerfile(file, readOther, target);
    }
    case 'environment.yml': {
      const { readEnvironmentYml } = await import('./environment-yml.ts');
      return readEnvironmentYml(file, target);
    }
    case 'pyproject.toml': {
      const { readPyprojectToml } = await import('./pyproject-toml.ts');
      return readPyprojectToml(file, target);
    }
    case 'package.json': {
      const { readPackageJson } = await import('./package-json.ts');
      return readPackageJson(file);
    }
    case 'requirements.txt': {
      const { readRequirementsTxt } = await import('./requirements-txt.ts');
      return readRequirementsTxt(file, readOther, target);
    }
  }
}

const BY_NAME: readonly (readonly [RegExp, Format])[] = [
  [/^(?:docker|container)file|\.dockerfile$/i, 'Dockerfile'],
  [/\.ya?ml$/i, 'environment.yml'],
  [/\.toml$|^pipfile$/i, 'pyproject.toml'],
  [/\.json$/i, 'package.json'],
];

const BY_TEXT: readonly (readonly [RegExp, Format])[] = [
  [/^(?:\s*#.*\n|\s*\n|\s*ARG\s.*\n)*\s*FROM\s+\S/i, 'Dockerfile'],
  [/^\s*\{/, 'package.json'],
  [/^\[(?:project|tool\.|build-system|packages)/m, 'pyproject.toml'],
  [/^dependencies:\s*$/m, 'environment.yml'],
];

/** How much of a text is looked at for its form. */
const LOOKED_AT = 16 << 10;

/** By the name; of one that says nothing by what stands in it. */
function formatOf({ name, text }: RequirementsText): Format {
  const file = basename(name);
  const begin = text.slice(0, LOOKED_AT);
  const found =
    BY_NAME.find(([pattern]) => pattern.test(file)) ?? BY_TEXT.find(([pattern]) => pattern.test(begin));
  if (text.trim() === '') throw badRequirements(name, 'it is empty');
  return found?.[1] ?? 'requirements.txt';
}
