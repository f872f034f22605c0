/** Whose kernel, devices and architecture these are. Unknown is never taken for absent. */
import { valueOf } from '../answer.ts';
import type { Facts } from '../facts.ts';

type Platform<K extends keyof Facts['platform']> = { platform: Pick<Facts['platform'], K> };

export const inContainer = (facts: Platform<'container'>): boolean =>
  valueOf(facts.platform.container) != null;

export const inWsl = (facts: Platform<'wsl'>): boolean => valueOf(facts.platform.wsl) != null;

/** Kernel modules and device nodes of this machine are its own: no container, no WSL. */
export const ownsItsKernel = (facts: Platform<'container' | 'wsl'>): boolean =>
  !inContainer(facts) && !inWsl(facts);

/** Whether this runs in a job of a batch system, which gives it what it was asked for. */
export const inJob = (facts: Pick<Facts, 'lent'>): boolean => valueOf(facts.lent.job) != null;

/** A Jetson's driver is part of L4T: it is neither installed nor loaded as a desktop's is. */
export const onJetson = (facts: Platform<'jetson'>): boolean => valueOf(facts.platform.jetson) != null;
