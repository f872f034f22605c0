/** NVIDIA's own apt repository: its key, its entry, and which of two repositories wins. */
import { aptRepository } from '../../compat/driver-commands.ts';
import { FOLDER_BY_SHELL, repositoryFolder, repositoryUrl } from '../../compat/nvidia-repository.ts';
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { distributionOf, hostOf } from './distribution.ts';
import { stepsOf, script } from './steps.ts';

/** The package that brings apt the key and an entry; the lists are fetched anew after it. */
export function addNvidiaRepository(facts: Facts | null): FixStep[] {
  return stepsOf(aptRepository(distributionOf(facts)?.family ?? 'ubuntu', hostOf(facts)));
}

/** NVIDIA's pin file: its repository wins over the distribution's driver packages. */
export function preferNvidiaRepository(facts: Facts | null): FixStep {
  const { release, machine } = hostOf(facts);
  const distribution = distributionOf(facts);
  const folder = distribution === null ? null : repositoryFolder(distribution.family, release);
  return script(
    'pin',
    "Decide between the distribution's and NVIDIA's driver packages: NVIDIA's pin file lets its repository win",
    `curl -fsSL -o /etc/apt/preferences.d/cuda-repository-pin-600 ${repositoryUrl(folder, machine)}/cuda-${folder ?? FOLDER_BY_SHELL}.pin`,
  );
}
