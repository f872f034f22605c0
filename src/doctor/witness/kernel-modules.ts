/** Kernel modules as texts name them, and builds of them as a text tells of them. */
import { present } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import type { Said, TestimonyOf, Witness } from './testimony.ts';

/** Debian and others call it nvidia-current, nvidia-470 or nvidia_drm; null: not named, and who asks here asks for the driver's. */
export const isOfDriver = (module: string | null): boolean =>
  module === null || /^nvidia(?!.?fs)/i.test(module);

/** In a container, or while its image is built, there are no modules, and what looks for them says so in vain. */
export const saidInContainer = (one: Said, all: Witness): boolean => all.near(one, 'container') !== null;

/** Of a line that names no module, the one that is named nearest says whose build it was. */
export function isBuildOfDriver(one: TestimonyOf<'module-build'>, all: Witness): boolean {
  if (one.module !== null) return isOfDriver(one.module);
  const named = all
    .of('module-build')
    .filter(({ module }) => module !== null)
    .reduce<TestimonyOf<'module-build'> | null>(
      (best, other) =>
        best === null || Math.abs(other.at - one.at) < Math.abs(best.at - one.at) ? other : best,
      null,
    );
  return named === null || isOfDriver(named.module);
}

/** Facts for steps that serve the kernel that was built for, which need not be the one that runs. */
export const withKernel = (facts: Facts, kernel: string | null): Facts =>
  kernel === null
    ? facts
    : {
        ...facts,
        platform: {
          ...facts.platform,
          kernel: present({ release: kernel, architecture: 'unknown' }, { kind: 'text', name: 'build' }),
        },
      };
