/** What is known of the machine that a request is for: all that can be read here, or nothing where it is another one. */
import { readDpkgStatus, type DpkgStatus } from '../apt/resolve/dpkg-status.ts';
import { abortable } from '../base/abortable.ts';
import { isForeign, type PackageArchitecture } from '../base/architecture.ts';
import { valueOf } from '../machine/answer.ts';
import type { CompilerFacts } from '../machine/facts.ts';
import { hardwareOf } from '../machine/facts/hardware.ts';
import { probeCompilers } from '../machine/facts/toolkit/compilers.ts';
import { liveMachine } from '../machine/kinds/live.ts';
import type { Hardware } from '../prefix/plan/hardware-advice.ts';

/** Null where nobody can know. */
export async function packagesThere(architecture: PackageArchitecture): Promise<DpkgStatus | null> {
  return isForeign(architecture) ? null : readDpkgStatus();
}

/** A compiler of this machine makes no code for another one. */
export async function compilersThere(architecture: PackageArchitecture): Promise<readonly CompilerFacts[]> {
  return isForeign(architecture) ? [] : (valueOf(await probeCompilers(liveMachine())) ?? []);
}

/** A probe may wait for seconds on a driver that hangs. */
export async function hardwareThere(
  architecture: PackageArchitecture,
  signal: AbortSignal | undefined,
): Promise<Hardware> {
  if (isForeign(architecture)) return { driver: null, gpus: [] };
  const looking = hardwareOf(liveMachine());
  return signal === undefined ? looking : abortable(looking, signal);
}

/**
 * A prefix for another machine has the architecture in its name, so that this machine's own of the same recipe stands beside it.
 *
 * @param name that it would have there
 */
export function nameHere(name: string, architecture: PackageArchitecture): string {
  return isForeign(architecture) ? `${name}-${architecture}` : name;
}
