/** Architectures of packages, in Debian's words, and which of them this machine is. */
import { GpuSetupError } from './errors.ts';

export const PACKAGE_ARCHITECTURES = ['amd64', 'arm64'] as const;
export type PackageArchitecture = (typeof PACKAGE_ARCHITECTURES)[number];

const NODE_NAMES: Readonly<Record<string, PackageArchitecture>> = { x64: 'amd64', arm64: 'arm64' };

/** Whether what is for an architecture is for another machine than this one. @param architecture undefined: nobody says that it is */
export function isForeign(architecture: string | undefined): boolean {
  return architecture !== undefined && architecture !== NODE_NAMES[process.arch];
}

/**
 * The one place that asks which machine this is; everything else takes the architecture of a request.
 *
 * @param arch as Node names it
 * @throws GpuSetupError `unsupported-architecture`
 */
export function hostArchitecture(arch: string = process.arch): PackageArchitecture {
  const found = NODE_NAMES[arch];
  if (found !== undefined) return found;
  throw new GpuSetupError('unsupported-architecture', `there are no packages for a machine of type ${arch}`, {
    hint: `gpu-setup installs on ${PACKAGE_ARCHITECTURES.join(' and ')}`,
  });
}
