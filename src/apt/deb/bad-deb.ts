import { GpuSetupError } from '../../base/errors.ts';

/** A package file that cannot be read as one. `file` is its path, `why` a clause: "the archive ends inside a header". */
export function badDeb(file: string, why: string, cause?: unknown): GpuSetupError {
  return new GpuSetupError('bad-deb', `${file} is not a usable .deb package: ${why}`, {
    hint: `delete ${file} and run the same command again: it is then fetched anew`,
    cause,
    details: { file, why },
  });
}
