/** --architecture: for which machines packages are, in the words of whoever asks. */
import { hostArchitecture, PACKAGE_ARCHITECTURES, type PackageArchitecture } from '../base/architecture.ts';
import { usageError } from '../base/errors.ts';
import { architectureCalled } from '../compat/architectures.ts';
import { textOf } from './call/parse-arguments.ts';
import type { OptionDefinition, OptionValues } from './command.ts';

export const ARCHITECTURE: OptionDefinition = {
  flags: '--architecture <name>',
  description: `for machines of another architecture: ${PACKAGE_ARCHITECTURES.join(' or ')}; else for this machine's`,
};

/** This machine's where none is named. @throws GpuSetupError `bad-architecture` (exit code 2), `unsupported-architecture` */
export function architectureOf(options: OptionValues): PackageArchitecture {
  const word = textOf(options, 'architecture');
  return word === undefined ? hostArchitecture() : packageArchitecture(word);
}

/** @param word as Debian, `uname -m` or NVIDIA call it @throws GpuSetupError `bad-architecture` (exit code 2) */
export function packageArchitecture(word: string): PackageArchitecture {
  const debian = architectureCalled(word)?.debian;
  const known = PACKAGE_ARCHITECTURES.find((one) => one === debian);
  if (known !== undefined) return known;
  throw usageError('bad-architecture', `there are no packages for the architecture "${word.slice(0, 40)}"`, {
    hint: `there are for ${PACKAGE_ARCHITECTURES.join(' and ')}`,
  });
}
